"""May this voter be called now, why not, and when then.

Every rule is read on the voter's own clock. Where a voter's zones disagree, all of them must allow the call; a zone
that is missing or unknown counts as the campaign's.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import chain
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Struct

from phonetui.core.campaign import MIDNIGHT, WEEKDAYS, Campaign, Disposition
from phonetui.core.translation import either, later, tr
from phonetui.core.when import clock, moment_after

Reason = Literal[
    "suppressed",
    "ended",
    "removed",
    "closed",
    "paused",
    "attempts_used",
    "taken_back",
    "lease_ended",
    "campaign_over",
    "campaign_not_begun",
    "holiday",
    "outside_hours",
    "resting",
    "promised",
    "quiet",
    "",
]
#: Why a voter is not ready yet: called lately, promised a call for later, or asked not to be called until a day.
Resting = Literal["resting", "promised", "quiet"]

#: Why nobody at all may be called: the caller is none of the campaign's any more, or it is not open.
Shut = Literal["removed", "closed", "paused", ""]

#: No call is made there at that time, whoever it is.
OUTSIDE_HOURS: tuple[Reason, ...] = ("campaign_over", "campaign_not_begun", "holiday", "outside_hours")


class Verdict(Struct, frozen=True):
    """Why a call is not allowed, and from when it is, on the voter's clock; no `when` means not in this campaign.

    A number that rests may have been `called_for` another campaign: that one's name.
    """

    reason: Reason = ""
    when: datetime | None = None
    called_for: str = ""

    @property
    def allowed(self) -> bool:
        """Whether the voter may be called now."""
        return not self.reason


def may_call(
    campaign: Campaign,
    voter_zones: Sequence[str],
    now: datetime,
    *,
    ready_at: datetime | None = None,
    because: Resting = "resting",
    attempts_in_all: int = 0,
    ended: bool = False,
    suppressed: bool = False,
    shut: Shut = "",
    taken_back: bool = False,
    lease_until: datetime | None = None,
) -> Verdict:
    """Whether a voter may be called at `now`; of several reasons the first in the order of `Reason`.

    They are not ready before `ready_at`, `because` they rest for one of three reasons. `taken_back`: the campaign has
    ended the lease before its time.
    """
    if suppressed:
        return Verdict("suppressed")
    if ended:
        return Verdict("ended")
    if shut:
        return Verdict(shut)
    if attempts_in_all >= campaign.calling.attempts_in_all:
        return Verdict("attempts_used")
    if taken_back:
        return Verdict("taken_back")
    if lease_until is not None and now >= lease_until:
        return Verdict("lease_ended")
    zones = clocks_of(campaign, voter_zones)
    reason = _closed(campaign, zones, now)
    if reason:
        return Verdict(reason, opens_at(campaign, voter_zones, max(now, ready_at or now)))
    if ready_at is not None and now < ready_at:
        return Verdict(because, opens_at(campaign, voter_zones, ready_at))
    return Verdict()


def opens_at(campaign: Campaign, zones: Sequence[str], now: datetime) -> datetime | None:
    """The first moment from `now` on at which calls are allowed, on the voter's clock; None when none is left."""
    clocks = clocks_of(campaign, zones)
    openings = heapq.merge(*(_openings(campaign, zone, now) for zone in clocks))
    allowed = (at for at in chain([now], openings) if at >= now and not _closed(campaign, clocks, at))
    opening = next(allowed, None)
    return opening.astimezone(clocks[0]) if opening else None


def closes_at(campaign: Campaign, zones: Sequence[str], now: datetime) -> datetime | None:
    """When today's calling hours end, on the voter's clock; None where no call is allowed any more today."""
    opening = opens_at(campaign, zones, now)
    if opening is None or opening.date() != now.astimezone(opening.tzinfo).date():
        return None
    return min(_closing(campaign, opening.astimezone(zone)) for zone in clocks_of(campaign, zones))


def callable_zones(
    campaign: Campaign, zone_sets: Iterable[str], now: datetime, *, later_today: bool = False
) -> list[str]:
    """Those of the sets of zones, each joined with spaces, in which calls are allowed now, or if asked later today."""
    if later_today:
        return [names for names in zone_sets if closes_at(campaign, names.split(), now)]
    return [names for names in zone_sets if not _closed(campaign, clocks_of(campaign, names.split()), now)]


def next_ready(
    campaign: Campaign,
    disposition: Disposition,
    zones: Sequence[str],
    at: datetime,
    attempts_in_all: int,
    attempts_today: int,
) -> datetime | None:
    """When a voter is to be called again after an attempt at `at`; None for never.

    Both counts include this attempt. A call back was asked for by the voter, so that neither count holds it up.
    """
    if disposition.ends:
        return None
    ready = at + disposition.again_after
    if disposition.call_back:
        return opens_at(campaign, zones, ready)
    if attempts_in_all >= campaign.calling.attempts_in_all:
        return None
    if attempts_today >= campaign.calling.attempts_per_day:
        ready = max(ready, *(_midnight_after(at, zone) for zone in clocks_of(campaign, zones)))
    return opens_at(campaign, zones, ready)


