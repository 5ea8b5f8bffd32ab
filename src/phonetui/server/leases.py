"""Leases: households lent to a device ahead of need, for a time that every exchange renews."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, and_, literal_column, select, update

from phonetui.core.campaign import Campaign
from phonetui.server.accounts import Caller
from phonetui.server.choosing import choose
from phonetui.server.coming_back import NOT_LENT, call_in_expired, wake_rested
from phonetui.server.engine import after_finding
from phonetui.server.hourly_limit import HourlyLimit
from phonetui.server.household_states import settle
from phonetui.server.lent_households import LentHouseholds
from phonetui.server.locked_numbers import lock_numbers, renew_locks, unlock_numbers
from phonetui.server.out_of_voters import out_of_voters
from phonetui.server.tables import households, number_locks
from phonetui.wire import WANT, Lease, Out

LENT_FOR = timedelta(hours=2)
#: A lease that runs at least this long is not renewed yet, so that a watch need not write.
LONG_ENOUGH = LENT_FOR - timedelta(minutes=5)
_HIGHEST_ID = 2**31 - 1


class Lent(Struct, frozen=True):
    """What an exchange says of leases; `on_hand` are the households that the device holds from now on."""

    on_hand: frozenset[int]
    leases: tuple[Lease, ...] = ()
    renewed_until: datetime | None = None
    ended: tuple[str, ...] = ()
    out: Out = Out()


class _Mine(Struct, frozen=True):
    """A household lent to this device. `locked` is false when its number has gone to another campaign meanwhile."""

    household_id: int
    number: str
    state: str
    rank: int
    lent_until: datetime
    locked: bool


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
        self._lent = LentHouseholds(connection, key, campaign, caller.caller_id)
        self._limit = HourlyLimit(connection, campaign.campaign_id, caller.caller_id, now)

    def lend(self, held: Collection[str], undone: Mapping[int, datetime], want: int, *, finishing: bool) -> Lent:
        """New leases up to `want`, and again those that the laptop does not know of.

        `held` are the households on the laptop; those in which it has just taken something back are its own once more.
        With `finishing`, a household that has a result and is not held any more goes back.
        """
        on_laptop = _ids(held)
        self._take_again({household_id: undone[household_id] for household_id in on_laptop & set(undone)})
        kept = self._settle_up(on_laptop, finishing)
        until = self._renew(kept)
        mine = frozenset(row.household_id for row in kept)
        named = {str(household_id) for household_id in mine}
        ended = tuple(key for key in held if key not in named)
        if not self._lending:
            return Lent(mine, (), until, ended)
        to_call = [row for row in sorted(kept, key=lambda row: row.rank) if row.state == "lent"]
        lost = [row.household_id for row in to_call if row.household_id not in on_laptop]
        wanted = min(want - len(lost), WANT - len(to_call))
        new = self._lend_new(mine | on_laptop, wanted)
        leases = (*self._lent.leases(lost, until or self._now), *self._lent.leases(new, self._until))
        if new or wanted <= 0:
            return Lent(mine | set(new), leases, until, ended)
        nothing = out_of_voters(self._connection, self._campaign, self._limit.more_at(), self._now)
        return Lent(mine, leases, until, ended, nothing)

    # -- what the device has -------------------------------------------------------------------------------------------

    def _mine(self) -> list[_Mine]:
        lock = and_(
            number_locks.c.number == households.c.number,
            number_locks.c.campaign_id == households.c.campaign_id,
            number_locks.c.household_id == households.c.household_id,
        )
        columns = [households.c[name] for name in _Mine.__struct_fields__ if name != "locked"]
        lent = (
            select(*columns, number_locks.c.number.is_not(None).label("locked"))
            .join_from(households, number_locks, lock, isouter=True)
            .where(_borrowed_by(self._caller, self._campaign.campaign_id))
            .order_by(after_finding(households.c.household_id))
            .with_for_update(of=households)
        )
        return [_Mine(**row._mapping) for row in self._connection.execute(lent)]

    def _settle_up(self, on_laptop: Collection[int], finishing: bool) -> list[_Mine]:
        """The leases that go on. The others go back: of closed households, and of those that are finished."""
        kept: list[_Mine] = []
        over: list[_Mine] = []
        for row in self._mine():
            finished = finishing and row.state != "lent" and row.household_id not in on_laptop
            (over if finished or row.state == "closed" or not row.locked else kept).append(row)
        if over:
            self._set([row.household_id for row in over], NOT_LENT)
            unlock_numbers(
                self._connection, self._campaign.campaign_id, [(row.number, row.household_id) for row in over]
            )
            settle(self._connection, self._campaign, [row.household_id for row in over if row.state == "lent"])
        return kept

    def _renew(self, kept: Sequence[_Mine]) -> datetime | None:
        """When the leases end now; they are renewed together, and not at every exchange."""
        if not kept:
            return None
        if all(row.lent_until >= self._now + LONG_ENOUGH for row in kept):
            return min(row.lent_until for row in kept)
        self._set([row.household_id for row in kept], {"lent_until": self._until})
        numbers = {row.number: row.household_id for row in kept}
        renew_locks(self._connection, self._campaign.campaign_id, numbers, self._until)
        return self._until

    # -- what it is lent -----------------------------------------------------------------------------------------------

    def _lend_new(self, held: Collection[int], wanted: int) -> list[int]:
        """The households newly lent to the device, in the order in which to call them."""
        wanted = min(wanted, self._limit.left()) if wanted > 0 else 0
        if wanted <= 0:
            return []
        call_in_expired(self._connection, self._campaign, self._now)
        wake_rested(self._connection, self._campaign.campaign_id, self._now)
        chosen = choose(self._connection, self._campaign, self._caller.caller_id, wanted, held, self._now)
        locked = self._lock({row.number: row.household_id for row in chosen})
        lent = [row.household_id for row in chosen if row.number in locked]
        if lent:
            self._set(lent, {**self._to_me(), "state": "lent", "lent_at": self._now.replace(microsecond=0)})
            self._limit.count(len(lent))
        return lent

    def _take_again(self, undone: Mapping[int, datetime]) -> None:
        """What was taken back is called again by the same caller, unless the household has gone elsewhere."""
        if not undone:
            return
        free = select(households.c.household_id, households.c.number, households.c.lent_at).where(
            *self._of(undone), households.c.lent_to == "", households.c.state.in_(("ready", "resting"))
        )
        rows = self._connection.execute(free.order_by(households.c.household_id).with_for_update()).all()
        locked = self._lock({row.number: row.household_id for row in rows})
        mine = [row for row in rows if row.number in locked]
        for row in mine:  # a server restored from a backup may not know that it was ever lent
            self._set([row.household_id], {**self._to_me(), "lent_at": row.lent_at or undone[row.household_id]})
        settle(self._connection, self._campaign, [row.household_id for row in mine])

    def _lock(self, numbers: Mapping[str, int]) -> set[str]:
        return lock_numbers(self._connection, self._campaign.campaign_id, numbers, self._now, self._until)

    def _to_me(self) -> dict[str, object]:
        return {
            "lent_to": self._caller.caller_id,
            "lent_device": self._caller.device_id,
            "lent_until": self._until,
        }

    def _set(self, household_ids: Iterable[int], values: Mapping[str, object]) -> None:
        self._connection.execute(update(households).where(*self._of(household_ids)).values(dict(values)))

    def _of(self, household_ids: Iterable[int]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        of_campaign = households.c.campaign_id == self._campaign.campaign_id
        return of_campaign, households.c.household_id.in_(sorted(household_ids))


def borrowed(connection: Connection, campaign_id: str, caller: Caller) -> set[int]:
    """The households that this device has."""
    return set(connection.scalars(select(households.c.household_id).where(_borrowed_by(caller, campaign_id))))


def _borrowed_by(caller: Caller, campaign_id: str) -> ColumnElement[bool]:
    return and_(
        households.c.campaign_id == campaign_id,
        households.c.lent_to != literal_column("''"),
        households.c.lent_to == caller.caller_id,
        households.c.lent_device == caller.device_id,
    )


def _ids(held: Iterable[str]) -> set[int]:
    """The households that the laptop names, as far as they can be any."""
    numbers = (int(key) for key in held if key.isascii() and key.isdigit() and len(key) <= len(str(_HIGHEST_ID)))
    return {number for number in numbers if number <= _HIGHEST_ID}
