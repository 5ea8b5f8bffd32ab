"""What each of the registry's actions does on the call screen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from phonetui.core.call_actions import Answer, Back, Dial, Forward, Result, Skip, SwitchLanguage, TakeBack
from phonetui.core.campaign import Disposition
from phonetui.core.translation import tr
from phonetui.tui import asking
from phonetui.tui.blank_screen import BlankScreen
from phonetui.tui.presentation.person import group_number
from phonetui.tui.presentation.script import page_of
from phonetui.tui.typed_answer import type_answer

if TYPE_CHECKING:
    from phonetui.tui.call_screen import CallScreen


#: The line's states in which the campaign server answers.
CONNECTED = ("online", "slow")


async def result(screen: CallScreen, disposition: Disposition) -> None:
    """Save what came of the attempt; a call back asks first when it shall be."""
    if disposition.call_back and screen.view.call.voter is not None:
        screen.begin(asking.when_to_call_back(screen, disposition))
    else:
        await screen.act(Result(disposition.id))


async def _answer(screen: CallScreen, key: str) -> None:
    number, page = screen.keys.actions["answer"].index(key) + 1, page_of(screen.view)
    if page is not None and page.blanks:
        screen.begin(type_answer(screen, page, str(number)))
    else:
        await screen.act(Answer(number))


async def _type(screen: CallScreen, key: str) -> None:
    page, campaign = page_of(screen.view), screen.view.campaign
    step = campaign.step(page.step_id) if page and campaign else None
    named = campaign.disposition(step.disposition) if step and campaign else None
    digit = key if key.isdecimal() else ""
    if page is not None and page.blanks:
        screen.begin(type_answer(screen, page, digit))
    elif named is not None and not digit:
        await result(screen, named)
    else:
        screen.notice(tr("There is nothing to type at this step."))


async def _script_language(screen: CallScreen, key: str) -> None:
    await screen.act(SwitchLanguage())


async def _forward(screen: CallScreen, key: str) -> None:
    if not screen.script.scroll(1):
        await screen.act(Forward())


async def _back(screen: CallScreen, key: str) -> None:
    if not screen.script.scroll(-1):
        await screen.act(Back())


async def _skip(screen: CallScreen, key: str) -> None:
    await screen.act(Skip())


async def _undo(screen: CallScreen, key: str) -> None:
    await screen.act(TakeBack())


async def _copy(screen: CallScreen, key: str) -> None:
    voter = screen.view.call.voter
    if voter is None or not voter.number:
        return
    screen.app.copy_to_clipboard(voter.number)
    if await screen.act(Dial()):
        screen.notice(tr("Copied {number}; paste it into your phone.", number=group_number(voter.number)))


async def _details(screen: CallScreen, key: str) -> None:
    screen.show_details(not screen.shows_details)


async def _note(screen: CallScreen, key: str) -> None:
    screen.begin(asking.note(screen))


async def _correct(screen: CallScreen, key: str) -> None:
    screen.begin(asking.correction(screen))


async def _remark(screen: CallScreen, key: str) -> None:
    screen.begin(asking.remark(screen))


async def _answers(screen: CallScreen, key: str) -> None:
    from phonetui.tui.answers_screen import AnswersScreen

    await screen.app.push_screen(AnswersScreen(screen.view, screen.keys))


async def _blank(screen: CallScreen, key: str) -> None:
    await screen.app.push_screen(BlankScreen())


async def _help(screen: CallScreen, key: str) -> None:
    from phonetui.tui.help_screen import HelpScreen

    await screen.app.push_screen(HelpScreen(screen.view, screen.keys))


async def _refresh(screen: CallScreen, key: str) -> None:
    if screen.view.line.state == "signed_out":
        screen.begin(asking.sign_in(screen))
        return
    screen.desk.try_now()
    if screen.view.line.state in CONNECTED:
        screen.notice(tr("The campaign server was asked just now."))
    else:
        screen.notice_trying()


async def _along(screen: CallScreen, key: str) -> None:
    campaign = screen.view.campaign
    if screen.view.line.state not in CONNECTED or campaign is None:
        screen.notice(tr("Voters are taken along while there is a connection; there is none now."))
    elif not campaign.take_along:
        screen.notice(tr("This campaign lends nobody for longer than two hours."))
    else:
        screen.begin(asking.take_along(screen, campaign.take_along))


async def _plug(screen: CallScreen, key: str) -> None:
    screen.desk.do_extra("plug")


async def _export(screen: CallScreen, key: str) -> None:
    screen.begin(asking.where_to_export(screen))


async def _quit(screen: CallScreen, key: str) -> None:
    screen.leave()


#: By the action's id; the second argument is the key that was pressed.
COMMANDS: dict[str, Callable[[CallScreen, str], Awaitable[None]]] = {
    "answer": _answer,
    "type": _type,
    "script_language": _script_language,
    "forward": _forward,
    "back": _back,
    "skip": _skip,
    "note": _note,
    "copy": _copy,
    "correct": _correct,
    "remark": _remark,
    "details": _details,
    "answers": _answers,
    "undo": _undo,
    "refresh": _refresh,
    "export": _export,
    "along": _along,
    "blank": _blank,
    "plug": _plug,
    "help": _help,
    "quit": _quit,
}
