"""Laptop and campaign server say the same of the same calls: who may be called again, and when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Raw
from sqlalchemy import Connection, select

from phonetui.client.calls import Called, Calls
from phonetui.core import recall
from phonetui.core.event import Attempt, Outcome, Undo, encode, ending
from phonetui.core.standard_dispositions import BY_ID, QUIET
from phonetui.core.voter import Household, Phone, Voter
from phonetui.server import tables
from phonetui.server.accounts import Caller
from phonetui.server.choosing import choose
from phonetui.server.coming_back import wake_rested
from phonetui.server.engine import plain_engine
from phonetui.server.events import store
from phonetui.server.households import rank
from phonetui.server.tickets import Ticket, write_ticket
from tests.server.phone_bank import CHICAGO, KEYS, NEW_YORK, TURNOUT, number

DANA = Caller("dana", "Dana", "dana@example.org", False, {"turnout": "caller"}, "dana-1", "dana-1")
#: A Tuesday, 9 am in New York.
MORNING = datetime(2026, 10, 6, 13, 0, tzinfo=UTC)
PEOPLE = ("1", "2")
ZONES = (CHICAGO, NEW_YORK)
HOME = Household(
    "1",
    number(1),
    tuple(Voter(person, "Ann", "Doe", phones=(Phone(number(1)),), zones=ZONES) for person in PEOPLE),
)
RULES = [
    msgspec.structs.replace(
        TURNOUT,
        dispositions=(*TURNOUT.dispositions, QUIET),
        calling=msgspec.structs.replace(TURNOUT.calling, attempts_per_day=a_day, attempts_in_all=in_all),
    )
    for a_day, in_all in ((1, 4), (2, 4), (3, 2))
]


class Dialing(NamedTuple):
    """A dialing, minutes after the one before: what came of it for one, then on the same call for the other."""

    after: int
    first: str
    results: tuple[str, ...]
    call_at: int
    to_me: bool
    taken_back: bool


RESULTS = st.sampled_from(sorted({*BY_ID} - {"left_message"}))
DIALINGS = st.lists(
    st.builds(
        Dialing,
        st.integers(1, 60 * 30),
        st.sampled_from(PEOPLE),
        st.lists(RESULTS, min_size=1, max_size=2).map(tuple),
        st.integers(0, 60 * 30),
        st.booleans(),
        st.booleans(),
    ),
    min_size=1,
    max_size=4,
)


def made(dialings: list[Dialing]) -> list[Attempt]:
    """The caller's events. Each dialing is of another lease, and a result that is about the number ends it."""
    events: list[Attempt] = []
    at = MORNING
    for lent, dialing in enumerate(dialings):
        at += timedelta(minutes=dialing.after)
        ticket = Ticket(1, at.replace(second=0), lent)
        other = PEOPLE[dialing.first == PEOPLE[0]]
        for nth, (person, said) in enumerate(zip((dialing.first, other), dialing.results, strict=False)):
            disposition = BY_ID[said]
            common: dict[str, Any] = {
                "seq": len(events) + 1,
                "at": at + timedelta(seconds=nth + 1),
                "campaign_id": "turnout",
                "voter_id": person,
                "ticket": write_ticket(KEYS.ticket, "turnout", "dana", person, ticket),
            }
            wants_a_time = disposition.call_back or disposition.quiet
            outcome = Outcome(
                id=f"event-{len(events):03}",
                disposition=said,
                number_ending=ending(number(1)),
                same_call=nth > 0,
                call_at=at + timedelta(minutes=dialing.call_at) if wants_a_time else None,
                to_me=dialing.to_me and disposition.call_back,
                **common,
            )
            events.append(outcome)
            if dialing.taken_back and nth == 0:
                common["seq"] += 1
                events.append(Undo(id=f"event-{len(events):03}", supersedes=outcome.id, **common))
                break
            if disposition.about == "number":
                break
    return events


@pytest.fixture(scope="module")
def server() -> Iterator[Connection]:
    """A database in memory with one household of two."""
    with plain_engine("sqlite+aiosqlite://").connect() as connection:
        tables.metadata.create_all(connection)
        row = {"campaign_id": "turnout", "version": 1, "state": "open", "source": "", "added_at": MORNING}
        connection.execute(tables.campaigns.insert().values(**row, body=msgspec.json.encode(TURNOUT)))
        at = {"campaign_id": "turnout", "list_id": 1, "household_id": 1}
        home = {"number": number(1), "zones": " ".join(sorted(ZONES)), "position": 1, "rank": rank(0, 0, 1)}
        connection.execute(tables.households.insert().values(**at, **home))
        for voter in HOME.voters:
            person = {"voter_id": int(voter.voter_id), "position": 1, "import_id": 1, "file_key": voter.voter_id}
            connection.execute(tables.voters.insert().values(**at, **person, body=msgspec.json.encode(voter)))
        connection.commit()
        yield connection


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(DIALINGS, st.sampled_from(RULES), st.lists(st.integers(0, 60 * 24 * 14), min_size=1, max_size=6))
def test_the_server_lends_whom_the_laptop_would_call_from_the_same_calls(
    server: Connection, dialings: list[Dialing], campaign: Any, later: list[int]
) -> None:
    events = made(dialings)
    last = max(event.at for event in events) + timedelta(minutes=1)
    calls = Calls()
    for event in events:
        calls = calls.add(HOME.number, Called(event, HOME.household_id, event.at))
    try:
        store(server, KEYS.ticket, DANA, campaign, [Raw(encode(event)) for event in events], last)
        row = server.execute(select(tables.households)).one()
        stands = calls.stands(campaign, HOME)
        assert (row.state, row.ready_at, row.promised_at) == (stands.state, stands.ready_at, stands.promised_at)
        assert (bool(row.promised_to), row.only_to_promiser) == (bool(stands.promised), stands.to_me)
        moments = [last + timedelta(minutes=minutes) for minutes in sorted(later)]
        for moment in (*moments, *([max(stands.ready_at, last)] if stands.ready_at else [])):
            wake_rested(server, "turnout", moment)
            lent = choose(server, campaign, "dana", 1, [], moment)
            assert bool(lent) == recall.verdict(campaign, HOME.zones, moment, stands).allowed
    finally:
        server.rollback()
