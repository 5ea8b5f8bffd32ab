"""Evenings of calls as they may come about, for reports: several callers, rounds, corrections, undos, two to a call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec
from hypothesis import strategies as st
from msgspec import Raw, Struct
from sqlalchemy import Connection

from phonetui.core.campaign import Answer, Campaign, Question, Step
from phonetui.core.event import Outcome, Undo, encode, ending
from phonetui.core.voter import Phone, Voter
from phonetui.server import tables
from phonetui.server.accounts import Caller
from phonetui.server.events import store
from phonetui.server.households import rank
from phonetui.server.tickets import Ticket, write_ticket

from .phone_bank import CHICAGO, KEYS, NEW_YORK, TURNOUT, number

#: A midnight in New York, and when all events have arrived, however long the evening.
MIDNIGHT = datetime(2026, 10, 5, 4, 0, tzinfo=UTC)
NOW = MIDNIGHT + timedelta(days=4)
#: How long every voter was on the screen before the result.
ON_SCREEN = timedelta(seconds=50)

VOTE = Question("vote", {"en": "Will you vote?"}, (Answer("yes", {"en": "Yes"}), Answer("no", {"en": "No"})))
ISSUES = Question("issues", {"en": "What matters?"}, (Answer("roads", {}), Answer("schools", {})), kind="several")
PEOPLE = Question("people", {"en": "How many of you?"}, kind="number")
CAMPAIGN: Campaign = msgspec.structs.replace(
    TURNOUT,
    name="<b>Turnout</b> | [now](javascript:1)",
    steps=(Step("vote", question=VOTE), Step("issues", question=ISSUES), Step("people", question=PEOPLE)),
)
#: Voters by household, whose list and zone follow; a household has two voters.
ZONES = {1: NEW_YORK, 2: CHICAGO, 3: NEW_YORK}
LISTS = {1: 1, 2: 1, 3: 2}
LIST_NAMES = {1: "Mill | River", 2: "<i>Hill</i>"}
HOUSEHOLD = {1: 1, 2: 1, 3: 2, 4: 2, 5: 3, 6: 3}
CALLERS = {name: Caller(name, name, "", False, {"turnout": "caller"}, name, name) for name in ("dana", "eli")}
NAMES = {"dana": 'Dana "D" <Ray>', "eli": "Eli *Cruz*"}


class Act(Struct, frozen=True):
    """What a caller did: an outcome for a voter in a round, or something about one of their earlier ones."""

    kind: str
    caller: str
    voter: int
    round: int
    disposition: str
    minutes: int
    same_call: bool
    version: int
    answers: dict[str, str]
    about: int


ACTS = st.builds(
    Act,
    kind=st.sampled_from(["outcome"] * 5 + ["correction", "undo"]),
    caller=st.sampled_from(sorted(CALLERS)),
    voter=st.sampled_from(sorted(HOUSEHOLD)),
    round=st.integers(0, 1),
    disposition=st.sampled_from(["not_home", "busy", "talked", "talked", "call_back", "refused", "pigeon"]),
    minutes=st.sampled_from([0, 1, 2, 9, 14, 15, 16, 47, 200]),
    same_call=st.sampled_from([False, False, False, True]),
    version=st.integers(0, 2),
    answers=st.fixed_dictionaries(
        {},
        optional={
            "vote": st.sampled_from(["yes", "no", "perhaps"]),
            "issues": st.sampled_from(["roads", "roads;schools"]),
            "people": st.sampled_from(["2", "3"]),
            "sign": st.just("on the lawn"),
        },
    ),
    about=st.integers(0, 3),
)


class History(Struct, frozen=True):
    """Events with their callers, and the round of each attempt."""

    events: list[tuple[str, Outcome | Undo]]
    rounds: dict[str, int]


def history(acts: Sequence[Act]) -> History:
    """The events of these acts; their ids, as real ones, begin with the time."""
    events: list[tuple[str, Outcome | Undo]] = []
    rounds: dict[str, int] = {}
    shown_at: dict[str, datetime] = {}
    at = MIDNIGHT + timedelta(hours=12)
    for seq, act in enumerate(acts, 1):
        at += timedelta(minutes=act.minutes, seconds=7)
        event_id = f"{seq:06}-{act.caller}"
        mine = [event for caller, event in events if caller == act.caller]
        earlier = mine[-1 - act.about % len(mine)] if mine else None
        voter = int(earlier.voter_id) if earlier and act.kind != "outcome" else act.voter
        ticket = Ticket(HOUSEHOLD[voter], MIDNIGHT, act.round)
        common = {
            "id": event_id,
            "seq": seq,
            "at": at,
            "campaign_id": "turnout",
            "voter_id": str(voter),
            "ticket": write_ticket(KEYS.ticket, "turnout", act.caller, str(voter), ticket),
            "supersedes": earlier.id if earlier and act.kind != "outcome" else "",
        }
        shown_at[event_id] = shown_at[str(common["supersedes"])] if common["supersedes"] else at - ON_SCREEN
        if act.kind == "undo" and earlier:
            events.append((act.caller, msgspec.convert(common, Undo)))
            continue
        said = {
            "disposition": act.disposition,
            "number_ending": ending(number(HOUSEHOLD[voter])),
            "same_call": act.same_call,
            "campaign_version": act.version,
            "answers": act.answers,
            "shown_at": shown_at[event_id],
            "talked": bool(act.answers),
        }
        events.append((act.caller, msgspec.convert({**common, **said}, Outcome)))
        rounds[event_id] = act.round
    return History(events, rounds)


def prepare(connection: Connection) -> None:
    """A campaign with these voters and callers, on an empty server."""
    body = msgspec.json.encode(CAMPAIGN)
    row = {"campaign_id": "turnout", "version": 1, "state": "open", "source": "", "body": body, "added_at": NOW}
    connection.execute(tables.campaigns.insert().values(row))
    for list_id, name in LIST_NAMES.items():
        connection.execute(
            tables.lists.insert().values(campaign_id="turnout", list_id=list_id, name=name, priority=list_id)
        )
    for caller_id, name in NAMES.items():
        account = {"caller_id": caller_id, "email": f"{caller_id}@example.org", "name": name, "password_hash": ""}
        connection.execute(tables.accounts.insert().values(**account, added_at=NOW))
    for household_id, zone in ZONES.items():
        at = {"campaign_id": "turnout", "list_id": LISTS[household_id], "household_id": household_id}
        phone = number(household_id)
        home = {"number": phone, "zones": zone, "position": household_id}
        connection.execute(tables.households.insert().values(**at, **home, rank=rank(0, 0, household_id)))
        for voter_id in (voter for voter, home_id in HOUSEHOLD.items() if home_id == household_id):
            voter = Voter(str(voter_id), "Anneliese", "Zimmermann", phones=(Phone(phone),), zones=(zone,))
            person = {"voter_id": voter_id, "position": voter_id, "import_id": 1, "file_key": f"id:{voter_id}"}
            connection.execute(tables.voters.insert().values(**at, **person, body=msgspec.json.encode(voter)))


def take_in(connection: Connection, events: Sequence[tuple[str, Outcome | Undo]]) -> None:
    """What arrives from the callers."""
    for caller in CALLERS:
        bodies = [Raw(encode(event)) for sender, event in events if sender == caller]
        store(connection, KEYS.ticket, CALLERS[caller], CAMPAIGN, bodies, NOW)
