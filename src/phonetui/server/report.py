"""Counting a campaign's attempts by caller, time, list and the like: what reports are made of.

A voter who was reached in a round counts in one group alone: where the first talk was, or else the first contact. So
the groups of any kind sum to the whole, which is what `results.tally` counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Row, select

from phonetui.core.figures import PAUSE, Counts
from phonetui.server.bulk import among
from phonetui.server.tables import attempts, events, households

#: Seconds in a quarter of an hour: zones differ by whole quarters.
QUARTER = 15 * 60

#: A caller's or a disposition's id, a quarter's or a version's number and so on; none where it is not known any more.
Key = str | int | None


class Said(Struct, frozen=True, gc=False):
    """What of an outcome's JSON is counted. Both times are the laptop's, whatever the server makes of its clock."""

    at: datetime
    shown_at: datetime | None = None
    answers: dict[str, str] = {}
    campaign_version: int = 0
    supersedes: str = ""


class Made(Struct, frozen=True, gc=False):
    """An attempt as it stands. List and zones are its household's; none where that is gone.

    `at` is the time by the server's clock; how long things took is told by the laptop's alone, in `said`.
    """

    caller_id: str
    voter_id: int
    round: int
    at: datetime
    disposition: str
    contact: bool
    talk: bool
    same_call: bool
    list_id: int | None
    zones: str | None
    said: Said

    @property
    def quarter(self) -> int:
        """Which quarter of an hour since 1970 it was made in."""
        return int(self.at.timestamp()) // QUARTER


#: What attempts can be grouped by; `script` is by the version of the campaign file.
GROUPS: Mapping[str, Callable[[Made], Key]] = {
    "caller": lambda made: made.caller_id,
    "quarter": lambda made: made.quarter,
    "disposition": lambda made: made.disposition,
    "list": lambda made: made.list_id,
    "script": lambda made: made.said.campaign_version,
    "zone": lambda made: made.zones,
}


class Period(Struct, frozen=True):
    """From `since` up to, not at, `until`; none is no bound."""

    since: datetime | None = None
    until: datetime | None = None


class Talk(Struct):
    """All talks with a voter in a round, by the version of the campaign file that the first was begun with."""

    version: int
    answers: dict[str, str]


class Counted(Struct, frozen=True):
    """What was counted: by kind and key, and each talk."""

    groups: dict[str, dict[Key, Counts]]
    talks: list[Talk]


#: Attempts read at a time.
AT_ONCE = 2_000
_WANTED = (
    "attempt_id",
    "caller_id",
    "voter_id",
    "household_id",
    "round",
    "at",
    "disposition",
    "contact",
    "talk",
    "same_call",
    "body",
)
_GONE: tuple[int | None, str | None] = (None, None)
_decode_said = msgspec.json.Decoder(Said).decode


#: As long as there have been calls.
EVER = Period()


def made(connection: Connection, campaign_id: str, period: Period = EVER) -> Iterator[Made]:
    """The campaign's attempts as they stand, in the order of their ids, which begin with the time.

    They are read a few thousand at a time, and then their households: a database that has not yet counted its rows
    would compare each with each to join them.
    """
    chosen = (
        select(*(attempts.c[name] for name in _WANTED))
        .where(attempts.c.campaign_id == campaign_id)
        .order_by(attempts.c.attempt_id)
    )
    if period.since:
        chosen = chosen.where(attempts.c.at >= period.since)
    if period.until:
        chosen = chosen.where(attempts.c.at < period.until)
    found = connection.execute(chosen, execution_options={"stream_results": True, "yield_per": AT_ONCE})
    for rows in found.partitions():
        homes = _households(connection, campaign_id, {row.household_id for row in rows})
        said = _said(connection, campaign_id, rows)
        for row in rows:
            list_id, zones = homes.get(row.household_id, _GONE)
            yield Made(
                row.caller_id,
                row.voter_id,
                row.round,
                row.at,
                row.disposition,
                row.contact,
                row.talk,
                row.same_call,
                list_id,
                zones,
                said[row.attempt_id],
            )


def _said(connection: Connection, campaign_id: str, rows: Sequence[Row[Any]]) -> dict[str, Said]:
    """What stands of these attempts, with the time of the call: a correction is made at any time after it."""
    said = {row.attempt_id: _decode_said(row.body) for row in rows}
    corrected = [attempt_id for attempt_id, one in said.items() if one.supersedes]
    if corrected:
        these = (events.c.campaign_id == campaign_id) & among(connection, events.c.event_id, corrected)
        for row in connection.execute(select(events.c.event_id, events.c.body).where(these)):
            said[row.event_id] = msgspec.structs.replace(said[row.event_id], at=_decode_said(row.body).at)
    return said


def _households(
    connection: Connection, campaign_id: str, ids: Collection[int]
) -> dict[int, tuple[int | None, str | None]]:
    """List and zones of each household that is still there."""
    wanted = (households.c.campaign_id == campaign_id) & among(connection, households.c.household_id, ids)
    columns = (households.c.household_id, households.c.list_id, households.c.zones)
    return {row[0]: (row[1], row[2]) for row in connection.execute(select(*columns).where(wanted))}


def count(attempts_made: Iterable[Made], kinds: Sequence[str] = tuple(GROUPS)) -> Counted:
    """Counts the attempts, given in the order in which they were made, in groups of these kinds of `GROUPS`."""
    counting = _Counting(kinds)
    for one in attempts_made:
        counting.add(one)
    return Counted({kind: dict(groups) for kind, groups in counting.groups.items()}, [*counting.talks.values()])


class _Counting:
    """Counts as the attempts come; keeps whom it has met as a contact, and when each caller's last result was."""

    def __init__(self, kinds: Sequence[str]) -> None:
        self.groups = {kind: defaultdict[Key, Counts](Counts) for kind in kinds}
        self.talks: dict[tuple[int, int], Talk] = {}
        self._reached: dict[tuple[int, int], list[Counts]] = {}
        self._last: dict[str, datetime] = {}

    def add(self, one: Made) -> None:
        mine = [groups[GROUPS[kind](one)] for kind, groups in self.groups.items()]
        spent = self._spent(one)
        for counts in mine:
            counts.attempts += not one.same_call
            counts.results += 1
            counts.seconds += spent
            counts.first = counts.first or one.at
        if one.contact:
            self._add_contact(one, mine)
        if one.talk:
            self._add_talk(one, mine)

    def _add_contact(self, one: Made, mine: list[Counts]) -> None:
        """The voter counts here if this is the first contact in the round, or the first talk."""
        voter = (one.voter_id, one.round)
        counted = self._reached.get(voter)
        if counted is not None and (not one.talk or voter in self.talks):
            return
        self._reached[voter] = mine
        for counts in counted or ():
            counts.contacts -= 1
        for counts in mine:
            counts.contacts += 1

    def _add_talk(self, one: Made, mine: list[Counts]) -> None:
        voter = (one.voter_id, one.round)
        before = self.talks.get(voter)
        if before is not None:
            before.answers |= one.said.answers
            return
        self.talks[voter] = Talk(one.said.campaign_version, one.said.answers)
        shown_at = None if one.same_call else one.said.shown_at
        for counts in mine:
            counts.talks += 1
            if shown_at is not None:
                counts.talk_seconds.append(_between(shown_at, one.said.at))

    def _spent(self, one: Made) -> int:
        """The caller's time since the result before; after a break, since the voter came to the screen."""
        at, shown_at = one.said.at, one.said.shown_at
        before = self._last.get(one.caller_id)
        self._last[one.caller_id] = at if before is None else max(before, at)
        if before is not None and (gap := _between(before, at)) <= PAUSE:
            return gap
        return min(_between(shown_at, at), PAUSE) if shown_at else 0


def _between(earlier: datetime, later: datetime) -> int:
    """Whole seconds; none where a clock was put back, or the caller's other laptop has another."""
    return max(int((later - earlier).total_seconds()), 0)
