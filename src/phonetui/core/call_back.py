"""When to call back: tonight, tomorrow at this time, or in words, all on the voter's clock.

Where a voter's zones disagree, that is the first one's clock, and all of them must allow the call. Every function
raises `Refused` for what is no such time, and for a time at which the campaign may not call this voter.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from phonetui.core.campaign import Campaign, Disposition
from phonetui.core.eligibility import known_zone, opens_at
from phonetui.core.refusal import Refused
from phonetui.core.spoken_time import EXAMPLES, Spoken, WhichDay, example_days, understand
from phonetui.core.time_words import TONIGHT
from phonetui.core.translation import tr
from phonetui.core.when import clock, day, moment_after, near_moment

#: Nobody is promised anything beyond; nor does a date without a year tell the year beyond it.
FURTHEST = timedelta(days=180)


def tonight(campaign: Campaign, zones: Sequence[str], now: datetime) -> datetime:
    """Today at 7 pm; from 6 pm on, an hour from now."""
    local = there(campaign, zones, now)
    evening = datetime.combine(local.date(), TONIGHT, tzinfo=local.tzinfo)
    return _allowed(campaign, zones, max(evening, _later(local, 60)), now)


def tomorrow(campaign: Campaign, zones: Sequence[str], now: datetime) -> datetime:
    """Tomorrow at this time."""
    local = there(campaign, zones, now)
    return _allowed(campaign, zones, _at(local, local.date() + timedelta(days=1), local.time()), now)


def typed(campaign: Campaign, zones: Sequence[str], now: datetime, words: str) -> datetime:
    """The moment in words such as `18:30`, `tomorrow 6pm`, `Sat morning`, `in 20 minutes` or `mañana a las 6`."""
    local = there(campaign, zones, now)
    if not words.strip():
        raise Refused(tr("Type a time, like {examples}.", examples=tr(EXAMPLES)))
    spoken = understand(words, local.date(), lambda on, times: _is_ahead(local, on, times))
    if spoken.minutes:
        return _allowed(campaign, zones, _later(local, spoken.minutes), now)
    times = spoken.times or ((local.time(),) if spoken.of_the_clock else ())
    if not times:
        on = day(spoken.day or local.date())
        raise Refused(tr("“{words}” is {on}, but at what time? Type one like {words} 6pm.", words=words.strip(), on=on))
    return _either(campaign, zones, [_at(local, spoken.day or local.date(), at) for at in times], spoken, now)


def quiet_until(campaign: Campaign, zones: Sequence[str], now: datetime, words: str) -> datetime:
    """The opening of the day in words such as `Monday`, `Nov 30` or `in 10 days`, before which nobody calls."""
    local = there(campaign, zones, now)
    if not words.strip():
        raise Refused(tr("Type a day, like {examples}.", examples=example_days(local.date())))
    on = _a_day(words, local)
    if on is None:
        raise Refused(
            tr(
                "“{words}” is not a day; type one alone, like {examples}.",
                words=words.strip(),
                examples=example_days(local.date()),
            )
        )
    return quiet_until_day(campaign, zones, now, on)


def quiet_until_day(campaign: Campaign, zones: Sequence[str], now: datetime, on: date) -> datetime:
    """The first opening from that day on; its beginning where the campaign is over by then."""
    local = there(campaign, zones, now)
    if on <= local.date():
        raise Refused(
            tr("{day}, is not ahead; type a day like {examples}.", day=day(on), examples=example_days(local.date()))
        )
    begins = _at(local, on, time(0))
    return opens_at(campaign, zones, begins) or begins


def promise(promised_at: datetime, now: datetime, *, by_you: bool) -> str:
    """That this call was promised, `promised_at` being on the voter's clock: `You promised to call at 6:00 pm`."""
    at = clock(promised_at)
    if promised_at.date() == now.astimezone(promised_at.tzinfo).date():
        return (
            tr("You promised to call at {time}", time=at) if by_you else tr("A call was promised for {time}", time=at)
        )
    on = day(promised_at)
    if by_you:
        return tr("You promised to call on {day}, at {time}", day=on, time=at)
    return tr("A call was promised for {day}, at {time}", day=on, time=at)


