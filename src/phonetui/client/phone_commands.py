"""What the actions of a line that dials do, in every front end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from phonetui.client.front_end import FrontEnd
from phonetui.core.refusal import Refused
from phonetui.core.translation import tr

#: What a phone has keys for.
DIGITS = frozenset("0123456789*#")


async def dial(front: FrontEnd, key: str) -> None:
    """Dial whoever is shown; after a call the same attempt once more."""
    phone = front.view.phone
    if phone.in_call:
        front.notice(tr("A call goes on already."))
    elif phone.is_read_off:
        front.notice(tr("Your phone has the number; dial again there."))
    elif not phone.can_dial:
        front.notice(tr("This number was dialed often enough; choose a result."))
    else:
        _steer(front, front.desk.phone.dial)


async def _hang_up(front: FrontEnd, key: str) -> None:
    _steer(front, front.desk.phone.hang_up)


async def _mute(front: FrontEnd, key: str) -> None:
    _steer(front, front.desk.phone.mute)


async def _keypad(front: FrontEnd, key: str) -> None:
    if front.view.phone.in_call:
        front.begin(lambda: press_keys(front))
    else:
        front.notice(tr("There is no call."))


async def press_keys(front: FrontEnd) -> None:
    """Press keys of the phone as they are typed; where single keys cannot be seen, the whole line at its end."""
    pressed = 0

    async def press(typed: str) -> None:
        nonlocal pressed
        new, pressed = typed[pressed:], len(typed)
        if not DIGITS.issuperset(new):
            front.refuse(Refused(tr("A phone has the keys 0 to 9, * and #; type these.")))
        elif new:
            _steer(front, lambda: front.desk.phone.press(new))

    front.notice(tr("Digits, * and # go out to the call; Esc closes."))
    line = await front.type_line(tr("Keypad"), as_typed=press)
    await press(line or "")


async def _pace(front: FrontEnd, key: str) -> None:
    phone = front.desk.phone
    if phone.view.pace != "power":
        front.notice(tr("Nobody is dialed by a countdown here."))
        return
    phone.pause()
    if phone.view.pauses:
        front.notice(tr("Paused: nobody is dialed by a countdown until you press {key}.", key=front.keys.shown("pace")))
    else:
        front.notice(tr("Voters are dialed by a countdown again, from the next one on."))


def _steer(front: FrontEnd, order: Callable[[], None]) -> None:
    try:
        order()
    except Refused as refused:
        front.refuse(refused)


#: By the action's id; the second argument is the key that was pressed.
PHONE_COMMANDS: dict[str, Callable[[FrontEnd, str], Awaitable[None]]] = {
    "dial": dial,
    "hang_up": _hang_up,
    "mute": _mute,
    "keypad": _keypad,
    "pace": _pace,
}
