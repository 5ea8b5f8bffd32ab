"""What each of the registry's actions does on the call screen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from phonetui.client import commands
from phonetui.client.help_line import read_notices
from phonetui.client.numbers import board_lines, break_line, end_break
from phonetui.client.phone_keys import taken_by_hand
from phonetui.client.phone_words import why_no_number
from phonetui.client.practising import practice_beside
from phonetui.core.actions import CallerAction
from phonetui.core.call_actions import Back, Forward
from phonetui.core.campaign import Disposition
from phonetui.core.person import group_number
from phonetui.core.refusal import Refused
from phonetui.core.translation import tr
from phonetui.screen.clipboard import copy
from phonetui.tui.blank_screen import BlankScreen

if TYPE_CHECKING:
    from phonetui.core.campaign import Campaign
    from phonetui.tui.call_screen import CallScreen
    from phonetui.tui.numbers_screen import NumbersScreen


async def _forward(screen: CallScreen, key: str) -> None:
    if not screen.script.scroll(1):
        await screen.act(Forward())


async def _back(screen: CallScreen, key: str) -> None:
    if not screen.script.scroll(-1):
        await screen.act(Back())


async def _copy(screen: CallScreen, key: str) -> None:
    voter = screen.view.call.voter
    if voter is None or not voter.number:
        screen.notice(_why_no_number(screen))
        return
    if await screen.act(taken_by_hand(screen.view)):  # whom nobody may call now is not dialed
        number = group_number(voter.number)
        if await copy(screen.app, voter.number):
            screen.notice(tr("Copied {number}; paste it into your phone.", number=number))
        else:
            screen.notice(tr("Your terminal lets nothing be copied; dial {number}.", number=number))


async def _large(screen: CallScreen, key: str) -> None:
    voter = screen.view.call.voter
    if voter is None or not voter.number:
        screen.notice(_why_no_number(screen))
        return
    if screen.script.shows_large:
        screen.script.show_script()
    else:
        screen.script.show_large()
    screen.draw()


def _why_no_number(screen: CallScreen) -> str:
    key = screen.keys.shown("dial")
    return why_no_number(
        screen.view.phone.engine, tr("The campaign keeps the number to itself; press {key} to call.", key=key)
    )


async def _details(screen: CallScreen, key: str) -> None:
    if screen.script.shows_details:
        screen.script.show_script()
    else:
        screen.script.show_details()
    screen.draw()


async def _notices(screen: CallScreen, key: str) -> None:
    if screen.script.shows_text:
        screen.script.show_script()
        screen.draw()
    elif screen.news.is_cut:
        await read_notices(screen)
    else:
        await commands.COMMANDS["notices"](screen, key)


async def _answers(screen: CallScreen, key: str) -> None:
    screen.look_up()


async def _numbers(screen: CallScreen, key: str) -> None:
    from phonetui.tui.numbers_screen import NumbersScreen

    campaign = screen.view.campaign
    if campaign is None:
        screen.notice(tr("There are no numbers before the campaign's script is here."))
        return
    numbers = NumbersScreen(campaign, screen.desk.pacing.pace(campaign))
    await screen.app.push_screen(numbers)
    screen.beside(lambda: _board(screen, numbers, campaign))


async def _board(screen: CallScreen, numbers: NumbersScreen, campaign: Campaign) -> None:
    numbers.show_board(await board_lines(screen, campaign))


async def _break(screen: CallScreen, key: str) -> None:
    if screen.view.in_call:
        await commands.COMMANDS["break"](screen, key)
    else:
        await rest(screen)


async def rest(screen: CallScreen) -> None:
    """A break begins, or one from before a kill or a power cut goes on."""
    from phonetui.tui.break_screen import BreakScreen

    told = await break_line(screen)
    await screen.app.push_screen(BreakScreen(told, screen.desk.pacing), lambda _: end_break(screen))


async def _practice(screen: CallScreen, key: str) -> None:
    from phonetui.tui.practice_screen import PracticeScreen

    try:
        desk = practice_beside(screen)
    except Refused as refused:
        screen.refuse(refused)
        return
    await desk.start()
    await screen.app.push_screen(PracticeScreen(desk, screen))


async def _blank(screen: CallScreen, key: str) -> None:
    await screen.app.push_screen(BlankScreen())


async def _help(screen: CallScreen, key: str) -> None:
    from phonetui.tui.help_screen import HelpScreen

    async def then(tour: bool | None) -> None:
        if tour:
            await screen.tour.begin()

    await screen.app.push_screen(HelpScreen(screen.view, screen.keys), then)


async def _quit(screen: CallScreen, key: str) -> None:
    screen.leave()


#: By the action's id; the second argument is the key that was pressed.
COMMANDS: dict[str, Callable[[CallScreen, str], Awaitable[None]]] = {
    **commands.COMMANDS,
    "forward": _forward,
    "back": _back,
    "copy": _copy,
    "large": _large,
    "details": _details,
    "notices": _notices,
    "answers": _answers,
    "numbers": _numbers,
    "break": _break,
    "practice": _practice,
    "blank": _blank,
    "help": _help,
    "quit": _quit,
}


def moves_on(does: CallerAction | Disposition | None) -> bool:
    """Whether the voter leaves the screen, or is rung, or hung up on."""
    ids = ("skip", "undo", "quit", "type", "dial", "hang_up")
    return isinstance(does, Disposition) or (does is not None and does.id in ids)
