"""Whatever order events arrive in, however often and in whatever batches, they leave the same campaign."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Raw, Struct
from sqlalchemy import Connection, select

from phonetui.core.event import Attempt, Outcome, Skip, Undo, current, encode, ending
from phonetui.core.tally import tally as core_tally
from phonetui.core.voter import Phone, Voter
from phonetui.server import tables
from phonetui.server.accounts import Caller
from phonetui.server.engine import plain_engine
from phonetui.server.events import store
from phonetui.server.households import rank
from phonetui.server.results import Figures, tally
from phonetui.server.tickets import Ticket, write_ticket

from .phone_bank import KEYS, NEW_YORK, TURNOUT, number

NOW = datetime(2026, 10, 6, 20, 0, tzinfo=UTC)
#: Household by voter, and the voter's numbers, the household's first. Nobody is called at the second number yet.
VOTERS = {1: (1, (1, 2)), 2: (1, (1, 2, 3)), 3: (3, (3, 1)), 4: (4, (4, 3))}
CALLERS = {name: Caller(name, name, "", False, {"turnout": "caller"}, name, name) for name in ("dana", "eli")}


class Act(Struct, frozen=True):
    """What a caller did: an outcome for a voter in one of two visits, or something about an earlier act."""

    kind: str
    caller: str
    voter: int
    visit: int
    disposition: str
    second_number: bool
    about: int


ACTS = st.builds(
    Act,
    kind=st.sampled_from(["outcome", "outcome", "correction", "correction", "undo", "undo", "foreign undo", "skip"]),
    caller=st.sampled_from(["dana", "dana", "eli"]),
    voter=st.sampled_from(sorted(VOTERS)),
    visit=st.integers(0, 1),
    disposition=st.sampled_from([d.id for d in TURNOUT.dispositions] + ["pigeon"]),
    second_number=st.booleans(),
    about=st.sampled_from([0, 0, 0, 1, 1, 2, 5]),
)
Sent = tuple[str, Outcome | Undo | Skip]


def made(acts: Sequence[Act]) -> list[Sent]:
    """The events of these acts, each with its caller. Nothing is about an undo of another's event, but that undo."""
    events: list[Sent] = []
    foreign: set[str] = set()
    for seq, act in enumerate(acts, 1):
        household_id, numbers = VOTERS[act.voter]
        lent_at = NOW - timedelta(hours=3 - act.visit)
        ticket = Ticket(household_id, lent_at, act.visit)
        common = {
            "id": f"{act.caller}-{seq}",
            "seq": seq,
            "at": lent_at + timedelta(minutes=seq),
            "campaign_id": "turnout",
            "voter_id": str(act.voter),
            "ticket": write_ticket(KEYS.ticket, "turnout", act.caller, str(act.voter), ticket),
        }
        said: dict[str, object] = {
            "disposition": act.disposition,
            "number_ending": ending(number(numbers[act.second_number and len(numbers) > 1])),
        }
        earlier = [
            event
            for caller, event in events
            if not isinstance(event, Skip)
            and event.id not in foreign
            and (caller == act.caller) != (act.kind == "foreign undo")
        ]
        about = earlier[-1 - act.about % len(earlier)].id if earlier else ""
        if act.disposition == "call_back":
            said["call_at"] = lent_at + timedelta(minutes=30 + 60 * act.about)
        if act.kind == "skip":
            events.append((act.caller, msgspec.convert(common, Skip)))
        elif act.kind in ("undo", "foreign undo") and about:
            foreign |= {str(common["id"])} if act.kind == "foreign undo" else set()
            events.append((act.caller, msgspec.convert({**common, "supersedes": about}, Undo)))
        else:
            correction = {"supersedes": about} if act.kind == "correction" else {}
            events.append((act.caller, msgspec.convert({**common, **said, **correction}, Outcome)))
    return events