def local_time(zones: Sequence[str], now: datetime) -> str:
    """The voter's time, `4:12 pm`; `3:12 pm or 4:12 pm` where their zones disagree; empty where none is known."""
    known = {now.astimezone(zone).replace(tzinfo=None) for name in zones if (zone := known_zone(name))}
    return either(clock(local) for local in sorted(known))


def sentence(verdict: Verdict, now: datetime) -> str:
    """The verdict in words; empty when the call is allowed."""
    if verdict.reason not in _UNTIL:
        return tr(_FINAL[verdict.reason])
    until, for_good = _UNTIL[verdict.reason]
    if verdict.called_for and verdict.when:
        return tr(_CALLED_FOR, campaign=verdict.called_for, when=moment_after(verdict.when, now))
    return tr(until, when=moment_after(verdict.when, now)) if verdict.when else tr(for_good)


#: What is said where there is a time from which calls are allowed again, and where there is none.
_UNTIL: dict[Reason, tuple[str, str]] = {
    "campaign_not_begun": (
        later("The campaign has not begun; calls start {when}, their time."),
        later("The campaign has not begun, and the campaign has no calling hours left."),
    ),
    "holiday": (
        later("No calls are made today, a holiday; they go on {when}, their time."),
        later("No calls are made today, a holiday, and the campaign has no calling hours left."),
    ),
    "outside_hours": (
        later("It is outside calling hours where this voter lives; they begin {when}, their time."),
        later("It is outside calling hours where this voter lives, and the campaign has no calling hours left."),
    ),
    "resting": (
        later("This voter was called not long ago; they may be called again {when}, their time."),
        later("This voter was called not long ago, and the campaign has no calling hours left."),
    ),
    "promised": (
        later("This voter asked to be called back; the call is due {when}, their time."),
        later("This voter asked to be called back, and the campaign has no calling hours left."),
    ),
    "quiet": (
        later("This voter asked not to be called yet; they may be called {when}, their time."),
        later("This voter asked not to be called yet, and the campaign has no calling hours left."),
    ),
}
_CALLED_FOR = later("You have called this number today for {campaign}; it may be called again {when}, their time.")
_FINAL: dict[Reason, str] = {
    "": "",
    "suppressed": later("This number is on the do-not-call list; nobody calls it again."),
    "ended": later("This voter is not called again in this campaign."),
    "removed": later("You are not among this campaign's callers any more; skip them to go on."),
    "closed": later("The campaign is closed: nobody is called any more; skip them to go on."),
    "paused": later("The campaign is paused: nobody is called now; skip them to go on."),
    "attempts_used": later("This voter has been called as often as the campaign allows."),
    "taken_back": later("This voter is not on your list any more; skip them to go on."),
    "lease_ended": later("This voter was lent to you for a time that is over; new voters come when you are online."),
    "campaign_over": later("The campaign is over; no more calls are made."),
}


def known_zone(name: str) -> ZoneInfo | None:
    """The time zone of that name; None for a name that is not one."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def first_day_to_come(starts: date | None, zone: str, now: datetime) -> date | None:
    """The campaign's first day where it is still ahead on the campaign's own calendar, else None."""
    return starts if starts and now.astimezone(known_zone(zone)).date() < starts else None


def clocks_of(campaign: Campaign, names: Sequence[str]) -> list[ZoneInfo]:
    """The zones that the voter's clock may be in, never none."""
    return [known_zone(name) or ZoneInfo(campaign.zone) for name in names] or [ZoneInfo(campaign.zone)]


def _closed(campaign: Campaign, zones: Sequence[ZoneInfo], now: datetime) -> Reason:
    """Why no call is allowed in one of the zones; empty when all of them allow it."""
    reasons = (_closed_there(campaign, now.astimezone(zone)) for zone in zones)
    return next(filter(None, reasons), "")


def _closed_there(campaign: Campaign, local: datetime) -> Reason:
    if local.date() < campaign.starts:
        return "campaign_not_begun"
    if local.date() > campaign.ends:
        return "campaign_over"
    if local.date() in campaign.calling.holidays:
        return "holiday"
    hours = campaign.calling.hours.get(WEEKDAYS[local.weekday()])
    if hours and hours.opens <= local.time() and (local.time() < hours.closes or hours.closes == MIDNIGHT):
        return ""
    return "outside_hours"


def _closing(campaign: Campaign, local: datetime) -> datetime:
    """When calling ends in the zone of `local`, on a day with calling hours."""
    closes = campaign.calling.hours[WEEKDAYS[local.weekday()]].closes
    day = local.date() + timedelta(days=closes == MIDNIGHT)
    return datetime.combine(day, closes, tzinfo=local.tzinfo)


def _openings(campaign: Campaign, zone: ZoneInfo, after: datetime) -> Iterator[datetime]:
    """When calling opens in a zone, day by day, from the day of `after` to the campaign's last."""
    day = max(after.astimezone(zone).date(), campaign.starts)
    while day <= campaign.ends:
        hours = campaign.calling.hours.get(WEEKDAYS[day.weekday()])
        if hours is not None and day not in campaign.calling.holidays:
            yield datetime.combine(day, hours.opens, tzinfo=zone)
        day += timedelta(days=1)


def _midnight_after(at: datetime, zone: ZoneInfo) -> datetime:
    return datetime.combine(at.astimezone(zone).date() + timedelta(days=1), time(0), tzinfo=zone)
