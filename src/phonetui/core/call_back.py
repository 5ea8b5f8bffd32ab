"""When to call back: tonight, tomorrow at this time, or a time that is typed, all on the voter's clock.

Every function raises `Refused` for a time at which the campaign may not call this voter.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from phonetui.core.campaign import Campaign
from phonetui.core.eligibility import known_zone, opens_at
from phonetui.core.refusal import Refused
from phonetui.core.when import clock, moment_after

#: What `tonight` means.
TONIGHT = time(19)

_TIME = re.compile(
    r"(?:(?P<day>today|tonight|tomorrow)\s*)?(?:at\s*)?"
    r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?\s*(?P<half>[ap](?:\.?m\.?)?)?"
)


def tonight(campaign: Campaign, zones: Sequence[str], now: datetime) -> datetime:
    """Today at 7 pm; from 6 pm on, an hour from now."""
    local = _local(campaign, zones, now)
    evening = datetime.combine(local.date(), TONIGHT, tzinfo=local.tzinfo)
    return _allowed(campaign, zones, max(evening, local + timedelta(hours=1)), now)


def tomorrow(campaign: Campaign, zones: Sequence[str], now: datetime) -> datetime:
    """Tomorrow at this time."""
    local = _local(campaign, zones, now)
    moment = datetime.combine(local.date() + timedelta(days=1), local.time(), tzinfo=local.tzinfo)
    return _allowed(campaign, zones, moment, now)


def typed(campaign: Campaign, zones: Sequence[str], now: datetime, words: str) -> datetime:
    """The moment in words such as `18:30`, `6pm` or `tomorrow 6 pm`. Hours from 1 to 7 with no am or pm are pm."""
    match = _TIME.fullmatch(words.strip().lower())
    at = _time(match) if match else None
    if match is None or at is None:
        raise Refused(f"“{words.strip()}” is not a time; type one like 18:30, 6pm or tomorrow 6pm.")
    local = _local(campaign, zones, now)
    days = timedelta(days=1 if match["day"] == "tomorrow" else 0)
    moment = datetime.combine(local.date() + days, at, tzinfo=local.tzinfo)
    if moment <= now:
        raise Refused(
            f"{clock(moment)} is past there, it is {clock(local)}; for tomorrow type tomorrow {clock(moment)}."
        )
    return _allowed(campaign, zones, moment, now)


def _time(typed: re.Match[str]) -> time | None:
    hour, minute, half = int(typed["hour"]), int(typed["minute"] or 0), (typed["half"] or "")[:1]
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    elif 1 <= hour <= (11 if typed["day"] == "tonight" else 7):
        hour += 12
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _local(campaign: Campaign, zones: Sequence[str], now: datetime) -> datetime:
    """Now on the voter's clock; the first of several zones, the campaign's where none is known."""
    zone = next(filter(None, map(known_zone, zones)), None) or ZoneInfo(campaign.zone)
    return now.astimezone(zone).replace(second=0, microsecond=0)


def _allowed(campaign: Campaign, zones: Sequence[str], moment: datetime, now: datetime) -> datetime:
    opening = opens_at(campaign, zones, moment)
    if opening == moment:
        return moment
    words = moment_after(moment, now)
    asked = words[0].upper() + words[1:]
    if opening is None:
        raise Refused(f"{asked} is after the campaign's last calls; choose an earlier time.")
    raise Refused(f"{asked} is outside calling hours; they open {moment_after(opening, now)}.")
