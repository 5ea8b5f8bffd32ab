"""How long a whole report takes, against reading the attempts once."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from scripts.benchmarks import campaign_server
from scripts.benchmarks.figure import Figure, compared, median
from sqlalchemy import Connection, select

from phonetui.client.clock import SystemClock
from phonetui.core.campaign import Campaign, Disposition
from phonetui.core.event import Outcome
from phonetui.server.engine import reading_engine, sync_engine
from phonetui.server.report_making import make_report
from phonetui.server.stored_campaign import known_campaign
from phonetui.server.tables import attempts

CLOCK = SystemClock()
CALLERS = 50
#: Rows written at a time.
AT_ONCE = 10_000


def figures(calls: int = 300_000, voters: int = 100_000, rounds: int = 3) -> Iterator[Figure]:
    """A report with all its sections and a plain reading, in turn, on SQLite."""
    with tempfile.TemporaryDirectory() as folder:
        url = campaign_server.make(Path(folder), CLOCK.now())
        campaign_server.add_voters(Path(folder), voters, CLOCK.now())
        with sync_engine(url).begin() as connection:
            _call(connection, calls, voters)
        with reading_engine(url).connect() as connection:
            pairs = [(_seconds(connection, _report), _seconds(connection, _read)) for _ in range(rounds)]
    ours, theirs = zip(*pairs, strict=True)
    yield compared(
        f"whole report over {calls:,} attempts",
        median(ours),
        "s",
        "reading them once",
        median(theirs),
        at_most=6,
    )


def _call(connection: Connection, calls: int, voters: int) -> None:
    """So many attempts by callers who call in turn, the same at every run."""
    campaign = known_campaign(connection, campaign_server.CAMPAIGN).campaign
    chance = random.Random(1)
    begun = CLOCK.now() - timedelta(days=30)
    for first in range(0, calls, AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, calls))
        connection.execute(attempts.insert(), [_attempt(campaign, chance, begun, voters, n) for n in numbers])


def _attempt(campaign: Campaign, chance: random.Random, begun: datetime, voters: int, number: int) -> dict[str, object]:
    disposition = chance.choice(campaign.dispositions)
    caller, at = number % CALLERS, begun + timedelta(seconds=number)
    voter, attempt_id = chance.randrange(voters) + 1, f"{number:036}"
    call = {
        "campaign_id": campaign.campaign_id,
        "attempt_id": attempt_id,
        "caller_id": f"caller-{caller}",
        "voter_id": voter,
        "household_id": voter,
        "number": "",
        "disposition": disposition.id,
        "same_call": False,
        "lent_at": begun,
        "at": at,
        "contact": disposition.contact,
        "talk": disposition.talk,
    }
    return {**call, "body": msgspec.json.encode(_outcome(campaign, disposition, attempt_id, number, voter, at))}


def _outcome(
    campaign: Campaign, disposition: Disposition, attempt_id: str, number: int, voter: int, at: datetime
) -> Outcome:
    asked = [step.question for step in campaign.steps if step.question and step.question.answers]
    return Outcome(
        id=attempt_id,
        seq=number,
        at=at,
        campaign_id=campaign.campaign_id,
        voter_id=str(voter),
        ticket="t" * 80,
        disposition=disposition.id,
        number_ending="12",
        shown_at=at - timedelta(seconds=40),
        answers={question.id: question.answers[0].id for question in asked} if disposition.talk else {},
        talked=disposition.talk,
        campaign_version=1 + number % 2,
    )


def _report(connection: Connection) -> None:
    make_report(connection, campaign_server.CAMPAIGN, now=CLOCK.now())


def _read(connection: Connection) -> None:
    """Every row with its JSON, as it comes out of the database."""
    chosen = select(attempts).where(attempts.c.campaign_id == campaign_server.CAMPAIGN)
    for _ in connection.execute(
        chosen.order_by(attempts.c.attempt_id), execution_options={"stream_results": True, "yield_per": 500}
    ):
        pass


def _seconds(connection: Connection, work: Callable[[Connection], None]) -> float:
    begun = time.perf_counter()
    work(connection)
    return time.perf_counter() - begun