@pytest.fixture(scope="module")
def bank() -> Iterator[Connection]:
    """A database in memory with four voters, two of whom share a number."""
    with plain_engine("sqlite+aiosqlite://").connect() as connection:
        tables.metadata.create_all(connection)
        body = msgspec.json.encode(TURNOUT)
        row = {"campaign_id": "turnout", "version": 1, "state": "open", "source": "", "body": body, "added_at": NOW}
        connection.execute(tables.campaigns.insert().values(row))
        at = {"campaign_id": "turnout", "list_id": 1}
        connection.execute(tables.lists.insert().values(**at, name="all", priority=0))
        for nth, state in enumerate(("ready", "closed", "ready", "ready"), 1):
            home = {"household_id": nth, "number": number(nth), "zones": NEW_YORK, "position": nth, "state": state}
            connection.execute(tables.households.insert().values(**at, **home, rank=rank(0, 0, nth)))
        for voter_id, (household_id, numbers) in VOTERS.items():
            phones = tuple(Phone(number(nth)) for nth in numbers)
            voter = msgspec.json.encode(Voter(str(voter_id), "Ann", "Doe", phones=phones, zones=(NEW_YORK,)))
            person = {"voter_id": voter_id, "household_id": household_id, "position": voter_id, "import_id": 1}
            connection.execute(tables.voters.insert().values(**at, **person, file_key=str(voter_id), body=voter))
        connection.commit()
        yield connection


def outcome_of(connection: Connection, batches: Sequence[Sequence[Sent]]) -> tuple[list[object], Figures]:
    """What the database holds after these batches; it is as before then."""
    for batch in batches:
        for caller in CALLERS:
            bodies = [Raw(encode(event)) for sender, event in batch if sender == caller]
            store(connection, KEYS.ticket, CALLERS[caller], TURNOUT, bodies, NOW)
    left: list[object] = []
    for name in ("attempts", "households", "voters", "ended_numbers", "suppressed_numbers"):
        table = tables.metadata.tables[name]
        left += [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key.columns))]
    figures = tally(connection, "turnout")
    connection.rollback()
    return left, figures


def counted_by_core(events: Sequence[Sent]) -> Figures:
    """The same figures without a server."""
    by_round: defaultdict[int, list[Outcome]] = defaultdict(list)
    for caller in CALLERS:
        mine: list[Attempt] = [event for sender, event in events if sender == caller and not isinstance(event, Skip)]
        rounds = {event.id: (event.at - (NOW - timedelta(hours=3))) // timedelta(hours=1) for event in mine}
        for attempt_id, outcome in current(mine).items():
            by_round[rounds.get(attempt_id, 0)].append(outcome)
    rounds_tallied = [core_tally(TURNOUT, outcomes) for outcomes in by_round.values()]
    return Figures(
        sum(one.attempts for one in rounds_tallied),
        sum(one.contacts for one in rounds_tallied),
        sum(one.talks for one in rounds_tallied),
    )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data(), st.lists(ACTS, min_size=1, max_size=8))
def test_any_order_leaves_the_same_campaign(bank: Connection, data: st.DataObject, acts: list[Act]) -> None:
    events = made(acts)
    in_order, figures = outcome_of(bank, [[event] for event in events])
    shuffled = data.draw(st.permutations([*events, *data.draw(st.lists(st.sampled_from(events), max_size=4))]))
    cuts = sorted(data.draw(st.sets(st.integers(1, len(shuffled)), max_size=3)))
    batches = [shuffled[start:end] for start, end in zip([0, *cuts], [*cuts, len(shuffled)], strict=True)]
    assert outcome_of(bank, batches) == (in_order, figures)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ACTS.filter(lambda act: act.kind != "foreign undo"), min_size=1, max_size=12))
def test_the_figures_are_those_of_the_core(bank: Connection, acts: list[Act]) -> None:
    events = made(acts)
    assert outcome_of(bank, [events])[1] == counted_by_core(events)
