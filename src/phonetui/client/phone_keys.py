"""Which actions there are where something dials, and what Enter does: the same in every front end."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Literal

from phonetui.client.view import View
from phonetui.core.call import Phase
from phonetui.core.call_actions import Dial
from phonetui.core.campaign import Disposition
from phonetui.core.phone_call import Engine
from phonetui.core.script import talked
from phonetui.dial.dialer import Cap

#: The actions of a line that dials, by id, with what its engine must be able to do.
NEEDS: Mapping[str, Cap | None] = {"dial": None, "hang_up": "hangup", "mute": "mute", "keypad": "dtmf", "pace": None}
#: Where the number is for the caller's eyes, or for another phone.
READ_OFF: tuple[Engine, ...] = ("hand", "link", "qr")

EnterDoes = Literal["dial", "save", "type"]


def line_actions(engine: Engine, caps: Collection[Cap]) -> tuple[str, ...]:
    """The registry's actions, by id, that there are with this engine beside those that are always there."""
    reads = ("large",) if engine in READ_OFF else ()
    if engine == "hand":
        return reads
    return (*reads, *(action_id for action_id, cap in NEEDS.items() if cap is None or cap in caps))


def offered_actions(view: View) -> tuple[str, ...]:
    """The actions, by id, that this desk offers and another may not: what the keymap is to be told."""
    return (*view.offered, *line_actions(view.phone.engine, view.phone.caps))


def enter_does(view: View) -> EnterDoes:
    """Enter goes on with the next thing: it dials, saves the result that the call's end suggests, or types.

    Whoever was dialed already is dialed by it only where the line reached nobody: after a result was taken back, or
    after a restart in a call, Enter rings nobody a second time. Nor does it ring who is being talked to by hand. It is
    no answer to a result that wants its own key once more.
    """
    phone = view.phone
    if view.call.phase is Phase.CONFIRMING and view.call.confirming != phone.offered:
        return "type"
    is_next = phone.can_dial and not phone.redials and phone.pace != "manual"
    if view.call.voter is not None and is_next and (phone.alarm or not view.call.dialed) and not _talks(view):
        return "dial"
    return "save" if offered_result(view) else "type"


def may_skip(view: View) -> bool:
    """Whether the voter can be given back uncalled; nobody is while the line rings them or has them."""
    return not (view.phone.in_call and "hangup" in view.phone.caps)


def has_number(view: View) -> bool:
    """Whether the number of whoever is on the screen is on this laptop; a campaign may hide it."""
    return view.call.voter is not None and bool(view.call.voter.number)


#: When there is something for an action to do.
LINE_USES: Mapping[str, Callable[[View], bool]] = {"skip": may_skip, "copy": has_number}


def taken_by_hand(view: View) -> Dial:
    """The number, taken to be dialed by the caller: once more, where the engine has not placed the call."""
    return Dial("hand", "redial" if _came_to_nothing(view) else "key")


def read_by_camera(view: View) -> bool:
    """Whether a phone's camera is to read the number: it was handed on so, or no program here has taken it."""
    return view.phone.is_read_off or (view.phone.engine == "link" and _came_to_nothing(view))


def _came_to_nothing(view: View) -> bool:
    """Whether the engine has not placed the call that was written down."""
    return view.call.dialed and view.phone.alarm and not view.phone.in_call


def _talks(view: View) -> bool:
    """Whether questions were answered, or the script was read to a result: who only reads ahead still wants to dial."""
    place = view.call.draft.place
    if view.campaign is None or view.page is None:
        return False
    return bool(place.answers) or (talked(view.campaign, place) and bool(view.page.result))


def offered_result(view: View) -> Disposition | None:
    """The result that the call's end suggests, where the campaign has it."""
    return view.campaign.disposition(view.phone.offered) if view.campaign and view.phone.offered else None
