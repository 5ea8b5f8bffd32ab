"""What each of the registry's actions does on the call screen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from phonetui.client import commands
from phonetui.client.help_line import read_notices
from phonetui.core.call_actions import Back, Dial, Forward
from phonetui.core.person import group_number
from phonetui.core.translation import tr
from phonetui.tui.blank_screen import BlankScreen

if TYPE_CHECKING:
    from phonetui.tui.call_screen import CallScreen


async def _forward(screen: CallScreen, key: str) -> None:
    if not screen.script.scroll(1):
        await screen.act(Forward())


async def _back(screen: CallScreen, key: str) -> None:
    if not screen.script.scroll(-1):
        await screen.act(Back())


async def _copy(screen: CallScreen, key: str) -> None:
    voter = screen.view.call.voter
    if voter is None or not voter.number:
        return
    if await screen.act(Dial()):  # whom nobody may call now is not dialed
        screen.app.copy_to_clipboard(voter.number)
        screen.notice(tr("Copied {number}; paste it into your phone.", number=group_number(voter.number)))


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
    elif screen.unseen_is_cut:
        await read_notices(screen)
    else:
        await commands.COMMANDS["notices"](screen, key)


async def _answers(screen: CallScreen, key: str) -> None:
    from phonetui.tui.answers_screen import AnswersScreen

    await screen.app.push_screen(AnswersScreen(screen.view, screen.keys))


async def _blank(screen: CallScreen, key: str) -> None:
    await screen.app.push_screen(BlankScreen())


async def _help(screen: CallScreen, key: str) -> None:
    from phonetui.tui.help_screen import HelpScreen

    await screen.app.push_screen(HelpScreen(screen.view, screen.keys))


async def _quit(screen: CallScreen, key: str) -> None:
    screen.leave()


#: By the action's id; the second argument is the key that was pressed.
COMMANDS: dict[str, Callable[[CallScreen, str], Awaitable[None]]] = {
    **commands.COMMANDS,
    "forward": _forward,
    "back": _back,
    "copy": _copy,
    "details": _details,
    "notices": _notices,
    "answers": _answers,
    "blank": _blank,
    "help": _help,
    "quit": _quit,
}
