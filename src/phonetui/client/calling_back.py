"""Asking when to call back, and until when to leave a voter alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from msgspec import Struct

from phonetui.client.front_end import FrontEnd
from phonetui.client.left_lines import line_again
from phonetui.core import call_back
from phonetui.core.call_actions import Result
from phonetui.core.campaign import Campaign, Disposition
from phonetui.core.eligibility import local_time
from phonetui.core.refusal import Refused
from phonetui.core.spoken_time import EXAMPLES, example_days
from phonetui.core.translation import tr
from phonetui.core.when import clock, short_day

#: Days for which voters are left alone who say no day.
A_WEEK, TWO_WEEKS = 7, 14

#: What a caller typed, as a moment; raises `Refused`.
Understand = Callable[[Campaign, Sequence[str], datetime, str], datetime]


class _Voter(Struct, frozen=True):
    """Who is on the screen: where they live, their own zones first, and what time it is."""

    campaign: Campaign
    zones: Sequence[str]
    now: datetime


async def when_to_call_back(front: FrontEnd, disposition: Disposition) -> None:
    """The time of a call back, and whether it is for this caller alone; then the result."""
    voter, to_me = _on_screen(front), False
    if voter is None:
        return
    front.notice(_times_are_theirs(voter))
    while (choice := await front.choose(*_call_back_choices(voter, disposition, to_me=to_me))) == "4":
        to_me = not to_me
        front.notice(
            tr("It waits for you a while if you are calling then; 4 gives it to anyone.")
            if to_me
            else tr("It goes to whoever is calling then; 4 keeps it for you.")
        )
    if choice == "3":
        told = tr("A time there, such as {examples}.", examples=tr(EXAMPLES))
        call_at = await _typed(front, voter, tr("Call back at"), told, call_back.typed)
    else:
        choose = {"1": call_back.tonight, "2": call_back.tomorrow}.get(choice or "")
        call_at = _chosen(front, lambda: choose(voter.campaign, voter.zones, voter.now)) if choose else None
    if call_at is not None:
        await front.act(Result(disposition.id, call_at, to_me))


async def how_long_quiet(front: FrontEnd, disposition: Disposition) -> None:
    """The day before which a voter does not want to be called; then the result."""
    voter = _on_screen(front)
    if voter is None:
        return
    days = {"1": _day_in(voter, A_WEEK), "2": _day_in(voter, TWO_WEEKS)}
    choices = [
        ("1", tr("a week, {day}", day=short_day(days["1"]))),
        ("2", tr("two weeks, {day}", day=short_day(days["2"]))),
        ("3", tr("other")),
    ]
    front.notice(tr("Nobody calls them before that day."))
    choice = await front.choose(voter.campaign.words(disposition.label), choices)
    if choice == "3":
        told = tr("A day there, such as {examples}.", examples=example_days(_day_in(voter, 0).date()))
        until = await _typed(front, voter, tr("Quiet until"), told, call_back.quiet_until)
    elif choice:
        day = days[choice].date()
        until = _chosen(front, lambda: call_back.quiet_until_day(voter.campaign, voter.zones, voter.now, day))
    else:
        until = None
    if until is not None:
        await front.act(Result(disposition.id, until))


def _on_screen(front: FrontEnd) -> _Voter | None:
    view = front.view
    campaign, voter, household = view.campaign, view.call.voter, view.call.household
    if campaign is None or voter is None or household is None:
        return None
    return _Voter(campaign, tuple(dict.fromkeys((*voter.zones, *household.zones))), view.now)


def _times_are_theirs(voter: _Voter) -> str:
    there = local_time(voter.zones or (voter.campaign.zone,), voter.now)
    first = clock(call_back.there(voter.campaign, voter.zones, voter.now))
    if there in ("", first):
        return tr("All times are theirs; it is {time} there.", time=first)
    return tr("It may be {times} there; say times as of {time}.", times=there, time=first)


def _call_back_choices(
    voter: _Voter, disposition: Disposition, *, to_me: bool
) -> tuple[str, Sequence[tuple[str, str]]]:
    tonight, tomorrow = _shown(voter, call_back.tonight), _shown(voter, call_back.tomorrow)
    choices = [
        ("1", tr("tonight {time}", time=tonight) if tonight else tr("tonight")),
        ("2", tr("tomorrow {time}", time=tomorrow) if tomorrow else tr("tomorrow")),
        ("3", tr("other")),
        ("4", tr("to anyone") if to_me else tr("to me")),
    ]
    return voter.campaign.words(disposition.label), choices


def _shown(voter: _Voter, choose: Callable[[Campaign, Sequence[str], datetime], datetime]) -> str:
    """`7:00 pm`; nothing where that time is refused, which choosing it will say."""
    with suppress(Refused):
        return clock(choose(voter.campaign, voter.zones, voter.now))
    return ""


def _day_in(voter: _Voter, days: int) -> datetime:
    return call_back.there(voter.campaign, voter.zones, voter.now) + timedelta(days=days)


def _chosen(front: FrontEnd, choose: Callable[[], datetime]) -> datetime | None:
    try:
        return choose()
    except Refused as refused:
        front.refuse(refused)
        return None


async def _typed(front: FrontEnd, voter: _Voter, about: str, told: str, understand: Understand) -> datetime | None:
    """Asks until it is a time at which the voter may be called; what was typed stays to be mended."""
    text = ""
    front.notice(told)
    while (answer := await line_again(front, about, text)) is not None:
        text = answer
        try:
            return understand(voter.campaign, voter.zones, front.view.now, text)
        except Refused as refused:
            front.refuse(refused)
    return None
