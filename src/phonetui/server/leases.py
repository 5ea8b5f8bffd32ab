"""Leases: households lent to a device ahead of need, for a time that every exchange renews."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, and_, delete, func, literal_column, select, update

from phonetui.core.campaign import Campaign
from phonetui.server.accounts import Caller
from phonetui.server.choosing import choose
from phonetui.server.engine import after_finding, insert
from phonetui.server.household_states import settle
from phonetui.server.lent_households import LentHouseholds
from phonetui.server.out_of_voters import out_of_voters
from phonetui.server.tables import events, households, lendings, number_locks
from phonetui.wire import WANT, Lease, Out

LENT_FOR = timedelta(hours=2)
#: A lease that runs at least this long is not renewed yet, so that a watch need not write.
LONG_ENOUGH = LENT_FOR - timedelta(minutes=5)
#: New leases in `AN_HOUR` beyond one for each household with an outcome, so that nobody walks off with the list.
BEYOND_OUTCOMES = 50
AN_HOUR = timedelta(hours=1)
#: So many households come back into the queue with each lease.
COME_BACK = 100
#: No household's id is longer.
_DIGITS = 11
NOT_LENT = {"lent_to": "", "lent_device": "", "lent_until": None}


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


def borrowed(connection: Connection, campaign_id: str, caller: Caller) -> set[int]:
    """The households that this device has."""
    lent = select(households.c.household_id).where(
        households.c.campaign_id == campaign_id,
        households.c.lent_to != literal_column("''"),
        households.c.lent_to == caller.caller_id,
        households.c.lent_device == caller.device_id,
    )
    return set(connection.scalars(lent))


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
        self._lent = LentHouseholds(connection, key, campaign, caller.caller_id)

    def lend(self, held: Collection[str], undone: Mapping[int, datetime], want: int, *, finishing: bool) -> Lent:
        """New leases up to `want`, and again those that the laptop does not know of.

        `held` are the households on the laptop; those in which it has just taken something back are its own once more.
        With `finishing`, a household that has a result and is not held any more goes back.
        """
        on_laptop = {int(key) for key in held if key.isascii() and key.isdigit() and len(key) < _DIGITS}
        self._take_again({household_id: undone[household_id] for household_id in on_laptop & set(undone)})
        kept = self._settle_up(on_laptop, finishing)
        until = self._renew(kept)
        mine = frozenset(row.household_id for row in kept)
        ended = tuple(key for key in held if key not in {str(household_id) for household_id in mine})
        if not self._lending:
            return Lent(mine, (), until, ended)
        to_call = [row for row in sorted(kept, key=lambda row: row.rank) if row.state == "lent"]
        lost = [row.household_id for row in to_call if row.household_id not in on_laptop]
        wanted = min(want - len(lost), WANT - len(to_call))
        new = self._lend_new(mine | on_laptop, wanted)
        leases = (*self._lent.leases(lost, until or self._now), *self._lent.leases(new, self._now + LENT_FOR))
        if new or wanted <= 0:
            return Lent(mine | set(new), leases, until, ended)
        nothing = out_of_voters(self._connection, self._campaign, self._more_at(), self._now)
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
            .where(
                households.c.campaign_id == self._campaign.campaign_id,
                households.c.lent_to != literal_column("''"),
                households.c.lent_to == self._caller.caller_id,
                households.c.lent_device == self._caller.device_id,
            )
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
        self._give_back(over)
        return kept

    def _give_back(self, rows: Sequence[_Mine]) -> None:
        ids = [row.household_id for row in rows]
        if not ids:
            return
        self._connection.execute(update(households).where(*self._of(ids)).values(NOT_LENT))
        self._unlock([row.number for row in rows], ids)
        untouched = [row.household_id for row in rows if row.state == "lent"]
        settle(self._connection, self._campaign, untouched)

    def _renew(self, kept: Sequence[_Mine]) -> datetime | None:
        """When the leases end now; they are renewed together, and not at every exchange."""
        if not kept:
            return None
        if all(row.lent_until >= self._now + LONG_ENOUGH for row in kept):
            return min(row.lent_until for row in kept)
        until = self._now + LENT_FOR
        ids = [row.household_id for row in kept]
        self._connection.execute(update(households).where(*self._of(ids)).values(lent_until=until))
        locks = number_locks.c.number.in_(sorted(row.number for row in kept))
        mine = locks & (number_locks.c.campaign_id == self._campaign.campaign_id)
        renewed = update(number_locks).where(mine, number_locks.c.household_id.in_(ids))
        self._connection.execute(renewed.values(until=until))
        return until

    # -- what it is lent -----------------------------------------------------------------------------------------------

    def _lend_new(self, held: Collection[int], wanted: int) -> list[int]:
        """The households newly lent to the device, in the order in which to call them."""
        wanted = min(wanted, self._allowed_this_hour()) if wanted > 0 else 0
        if wanted <= 0:
            return []
        self._call_in_expired()
        self._wake_rested()
        chosen = choose(self._connection, self._campaign, self._caller.caller_id, wanted, held, self._now)
        locked = self._lock({row.number: row.household_id for row in chosen})
        lent = [row.household_id for row in chosen if row.number in locked]
        self._mark_lent(lent)
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
            lent = {**self._to_me(), "lent_at": row.lent_at or undone[row.household_id]}
            self._connection.execute(update(households).where(*self._of([row.household_id])).values(lent))
        settle(self._connection, self._campaign, [row.household_id for row in mine])

    def _lock(self, numbers: dict[str, int]) -> set[str]:
        """Those of the numbers that are this campaign's to call until the lease ends."""
        if not numbers:
            return set()
        until = self._now + LENT_FOR
        lock = {"campaign_id": self._campaign.campaign_id, "until": until}
        rows = [{**lock, "number": number, "household_id": numbers[number]} for number in sorted(numbers)]
        new = insert(self._connection, number_locks).values(rows)
        names = ("campaign_id", "household_id", "until")
        taken = new.on_conflict_do_update(
            index_elements=[number_locks.c.number],
            set_={name: new.excluded[name] for name in names},
            where=number_locks.c.until <= self._now,
        )
        return set(self._connection.scalars(taken.returning(number_locks.c.number)))

    def _unlock(self, numbers: Collection[str], household_ids: Collection[int]) -> None:
        self._connection.execute(
            delete(number_locks).where(
                number_locks.c.number.in_(sorted(numbers)),
                number_locks.c.campaign_id == self._campaign.campaign_id,
                number_locks.c.household_id.in_(sorted(household_ids)),
            )
        )

    def _mark_lent(self, ids: Sequence[int]) -> None:
        if not ids:
            return
        lent = {**self._to_me(), "state": "lent", "lent_at": self._now.replace(microsecond=0)}
        self._connection.execute(update(households).where(*self._of(ids)).values(lent))
        row = insert(self._connection, lendings).values(
            campaign_id=self._campaign.campaign_id, caller_id=self._caller.caller_id, at=self._now, households=len(ids)
        )
        keys = [lendings.c.campaign_id, lendings.c.caller_id, lendings.c.at]
        more = {"households": lendings.c.households + row.excluded.households}
        self._connection.execute(row.on_conflict_do_update(index_elements=keys, set_=more))

    def _allowed_this_hour(self) -> int:
        """How many more households this caller may be lent now."""
        lent = select(func.coalesce(func.sum(lendings.c.households), 0)).where(self._lent_this_hour())
        outcomes = select(func.count(events.c.household_id.distinct())).where(self._called_this_hour())
        return (self._connection.scalar(outcomes) or 0) + BEYOND_OUTCOMES - (self._connection.scalar(lent) or 0)

    def _more_at(self) -> datetime | None:
        """When this caller may be lent more, though no outcome comes in; None where that is so now."""
        if self._allowed_this_hour() > 0:
            return None
        lent = select(lendings.c.at, lendings.c.households).where(self._lent_this_hour()).order_by(lendings.c.at)
        called = select(func.max(events.c.stored_at)).where(self._called_this_hour()).group_by(events.c.household_id)
        taken: list[tuple[datetime, int]] = [(row.at, row.households) for row in self._connection.execute(lent)]
        outcomes = list(self._connection.scalars(called))
        for then, _ in taken:
            still_counted = sum(count for at, count in taken if at > then) - sum(at > then for at in outcomes)
            if still_counted < BEYOND_OUTCOMES:
                return then + AN_HOUR
        return None

    def _lent_this_hour(self) -> ColumnElement[bool]:
        return and_(
            lendings.c.campaign_id == self._campaign.campaign_id,
            lendings.c.caller_id == self._caller.caller_id,
            lendings.c.at > self._now - AN_HOUR,
        )

    def _called_this_hour(self) -> ColumnElement[bool]:
        return and_(
            events.c.campaign_id == self._campaign.campaign_id,
            events.c.caller_id == self._caller.caller_id,
            events.c.stored_at > self._now - AN_HOUR,
            events.c.kind == "outcome",
        )

    # -- what comes back by itself -------------------------------------------------------------------------------------

    def _call_in_expired(self) -> None:
        """Households whose leases ended without a result stand again as they stood before."""
        expired = select(households.c.household_id, households.c.number).where(
            households.c.campaign_id == self._campaign.campaign_id,
            households.c.state == literal_column("'lent'"),
            households.c.lent_until <= self._now,
        )
        first = expired.order_by(households.c.lent_until).limit(COME_BACK).with_for_update(skip_locked=True)
        rows = self._connection.execute(first).all()
        if rows:
            ids = [row.household_id for row in rows]
            self._connection.execute(update(households).where(*self._of(ids)).values(NOT_LENT))
            self._unlock([row.number for row in rows], ids)
            settle(self._connection, self._campaign, ids)

    def _wake_rested(self) -> None:
        """Households that have rested long enough are ready; those with a call back wait for it to be made."""
        rested = select(households.c.household_id).where(
            households.c.campaign_id == self._campaign.campaign_id,
            households.c.state == literal_column("'resting'"),
            households.c.ready_at <= self._now,
            households.c.promised_to == "",
            (households.c.lent_to == "") | (households.c.lent_until <= self._now),
        )
        first = rested.order_by(households.c.ready_at).limit(COME_BACK).with_for_update(skip_locked=True)
        ids = list(self._connection.scalars(first))
        if ids:
            self._connection.execute(update(households).where(*self._of(ids)).values({**NOT_LENT, "state": "ready"}))

    def _to_me(self) -> dict[str, object]:
        return {
            "lent_to": self._caller.caller_id,
            "lent_device": self._caller.device_id,
            "lent_until": self._now + LENT_FOR,
        }

    def _of(self, household_ids: Iterable[int]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        of_campaign = households.c.campaign_id == self._campaign.campaign_id
        return of_campaign, households.c.household_id.in_(sorted(household_ids))
