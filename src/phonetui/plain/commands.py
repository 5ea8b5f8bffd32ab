"""What each of the registry's actions, and each word of plain mode's own, does line by line."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from phonetui.client import commands
from phonetui.client.leaving import leave
from phonetui.client.phone_keys import taken_by_hand
from phonetui.client.practice_desk import PracticeDesk
from phonetui.client.practising import practice_beside
from phonetui.client.typed_answer import type_answer
from phonetui.core.call_actions import Forward
from phonetui.core.refusal import Refused
from phonetui.core.translation import tr
from phonetui.plain import phone_words, words
from phonetui.plain.help import help_lines
from phonetui.plain.looking_up import look_up
from phonetui.plain.phone_commands import PHONE_WORDS_DO, STEERING, say_number

if TYPE_CHECKING:
    from phonetui.plain.front import PlainFront


async def _on(front: PlainFront) -> None:
    before = front.view.page
    if await front.act(Forward()) and before is not None and before.last and before == front.view.page:
        front.say(*words.way_on(before, front.keys))


async def _forward(front: PlainFront, key: str) -> None:
    await _on(front)


async def _type(front: PlainFront, key: str) -> None:
    page = front.view.page
    if page is not None and page.blanks:
        front.begin(lambda: type_answer(front, page))
    else:
        await commands.answer_or_result(front, key if key.isdecimal() else "")


async def _copy(front: PlainFront, key: str) -> None:
    voter = front.view.call.voter
    if voter is not None and (not voter.number or await front.act(taken_by_hand(front.view))):
        await say_number(front)


async def _details(front: PlainFront, key: str) -> None:
    front.say(*words.all_voter_lines(front.view))


async def _answers(front: PlainFront, key: str) -> None:
    campaign = front.view.campaign
    if campaign is not None:
        front.begin(lambda: look_up(front, campaign))


async def _blank(front: PlainFront, key: str) -> None:
    front.notice(tr("There is no screen to blank here; clear your terminal, and type again to go on."))


async def _help(front: PlainFront, key: str) -> None:
    front.say(*help_lines(front.view, front.keys, short=front.short))
    front.call_is_told()


async def _practice(front: PlainFront, key: str) -> None:
    try:
        desk = practice_beside(front)
    except Refused as refused:
        front.refuse(refused)
        return
    front.begin(lambda: _practise(front, desk))


async def _practise(front: PlainFront, desk: PracticeDesk) -> None:
    await desk.start()
    await front.sit_at(desk)
    await desk.close()
    front.desk.try_now()  # the campaign may have waited for the practice
    front.say(*desk.told.splitlines(), tr("Practice is over; here are your real calls again."))
    front.forget_told()


async def _quit(front: PlainFront, key: str) -> None:
    front.begin(lambda: leave(front))


#: By the action's id; the second argument is the key that the line stands for.
COMMANDS: dict[str, Callable[[PlainFront, str], Awaitable[None]]] = {
    **commands.COMMANDS,
    **STEERING,
    "forward": _forward,
    "type": _type,
    "copy": _copy,
    "details": _details,
    "answers": _answers,
    "blank": _blank,
    "help": _help,
    "practice": _practice,
    "quit": _quit,
}


async def _again(front: PlainFront) -> None:
    front.forget_told()


async def _who(front: PlainFront) -> None:
    front.say(*words.voter_lines(front.view, short=front.short))


async def _script(front: PlainFront) -> None:
    front.say_page()


async def _results(front: PlainFront) -> None:
    front.say(*words.result_lines(front.view, front.keys, short=front.short))


async def _status(front: PlainFront) -> None:
    front.say(
        words.heading(front.view),
        *phone_words.call_lines(front.view),
        *words.status_lines(front.view, front.keys, front.zone),
    )
    front.call_is_told()


async def _short(front: PlainFront) -> None:
    front.short = True
    front.notice(tr("Short from now on; long says more."))


async def _long(front: PlainFront) -> None:
    front.short = False
    front.notice(tr("Long from now on; short says less."))


async def _tour(front: PlainFront) -> None:
    front.say(*words.tour_lines(front.keys))
    await front.desk.first_shift.over()


#: By the English name of the word.
OWN: dict[str, Callable[[PlainFront], Awaitable[None]]] = {
    "again": _again,
    "who": _who,
    "number": say_number,
    "script": _script,
    "results": _results,
    "status": _status,
    "short": _short,
    "long": _long,
    "tour": _tour,
    "on": _on,
    **PHONE_WORDS_DO,
}
#: Those that are about the voter.
ABOUT_VOTER = ("who", "number", "script", "on", "redial", "code", "keys")