def agreed(campaign: Campaign, zones: Sequence[str], disposition: Disposition, call_at: datetime, now: datetime) -> str:
    """What a result with a time was understood as: `Sunday at 3:00 pm there`, `until Monday, November 30`."""
    at = there(campaign, zones, call_at)
    if disposition.quiet:
        return tr("until {day}", day=day(at))
    return tr("{moment} there", moment=near_moment(at, now))


def there(campaign: Campaign, zones: Sequence[str], now: datetime) -> datetime:
    """Now on the voter's clock, to the minute; the first of several zones, the campaign's where none is known."""
    zone = next(filter(None, map(known_zone, zones)), None) or ZoneInfo(campaign.zone)
    return now.astimezone(zone).replace(second=0, microsecond=0)


def _is_ahead(local: datetime, on: date, times: Sequence[time]) -> bool:
    """Whether a promise can be meant for that day; of today one of the times must still come."""
    if on == local.date():
        return not times or any(at > local.time() for at in times)
    return local.date() < on <= local.date() + FURTHEST


def _a_day(words: str, local: datetime) -> date | None:
    """The day that the words say, and nothing else; today is not ahead."""
    try:
        spoken = understand(words, local.date(), lambda on, times: on > local.date())
    except WhichDay:
        raise
    except Refused:
        return None
    return None if spoken.times else spoken.day


def _at(local: datetime, on: date, at: time) -> datetime:
    return datetime.combine(on, at, tzinfo=local.tzinfo)


def _later(local: datetime, minutes: int) -> datetime:
    """So many minutes on, whatever the clocks do meanwhile."""
    return (local.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(local.tzinfo)


def _either(
    campaign: Campaign, zones: Sequence[str], moments: Sequence[datetime], spoken: Spoken, now: datetime
) -> datetime:
    """The one of the moments, in the morning or the evening, at which the voter may be called."""
    possible = [moment for moment in moments if _is_allowed(campaign, zones, moment, now)]
    if len(possible) > 1:
        morning, evening = map(clock, possible)
        raise Refused(
            tr(
                "That may be {morning} or {evening}; type it with am or pm, like {hour}pm.",
                morning=morning,
                evening=evening,
                hour=possible[1].hour - 12,
            )
        )
    return _allowed(campaign, zones, (possible or moments)[0], now, spoken)


def _is_allowed(campaign: Campaign, zones: Sequence[str], moment: datetime, now: datetime) -> bool:
    try:
        _allowed(campaign, zones, moment, now)
    except Refused:
        return False
    return True


def _allowed(
    campaign: Campaign, zones: Sequence[str], moment: datetime, now: datetime, spoken: Spoken | None = None
) -> datetime:
    """The moment, if it is one, is ahead, and the voter may be called then."""
    words = moment_after(moment, now)
    asked = words[0].upper() + words[1:]
    _check_the_clock(moment, asked)
    if moment <= now:
        raise _past(moment, now, asked, spoken)
    if moment - now > FURTHEST:
        raise Refused(tr("{asked} is more than half a year ahead; choose an earlier time.", asked=asked))
    opening = opens_at(campaign, zones, moment)
    if opening is None:
        raise Refused(tr("{asked} is after the campaign's last calls; choose an earlier time.", asked=asked))
    if opening != moment:
        raise Refused(
            tr("{asked} is outside calling hours; they open {opens}.", asked=asked, opens=moment_after(opening, now))
        )
    return moment


def _check_the_clock(moment: datetime, asked: str) -> None:
    """Raises `Refused` where the clocks change there, and no clock shows the time, or it is shown twice."""
    if moment.astimezone(UTC).astimezone(moment.tzinfo).replace(tzinfo=None) != moment.replace(tzinfo=None):
        raise Refused(
            tr("{asked} does not exist there: the clocks go forward over it; choose another time.", asked=asked)
        )
    if moment.replace(fold=0).utcoffset() != moment.replace(fold=1).utcoffset():
        raise Refused(tr("{asked} comes twice there: the clocks go back over it; choose another time.", asked=asked))


def _past(moment: datetime, now: datetime, asked: str, spoken: Spoken | None) -> Refused:
    local, at = now.astimezone(moment.tzinfo), clock(moment)
    if spoken and spoken.day is None and moment.date() == local.date():
        return Refused(tr("{at} is past there, it is {now}; for tomorrow type tomorrow {at}.", at=at, now=clock(local)))
    return Refused(tr("{asked} is past there; choose a time that is ahead.", asked=asked))
