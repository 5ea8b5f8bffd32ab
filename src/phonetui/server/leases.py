"""Leases: households lent to a device ahead of need, for a time that every exchange renews."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from msgspec import Struct
from sqlalchemy import Connection, and_, bindparam, literal_column, select, update

from phonetui.core.campaign import Campaign
from phonetui.core.eligibility import closes_at
from phonetui.server.accounts import Caller
from phonetui.server.choosing import Candidate, choose, own_promises
from phonetui.server.coming_back import NOT_LENT, call_in_expired, wake_rested
from phonetui.server.engine import after_finding
from phonetui.server.household_states import settle
from phonetui.server.lending_limits import DailyLimit, HourlyLimit, count_lent
from phonetui.server.lent_households import LentHousehold, LentHouseholds
from phonetui.server.locked_numbers import lock_numbers, renew_locks, unlock_numbers
from phonetui.server.out_of_voters import out_of_voters
from phonetui.server.tables import households, number_locks
from phonetui.wire import LENT_FOR, WANT, ExchangeRequest, Lease, Out

#: A lease that runs at least this long is not renewed yet, so that a watch need not write.
LONG_ENOUGH = LENT_FOR - timedelta(minutes=5)
_HIGHEST_ID = 2**31 - 1


class Lent(Struct, frozen=True):
    """What an exchange says of leases; `on_hand` are the households that the device holds from now on.

    `renewed_until` is the end of those that the laptop names, save of those in `along_until`, by id, which run longer.
    """

    on_hand: frozenset[int]
    leases: tuple[Lease, ...] = ()
    renewed_until: datetime | None = None
    along_until: dict[str, datetime] = {}
    ended: tuple[str, ...] = ()
    out: Out = Out()


class _Mine(Candidate, frozen=True):
    """One lent to this device already. `locked` is false when its number has gone to another campaign meanwhile."""

    lent_at: datetime
    lent_until: datetime
    locked: bool


_OF_CAMPAIGN = households.c.campaign_id == bindparam("campaign")
_BORROWED = and_(
    _OF_CAMPAIGN,
    households.c.lent_to != literal_column("''"),
    households.c.lent_to == bindparam("caller"),
    households.c.lent_device == bindparam("device"),
)
_BORROWED_IDS = select(households.c.household_id).where(_BORROWED)
_MINE = (
    select(*[households.c[name] for name in _Mine.__struct_fields__ if name != "locked"])
    .add_columns(number_locks.c.number.is_not(None).label("locked"))
    .join_from(
        households,
        number_locks,
        and_(
            number_locks.c.number == households.c.number,
            number_locks.c.campaign_id == households.c.campaign_id,
            number_locks.c.household_id == households.c.household_id,
        ),
        isouter=True,
    )
    .where(_BORROWED)
    .order_by(after_finding(households.c.household_id))
    .with_for_update(of=households)
)
_THESE = households.c.household_id.in_(bindparam("households", expanding=True))
_FREE = (
    select(households.c.household_id, households.c.number, households.c.lent_at)
    .where(_OF_CAMPAIGN, _THESE, households.c.lent_to == "", households.c.state.in_(("ready", "resting")))
    .order_by(households.c.household_id)
    .with_for_update()
)
#: Sets the columns that are named when it is executed.
_SET = update(households).where(_OF_CAMPAIGN, _THESE)


class Lender:
    """Lends a campaign's households to one device. `lending` is false while the campaign makes no calls."""

    def __init__(
        self, connection: Connection, key: bytes, caller: Caller, campaign: Campaign, lending: bool, now: datetime
    ) -> None:
        self._connection = connection
        self._caller = caller
        self._campaign = campaign
        self._lending = lending
        self._now = now
        self._until = now + LENT_FOR
        self._lent = LentHouseholds(connection, key, campaign, caller.caller_id, now)
        self._hourly = HourlyLimit(connection, campaign.campaign_id, caller.caller_id, now)
        self._daily = DailyLimit(connection, campaign.campaign_id, caller.caller_id, campaign.take_along, now)

    def lend(self, request: ExchangeRequest, undone: Mapping[int, datetime]) -> Lent:
        """New leases up to `want`, and again those that the laptop does not know of.

        Of the households that it names as held, those in which it has just taken something back are its own once more.
        """
        on_laptop = _ids(request.held)
        self._take_again({household_id: undone[household_id] for household_id in on_laptop & set(undone)})
        kept = self._settle_up(on_laptop, _ids(request.given_back), finishing=request.wait <= 0)
        along = min(request.along, self._campaign.take_along) if self._lending else 0
        ends = self._renew(kept, to_the_days_end=along > 0)
        renewed, along_until = self._said_of(ends)
        ended = tuple(key for key in request.held if key not in {str(household_id) for household_id in ends})
        if not self._lending:
            return Lent(frozenset(ends), (), renewed, along_until, ended)
        to_call = [row for row in sorted(kept, key=lambda row: row.rank) if row.state == "lent"]
        lost = [_lent(row, row.lent_at, ends) for row in to_call if row.household_id not in on_laptop]
        new = self._take_along(ends.keys() | on_laptop, along - len(to_call))
        wanted = min(request.want - len(lost), WANT - len(to_call)) - len(new)
        new += self._lend_ahead(ends.keys() | on_laptop | {row.household_id for row in new}, wanted)
        if wanted <= 0 and len(to_call) >= WANT:  # a promise is kept before those on hand are called
            new += self._lend_promised(ends.keys() | on_laptop | {row.household_id for row in new})
        nothing = Out()
        if not new and wanted > 0:
            limit, caller_id = self._hourly.more_at(), self._caller.caller_id
            nothing = out_of_voters(self._connection, self._campaign, caller_id, limit, self._now)
        leases = self._lent.leases([*lost, *new])
        on_hand = frozenset(ends) | {row.household_id for row in new}
        return Lent(on_hand, leases, renewed, along_until, ended, nothing)

    def _said_of(self, ends: Mapping[int, datetime]) -> tuple[datetime | None, dict[str, datetime]]:
        """The end that most of these leases share, and those that run longer."""
        usual = [end for end in ends.values() if end <= self._until]
        return min(usual, default=None), {str(key): end for key, end in ends.items() if end > self._until}

    # -- what the device has -------------------------------------------------------------------------------------------

    def _mine(self) -> list[_Mine]:
        by = _borrowed_by(self._caller, self._campaign.campaign_id)
        return [_Mine(*row) for row in self._connection.execute(_MINE, by)]

    def _settle_up(self, on_laptop: Collection[int], given_back: Collection[int], *, finishing: bool) -> list[_Mine]:
        """The leases that go on. The others go back: of those finished, and of those given back.

        With `finishing`, a household is finished that has a result, or is closed, and is not held any more. Until then
        a closed one is nobody else's: should it be opened again, the laptop may not know yet that it was closed.
        """
        kept: list[_Mine] = []
        over: list[_Mine] = []
        for row in self._mine():
            finished = finishing and row.state != "lent" and row.household_id not in on_laptop
            done = finished or row.household_id in given_back
            if done or not row.locked:
                over.append(row)
            elif row.state != "closed":
                kept.append(row)
        if over:
            self._set([row.household_id for row in over], NOT_LENT)
            unlock_numbers(
                self._connection, self._campaign.campaign_id, [(row.number, row.household_id) for row in over]
            )
            settle(self._connection, self._campaign, [row.household_id for row in over if row.state == "lent"])
        return kept

    def _renew(self, kept: Sequence[_Mine], *, to_the_days_end: bool) -> dict[int, datetime]:
        """When each lease ends now. None is shortened; they are renewed together, and not at every exchange."""
        ends = {row.household_id: row.lent_until for row in kept}
        if any(end < self._now + LONG_ENOUGH for end in ends.values()):
            ends = {household_id: max(end, self._until) for household_id, end in ends.items()}
        if to_the_days_end:
            to_call = (row for row in kept if row.state == "lent")
            ends |= {row.household_id: max(ends[row.household_id], self._days_end(row)) for row in to_call}
        renewed = [row for row in kept if row.lent_until < ends[row.household_id]]
        for until, rows in _by_end(renewed, ends).items():
            self._set([row.household_id for row in rows], {"lent_until": until})
            numbers = {row.number: row.household_id for row in rows}
            renew_locks(self._connection, self._campaign.campaign_id, numbers, until)
        return ends

    def _days_end(self, household: Candidate) -> datetime:
        """The end of the day's calling hours where a household lives, and of no shorter lease than an ordinary one."""
        closing = closes_at(self._campaign, household.zones.split(), self._now)
        return max(self._until, closing.astimezone(UTC)) if closing else self._until

    # -- what it is lent -----------------------------------------------------------------------------------------------

    def _take_along(self, held: Collection[int], wanted: int) -> list[LentHousehold]:
        """Households that a caller takes along, in the order in which to call them."""
        chosen = self._choose(held, wanted, self._daily, later_today=True)
        lent = self._lend_new(chosen, {row.household_id: self._days_end(row) for row in chosen})
        self._count(along=len(lent))
        return lent

    def _lend_ahead(self, held: Collection[int], wanted: int) -> list[LentHousehold]:
        """Households lent ahead of need, likewise."""
        chosen = self._choose(held, wanted, self._hourly)
        lent = self._lend_new(chosen, {row.household_id: self._until for row in chosen})
        self._count(households=len(lent))
        return lent

    def _lend_promised(self, held: Collection[int]) -> list[LentHousehold]:
        """Call backs that this caller promised and that are due, likewise."""
        chosen = own_promises(self._connection, self._campaign, self._caller.caller_id, held, self._now)
        lent = self._lend_new(chosen, {row.household_id: self._until for row in chosen})
        self._count(households=len(lent))
        return lent

    def _choose(
        self, held: Collection[int], wanted: int, limit: HourlyLimit | DailyLimit, *, later_today: bool = False
    ) -> list[Candidate]:
        wanted = min(wanted, limit.left) if wanted > 0 else 0
        if wanted <= 0:
            return []
        call_in_expired(self._connection, self._campaign, self._now)
        wake_rested(self._connection, self._campaign.campaign_id, self._now)
        caller_id = self._caller.caller_id
        return choose(self._connection, self._campaign, caller_id, wanted, held, self._now, later_today=later_today)

    def _lend_new(self, chosen: Sequence[Candidate], ends: Mapping[int, datetime]) -> list[LentHousehold]:
        """Those of the chosen households whose numbers are free, lent to the device until their ends."""
        lent: set[int] = set()
        lent_at = self._now.replace(microsecond=0)
        for until, rows in _by_end(chosen, ends).items():
            locked = self._lock({row.number: row.household_id for row in rows}, until)
            mine = [row.household_id for row in rows if row.number in locked]
            self._set(mine, {**self._to_me(until), "state": "lent", "lent_at": lent_at})
            lent.update(mine)
        return [_lent(row, lent_at, ends) for row in chosen if row.household_id in lent]

    def _count(self, *, households: int = 0, along: int = 0) -> None:
        if households or along:
            key = self._campaign.campaign_id, self._caller.caller_id, self._now
            count_lent(self._connection, *key, households=households, along=along)

    def _take_again(self, undone: Mapping[int, datetime]) -> None:
        """What was taken back is called again by the same caller, unless the household has gone elsewhere."""
        if not undone:
            return
        rows = self._connection.execute(_FREE, self._of(undone)).all()
        locked = self._lock({row.number: row.household_id for row in rows}, self._until)
        mine = [row for row in rows if row.number in locked]
        for row in mine:  # a server restored from a backup may not know that it was ever lent
            lent_at = row.lent_at or undone[row.household_id]
            self._set([row.household_id], {**self._to_me(self._until), "lent_at": lent_at})
        settle(self._connection, self._campaign, [row.household_id for row in mine])

    def _lock(self, numbers: Mapping[str, int], until: datetime) -> set[str]:
        return lock_numbers(self._connection, self._campaign.campaign_id, numbers, self._now, until)

    def _to_me(self, until: datetime) -> dict[str, object]:
        return {"lent_to": self._caller.caller_id, "lent_device": self._caller.device_id, "lent_until": until}

    def _set(self, household_ids: Collection[int], values: Mapping[str, object]) -> None:
        if household_ids:
            self._connection.execute(_SET, {**self._of(household_ids), **values})

    def _of(self, household_ids: Iterable[int]) -> dict[str, object]:
        return {"campaign": self._campaign.campaign_id, "households": sorted(household_ids)}


