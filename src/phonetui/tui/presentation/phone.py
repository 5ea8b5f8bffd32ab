"""What dials: how its call stands, which keys it takes now, and the code that another phone reads."""

from __future__ import annotations

from math import ceil

from phonetui.client.phone_keys import enter_does, offered_result
from phonetui.client.view import View
from phonetui.core.keymap import Keymap
from phonetui.core.pacer import Stage
from phonetui.core.translation import tr
from phonetui.screen.line import BLANK, Line, Span, flow, text_lines
from phonetui.tui.presentation.hints import hint

#: Rows that the longest of what is said of a call takes in a column.
ROWS = 2


def line_lines(view: View, width: int, *, code: bool = False) -> list[Line]:
    """How the call stands, in a column; `code` says that the number stands there as a code.

    Where something dials there are always as many rows, so that what is below them stays in place.
    """
    if view.phone.engine == "hand":
        return []
    told = _told_after(view, code=code)
    lines = text_lines(told, width) if told else flow(_pieces(view), width, "  ")
    return [*lines, *[BLANK] * (ROWS - len(lines))]


def line_pieces(view: View, *, code: bool = False) -> list[Line]:
    """The same as pieces of a line."""
    told = _told_after(view, code=code)
    return [(Span(told),)] if told else _pieces(view)


def call_in_sight(view: View, keys: Keymap) -> list[Line]:
    """The same where there is room for nothing else, with the key that ends the call."""
    ends = hint(keys, "hang_up") if view.phone.in_call else BLANK
    return [*line_pieces(view), *([ends] if ends else [])]


def _told_after(view: View, *, code: bool) -> str:
    """What became of the call, or that another phone has the number; empty before and in a call."""
    phone = view.phone
    if phone.stage is not Stage.OVER or phone.alarm:
        return ""
    if phone.engine == "qr":
        return tr("Scan the code.") if code else tr("No code shows here; dial it by hand.")
    return phone.said


def _pieces(view: View) -> list[Line]:
    phone = view.phone
    muted: list[Line] = [(Span(tr("MUTED"), "alarm"),)] if phone.muted and phone.in_call else []
    rests: list[Line] = [(Span(tr("paused"), "quiet"),)] if phone.pauses and phone.pace == "power" else []
    if phone.seconds_left is not None:
        dials = tr("Dials in {n} s", n=max(ceil(phone.seconds_left), 1))
        return [(Span(dials, "accent"),), (Span(tr("any key stops it"), "quiet"),)]
    if phone.stage is Stage.PLACED:
        state = tr("◌ Ringing") if phone.state == "ringing" else tr("◌ Dialing")
        return [(Span(state, "accent"),), *muted, *rests]
    if phone.stage is Stage.TALKING:
        return [(Span(f"{tr('● Talking')} ", "accent"), Span(_clock(phone.talked_for or 0))), *muted, *rests]
    return rests


def _clock(seconds: float) -> str:
    """`0:42`."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def line_hints(view: View, keys: Keymap) -> list[Line]:
    """The keys that the line takes now, those that matter most first; none while any key stops a countdown."""
    phone, offered = view.phone, offered_result(view)
    if phone.engine == "hand" or view.call.voter is None or phone.seconds_left is not None:
        return []
    hints: list[Line] = []
    if enter_does(view) == "dial":
        hints.append(hint(keys, "type", tr("dial")))
    elif phone.in_call:
        mutes = hint(keys, "mute", tr("unmute") if phone.muted else "")
        hints += [hint(keys, "hang_up"), mutes, *([hint(keys, "keypad")] if phone.stage is Stage.TALKING else [])]
    else:
        if offered is not None and view.campaign is not None:
            hints.append(hint(keys, "type", tr("save {result}", result=view.campaign.words(offered.label))))
        if phone.can_dial and not phone.is_read_off:
            hints.append(hint(keys, "dial", tr("dial again") if phone.redials else ""))
    if phone.pace == "power":
        hints.append(hint(keys, "pace", tr("go on") if phone.pauses else ""))
    return [each for each in hints if each]


def code_lines(rows: tuple[str, ...]) -> list[Line]:
    """A code as lines, black on white."""
    return [(Span(row, "ink"),) for row in rows]
