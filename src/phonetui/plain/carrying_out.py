"""What a typed line does at the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from phonetui.client.commands import result
from phonetui.client.typed_answer import type_answer
from phonetui.core.call import Phase
from phonetui.core.call_actions import Note
from phonetui.core.campaign import Disposition
from phonetui.core.keymap import Bound
from phonetui.core.refusal import Refused
from phonetui.core.translation import tr
from phonetui.plain.commands import ABOUT_VOTER, COMMANDS, OWN
from phonetui.plain.phone_commands import pressed
from phonetui.plain.typed_words import is_answer, understand

if TYPE_CHECKING:
    from phonetui.plain.front import PlainFront


async def carry_out(front: PlainFront, line: str) -> None:
    """Any line stops a countdown and does nothing else; an empty one dials only where that was said."""
    if front.desk.phone.stop_countdown():
        front.notice(tr("Stopped."))
    elif not line:
        if front.is_asked_to_dial:
            await COMMANDS["dial"](front, "")
    elif line.strip() == "?":
        await COMMANDS["help"](front, "")
    elif not _answers(front, line) and not await pressed(front, line):
        await _understand(front, line)


def _answers(front: PlainFront, line: str) -> bool:
    """Whether the line is the answer to the script's question: then it is asked, and answered by it."""
    page, today = front.view.page, front.view.now.date()
    if page is None or not page.blanks:
        return False
    blank = next((one for one in page.blanks if not one.answer), page.blanks[0])
    if not is_answer(line, blank, front.keys, front.view.campaign, today=today):
        return False
    front.typed_ahead(line)
    front.begin(lambda: type_answer(front, page, line.strip()))
    return True


async def _understand(front: PlainFront, line: str) -> None:
    try:
        does, key = understand(line, front.keys, front.view.campaign)
    except Refused as refused:
        front.refuse(refused)
        return
    if isinstance(does, str):
        await _own_word(front, does)
    else:
        await _do(front, does, key)


async def _own_word(front: PlainFront, word: str) -> None:
    if word == "close":
        if front.view.call.phase is Phase.CONFIRMING:
            await front.act(Note(front.view.call.draft.note))
    elif word in ABOUT_VOTER and front.view.call.voter is None:
        front.notice(tr("There is no voter on the screen."))
    else:
        await OWN[word](front)


async def _do(front: PlainFront, does: Bound, key: str) -> None:
    about_voter = isinstance(does, Disposition) or does.where == "voter"
    if about_voter and front.view.call.voter is None:
        front.notice(tr("There is no voter on the screen."))
    elif about_voter and not front.knows_who:
        front.notice(tr("Somebody came meanwhile; nothing was done for them yet."))
    elif isinstance(does, Disposition):
        await result(front, does)
    else:
        await COMMANDS[does.id](front, key)