Row = TypeVar("Row", bound=Candidate)


def _by_end(rows: Iterable[Row], ends: Mapping[int, datetime]) -> dict[datetime, list[Row]]:
    """The households by when their leases end."""
    grouped: dict[datetime, list[Row]] = {}
    for row in rows:
        grouped.setdefault(ends[row.household_id], []).append(row)
    return grouped


def _lent(row: Candidate, lent_at: datetime, ends: Mapping[int, datetime]) -> LentHousehold:
    return LentHousehold(
        row.household_id,
        row.number,
        row.address_key,
        row.attempts,
        lent_at,
        ends[row.household_id],
        row.promised_to,
        row.promised_at,
    )


def borrowed(connection: Connection, campaign_id: str, caller: Caller) -> set[int]:
    """The households that this device has."""
    return set(connection.scalars(_BORROWED_IDS, _borrowed_by(caller, campaign_id)))


def _borrowed_by(caller: Caller, campaign_id: str) -> dict[str, str]:
    return {"campaign": campaign_id, "caller": caller.caller_id, "device": caller.device_id}


def _ids(held: Iterable[str]) -> set[int]:
    """The households that the laptop names, as far as they can be any."""
    numbers = (int(key) for key in held if key.isascii() and key.isdigit() and len(key) <= len(str(_HIGHEST_ID)))
    return {number for number in numbers if number <= _HIGHEST_ID}
