"""What can be done about a call line by line, where something dials."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from phonetui.client.phone_commands import DIGITS, PHONE_COMMANDS
from phonetui.client.phone_view import PhoneView
from phonetui.client.phone_words import why_no_number
from phonetui.core.call_actions import Dial
from phonetui.core.refusal import Refused
from phonetui.core.translation import tr
from phonetui.dial.qr import number_code
from phonetui.plain import phone_words, words
from phonetui.plain.typed_words import keys_to_press

if TYPE_CHECKING:
    from phonetui.plain.front import PlainFront

#: Seconds in which an engine has done as it is told.
ANSWERS_IN = 1.0


async def _dial(front: PlainFront, key: str) -> None:
    """The number for another phone is said again."""
    if front.view.phone.is_read_off:
        front.notice(phone_words.became(front.view))
    else:
        await PHONE_COMMANDS["dial"](front, key)


async def _hang_up(front: PlainFront, key: str) -> None:
    await _steered(front, "hang_up", lambda before, now: not now.in_call)


async def _mute(front: PlainFront, key: str) -> None:
    await _steered(front, "mute", lambda before, now: now.muted != before.muted)


async def _steered(front: PlainFront, action_id: str, done: Callable[[PhoneView, PhoneView], bool]) -> None:
    """What came of it is told before the next line."""
    before = front.view.phone
    await PHONE_COMMANDS[action_id](front, "")
    if before.in_call:
        await front.until(lambda: done(before, front.view.phone) or front.view.phone.alarm, ANSWERS_IN)


async def _pace(front: PlainFront, key: str) -> None:
    if front.view.phone.pace == "power":
        front.desk.phone.pause()
        front.notice(phone_words.paced(front.view))
    else:
        await PHONE_COMMANDS["pace"](front, key)


async def _large(front: PlainFront, key: str) -> None:
    await say_number(front)


async def say_number(front: PlainFront) -> None:
    """Digit by digit."""
    voter = front.view.call.voter
    if voter is not None:
        way_on = tr("The campaign keeps the number to itself; type dial to call.")
        front.notice(words.digits(voter) or why_no_number(front.view.phone.engine, way_on))


#: By the action's id, in place of what it does in every front end.
STEERING: dict[str, Callable[[PlainFront, str], Awaitable[None]]] = {
    "dial": _dial,
    "hang_up": _hang_up,
    "mute": _mute,
    "pace": _pace,
    "large": _large,
}


async def pressed(front: PlainFront, line: str) -> bool:
    """Whether the line is the word for keys of the phone with some of these, which are pressed."""
    digits = keys_to_press(line, front.keys)
    if not digits:
        return False
    if not DIGITS.issuperset(digits):
        front.refuse(Refused(tr("A phone has the keys 0 to 9, * and #; type these.")))
        return True
    try:
        front.desk.phone.press(digits)
    except Refused as refused:
        front.refuse(refused)
    else:
        front.notice(tr("Pressed {keys}.", keys=" ".join(digits)))
    return True


async def _redial(front: PlainFront) -> None:
    await _dial(front, "")


async def _code(front: PlainFront) -> None:
    """Whoever asks for it has the number read off the screen, which is dialing."""
    voter = front.view.call.voter
    if voter is None or not voter.number:
        await say_number(front)
    elif not front.view.call.dialed and not await front.act(Dial("qr")):
        return
    elif not front.draw(number_code(voter.number)):
        front.notice(tr("No code can be drawn here; dial {number}.", number=words.digits(voter)))


async def _mute_now(front: PlainFront) -> None:
    await _switch_mute(front, on=True)


async def _unmute(front: PlainFront) -> None:
    await _switch_mute(front, on=False)


async def _switch_mute(front: PlainFront, *, on: bool) -> None:
    if front.view.phone.in_call and front.view.phone.muted is on:
        front.notice(phone_words.muted(front.view))
    else:
        await _mute(front, "")


async def _keys(front: PlainFront) -> None:
    await PHONE_COMMANDS["keypad"](front, "")


async def _pause(front: PlainFront) -> None:
    await _switch_pace(front, pauses=True)


async def _resume(front: PlainFront) -> None:
    await _switch_pace(front, pauses=False)


async def _switch_pace(front: PlainFront, *, pauses: bool) -> None:
    phone = front.view.phone
    if phone.pace == "power" and phone.pauses is pauses:
        front.notice(phone_words.paced(front.view))
    else:
        await _pace(front, "")


#: By the English name of the word.
PHONE_WORDS_DO: dict[str, Callable[[PlainFront], Awaitable[None]]] = {
    "redial": _redial,
    "code": _code,
    "mute": _mute_now,
    "unmute": _unmute,
    "keys": _keys,
    "pause": _pause,
    "resume": _resume,
}
