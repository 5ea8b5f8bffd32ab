"""What is said of the caller's line: what can be done about a call, and what becomes of it."""

from __future__ import annotations

from math import ceil

from phonetui.client.phone_keys import enter_does, offered_result
from phonetui.client.view import View
from phonetui.core.keymap import Keymap
from phonetui.core.pacer import Stage
from phonetui.core.phone_call import State
from phonetui.core.script_page import result_label
from phonetui.core.translation import later, tr, tr_n
from phonetui.plain.words import digits

#: Of a call that is under way.
STATES: dict[State, str] = {
    "dialing": later("Dialing."),
    "ringing": later("Ringing."),
    "talking": later("Answered."),
}


def enter_dials(view: View) -> bool:
    """Whether Enter alone has whoever is called dialed."""
    return _may_be_dialed(view) and enter_does(view) == "dial"


def _may_be_dialed(view: View) -> bool:
    return view.phone.stage is Stage.SHOWN and view.verdict.allowed


def is_under_way(view: View) -> bool:
    """Whether a number is dialed, or about to be, and nobody knows yet what comes of it."""
    return view.phone.stage in (Stage.COUNTING, Stage.PLACED)


def asked(view: View, keys: Keymap, *, short: bool) -> str:
    """What can be done about the call now, and how; nothing where there is nothing to be said."""
    phone = view.phone
    if phone.stage is Stage.COUNTING and phone.seconds_left is not None:
        left = max(ceil(phone.seconds_left), 1)
        return tr_n("Dials in {n} second; any line stops it.", "Dials in {n} seconds; any line stops it.", left)
    if enter_dials(view):
        return tr("Enter says the number.") if phone.engine == "qr" else tr("Enter dials.")
    if _may_be_dialed(view) and (phone.pace == "manual" or view.call.dialed):
        return tr("Type dial to dial.")
    if phone.stage is Stage.OVER:
        return _after_a_call(view, keys, short=short)
    return ""


def _after_a_call(view: View, keys: Keymap, *, short: bool) -> str:
    offered = offered_result(view)
    may_redial = view.phone.redials and "state" in view.phone.caps and not short
    again = tr("Type dial to dial again.") if may_redial else ""
    if view.campaign is None or offered is None:
        return again
    key, label = keys.results[offered.id], result_label(view.campaign, view.call, offered)
    return " ".join(filter(None, [tr("Type {key} to save {result}.", key=key, result=label), again]))


def happening(view: View) -> str:
    """What the call is doing."""
    phone = view.phone
    if not phone.in_call or "state" not in phone.caps:
        return ""
    return tr(STATES[phone.state if phone.state in STATES else "dialing"])


def became(view: View) -> str:
    """What has become of the call before, or why there was none."""
    phone = view.phone
    if phone.in_call and phone.state not in STATES:
        return ""  # what is said is still of the call before
    if phone.is_read_off and view.call.voter is not None:
        return tr("Dial {number} on your phone.", number=digits(view.call.voter))
    return phone.said if not phone.said or phone.said.endswith(".") else f"{phone.said}."


def is_muted(view: View) -> bool:
    """Whether nobody hears the caller in this call; what is there before it has begun is of the call before."""
    return view.phone.in_call and view.phone.state in STATES and view.phone.muted


def muted(view: View) -> str:
    """Whether the other end hears the caller."""
    return tr("Muted; nobody hears you.") if view.phone.muted else tr("You are heard again.")


def paced(view: View) -> str:
    """Whether a countdown dials."""
    if view.phone.pauses:
        return tr("Nobody is dialed by a countdown; type resume to go on.")
    return tr("The next voters are dialed by a countdown.")


def call_lines(view: View) -> list[str]:
    """Where the call stands, for whoever asks."""
    phone = view.phone
    talked = phone.talked_for
    return [
        tr("In the call for {time}.", time=_span(talked)) if phone.in_call and talked is not None else happening(view),
        muted(view) if is_muted(view) else "",
        paced(view) if phone.pauses else "",
    ]


def _span(seconds: float) -> str:
    minutes, left = divmod(int(seconds), 60)
    told = [tr_n("{n} minute", "{n} minutes", minutes)] if minutes else []
    return " ".join([*told, tr_n("{n} second", "{n} seconds", left)])
