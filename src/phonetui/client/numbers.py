"""The shift's numbers in words: for plain mode, and for the shell once the shift is over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from phonetui.client.front_end import FrontEnd
from phonetui.core.campaign import Campaign
from phonetui.core.pace import Pace, Work
from phonetui.core.refusal import Refused
from phonetui.core.translation import number, tr, tr_c, tr_n
from phonetui.core.when import clock
from phonetui.wire import Board

HOUR = timedelta(hours=1)


async def tell_numbers(front: FrontEnd) -> None:
    """All of them, to be read."""
    campaign = front.view.campaign
    if campaign is None:
        front.notice(tr("There are no numbers before the campaign's script is here."))
        return
    told = [(line,) for line in number_lines(campaign, front.desk.pacing.pace(campaign))]
    told += [(line,) for line in await board_lines(front, campaign)]
    front.show_text(tr("Numbers"), told)


async def board_lines(front: FrontEnd, campaign: Campaign) -> Sequence[str]:
    """How others do who want to be seen, where the campaign has a board; or why they are not to be seen now."""
    elsewhere = front.desk.elsewhere
    if not campaign.board or elsewhere is None:
        return ()
    try:
        return _board(await elsewhere.board())
    except Refused as refused:
        return (tr("The board cannot be shown: {why}", why=refused),)


def _board(board: Board) -> Sequence[str]:
    if not board.callers and board.you:
        return (tr("Nobody is on the board yet; your next call puts you there."),)
    if not board.callers:
        return (tr("Nobody is on the board yet; `phonetui me --board` puts you there."),)
    return (
        tr("On the board today:"),
        *(
            tr("{name}: {talks}, {calls}", name=one.name, talks=talks(one.talks), calls=calls(one.attempts))
            for one in board.callers
        ),
    )


async def take_break(front: FrontEnd) -> None:
    """A break, until the line is entered; the voters on hand stay lent as long as there is a connection."""
    if front.view.in_call:
        front.notice(tr("First save what came of this call; then take your break."))
    else:
        await rest(front)


async def rest(front: FrontEnd) -> None:
    """The same, begun now or before a kill or a power cut."""
    front.notice(await break_line(front))
    await front.type_line(tr("Enter ends the break"))
    await end_break(front)


async def break_line(front: FrontEnd) -> str:
    """A break has begun, or goes on: since when, by the caller's clock."""
    pacing = front.desk.pacing
    await front.saved(pacing.rest())
    since = pacing.resting_since or front.view.now
    return tr("On a break since {time}. Your voters stay yours.", time=clock(since.astimezone()))


async def end_break(front: FrontEnd) -> None:
    """Say how long the break was."""
    pacing = front.desk.pacing
    rested = pacing.rested
    if await front.saved(pacing.go_on()):
        front.notice(tr("Welcome back, after {time}.", time=lasting(rested)))


def number_lines(campaign: Campaign, pace: Pace) -> Iterator[str]:
    """One fact a line."""
    yield _work(tr("This shift"), pace.shift)
    yield _work(tr("Today"), pace.today)
    yield _work(tr("The last seven days, on this computer"), pace.in_all)
    yield goal_line(pace)
    yield tr("In the last hour: {calls}.", calls=calls(sum(pace.last_hour)))
    yield from (f"{label}: {count}" for label, count in results(campaign, pace.shift))
    yield from time_lines(pace)


def goal_line(pace: Pace) -> str:
    """How far the day's goal is, and what to expect until then."""
    today = pace.today.tally.attempts
    if not pace.left:
        return tr("Today's goal of {goal} is reached, with {calls}.", goal=calls(pace.goal), calls=calls(today))
    if today < 1:
        return tr("Today's goal is {goal}. Twenty calls most often reach three or four people.", goal=calls(pace.goal))
    if not pace.still_to_reach:
        return tr("{done} of {goal} to today's goal.", done=number(today), goal=calls(pace.goal))
    return tr(
        "{done} of {goal} to today's goal; the {left} left will reach about {people}.",
        done=number(today),
        goal=calls(pace.goal),
        left=number(pace.left),
        people=people(pace.still_to_reach),
    )


def results(campaign: Campaign, work: Work) -> list[tuple[str, int]]:
    """What came of the calls, the most first."""
    labels = {each.id: campaign.words(each.label) for each in campaign.dispositions}
    return sorted(((labels.get(key, key), count) for key, count in work.tally.results.items()), key=lambda one: -one[1])


def time_lines(pace: Pace) -> Iterator[str]:
    """How long the caller rested, and what a result took."""
    if pace.breaks:
        yield tr("Breaks in this shift: {time}.", time=lasting(pace.breaks))
    if pace.wrap_up is not None:
        seconds = round(pace.wrap_up.total_seconds())
        yield tr("From the script's last word to the result: {n} s on average.", n=number(seconds))


def summary(campaign: Campaign, pace: Pace) -> str:
    """What a shift came to, in a few lines that may be pasted anywhere: nothing in them is about a voter."""
    shift = pace.shift
    if not shift.tally.attempts:
        return ""
    lines = [f"{campaign.organisation} · {campaign.name}", _work(tr("This shift"), shift)]
    if pace.today.tally.attempts != shift.tally.attempts:
        lines.append(_work(tr("Today"), pace.today))
    lines.append(", ".join(f"{label} {count}" for label, count in results(campaign, shift)))
    if pace.goal and not pace.left:
        lines.append(goal_line(pace))
    return "\n".join(lines)


def _work(when: str, work: Work) -> str:
    tally, per_hour = work.tally, work.talks_per_hour
    facts = {"when": when, "calls": calls(tally.attempts), "people": people(tally.contacts), "rate": rate(work)}
    facts |= {"talks": talks(tally.talks), "time": lasting(work.calling)}
    if per_hour is None:
        return tr("{when}: {calls}, {people} reached ({rate}), {talks}, in {time}.", **facts)
    facts["per_hour"] = tenths(per_hour)
    return tr("{when}: {calls}, {people} reached ({rate}), {talks}, in {time}: {per_hour} talks an hour.", **facts)


def calls(count: int) -> str:
    """`12 calls`."""
    return tr_n("{n} call", "{n} calls", count)


def talks(count: int) -> str:
    """`3 talks`."""
    return tr_n("{n} talk", "{n} talks", count)


def people(count: int) -> str:
    """`4 people`."""
    return tr_n("{n} person", "{n} people", count)


def rate(work: Work) -> str:
    """Contacts for each attempt: `33%`."""
    return tr_c("share", "{n}%", n=round(100 * work.tally.contact_rate))


def tenths(value: float) -> str:
    """`2.3`, as the language writes it."""
    return f"{value:.1f}".replace(".", tr_c("before tenths", "."))


def lasting(time: timedelta) -> str:
    """`40 s`, `12 min` or `1 h 20 min`."""
    minutes, seconds = divmod(round(time.total_seconds()), 60)
    if not minutes:
        return tr("{n} s", n=seconds)
    if minutes < 60:
        return tr("{n} min", n=minutes)
    return tr("{hours} h {minutes} min", hours=minutes // 60, minutes=minutes % 60)
