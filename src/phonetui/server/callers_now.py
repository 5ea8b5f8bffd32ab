"""Who is calling now, on which voter and for how long: from what their laptops said last."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Row, bindparam, func, literal_column, select

from phonetui.core.voter import decode_voter
from phonetui.server.bulk import among
from phonetui.server.day_counts import DayCounts
from phonetui.server.supervising_tables import presences
from phonetui.server.tables import accounts, households, members, voters
from phonetui.wire_supervisors import CallerNow, Doing

_HERE = (
    select(presences, accounts.c.name, accounts.c.owner, members.c.role)
    .join_from(presences, accounts, accounts.c.caller_id == presences.c.caller_id)
    .join(
        members,
        (members.c.campaign_id == presences.c.campaign_id) & (members.c.caller_id == presences.c.caller_id),
        isouter=True,
    )
    .where(presences.c.campaign_id == bindparam("campaign"), presences.c.heard_at >= bindparam("since"))
    .order_by(presences.c.heard_at.desc(), presences.c.device_id)
)
_ON_HAND = (
    select(households.c.lent_to, func.count().label("households"))
    .where(
        households.c.campaign_id == bindparam("campaign"),
        households.c.state == literal_column("'lent'"),
        households.c.lent_until > bindparam("now"),
    )
    .group_by(households.c.lent_to)
)
_ASKED_FOR = (
    select(voters.c.household_id, voters.c.body)
    .where(voters.c.campaign_id == bindparam("campaign"), voters.c.ended == "")
    .order_by(voters.c.position.desc(), voters.c.voter_id.desc())
)

#: A caller's device as it was heard of last.
Here = Row[tuple[object, ...]]


def here_today(connection: Connection, campaign_id: str, day: DayCounts) -> dict[str, list[Here]]:
    """The devices that were heard of today, by caller, the one heard of last first; of those who still may call."""
    found: defaultdict[str, list[Here]] = defaultdict(list)
    for row in connection.execute(_HERE, {"campaign": campaign_id, "since": day.midnight}):
        if row.owner or row.role:
            found[row.caller_id].append(row)
    return dict(found)


def callers_now(
    connection: Connection, campaign_id: str, here: dict[str, list[Here]], day: DayCounts, now: datetime
) -> tuple[CallerNow, ...]:
    """Each of these callers, by name."""
    shown = {last.household_id for devices in here.values() if (last := _last(devices)).household_id}
    names = _names(connection, campaign_id, shown)
    of = {"campaign": campaign_id, "now": now}
    on_hand = {row.lent_to: row.households for row in connection.execute(_ON_HAND, of)}
    found = (_caller(devices, names, on_hand, day, now) for devices in here.values())
    return tuple(sorted(found, key=lambda caller: (caller.name.casefold(), caller.caller_id)))


def _caller(
    devices: Sequence[Here], names: dict[int, str], on_hand: dict[str, int], day: DayCounts, now: datetime
) -> CallerNow:
    last = _last(devices)
    doing = _doing(last, now)
    return CallerNow(
        caller_id=last.caller_id,
        name=last.name,
        role="owner" if last.owner else last.role,
        doing=doing,
        since=last.heard_at if doing in ("offline", "left") else last.shown_at,
        heard_at=last.heard_at,
        voter=names.get(last.household_id, "") if doing in ("calling", "offline") else "",
        on_hand=on_hand.get(last.caller_id, 0),
        unsent=sum(device.unsent for device in devices),
        today=day.today(last.caller_id),
        last_hour=day.last_hour(now, last.caller_id),
    )


def _last(devices: Sequence[Here]) -> Here:
    """The device that was heard of last; one that was left says nothing of another."""
    return next((device for device in devices if not _has_left(device)), devices[0])


def _has_left(device: Here) -> bool:
    return device.leaves and not device.unsent


def _doing(last: Here, now: datetime) -> Doing:
    if _has_left(last):
        return "left"
    if last.due_at < now:
        return "offline"
    if last.on_break:
        return "break"
    return "calling" if last.household_id else "idle"


def _names(connection: Connection, campaign_id: str, household_ids: set[int]) -> dict[int, str]:
    """Who is asked for first in each household."""
    if not household_ids:
        return {}
    there = _ASKED_FOR.where(among(connection, voters.c.household_id, household_ids))
    rows = connection.execute(there, {"campaign": campaign_id})
    return {row.household_id: decode_voter(row.body).full_name for row in rows}
