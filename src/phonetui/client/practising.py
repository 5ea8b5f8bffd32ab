"""Going over to practice from a desk, and back."""

from __future__ import annotations

from phonetui.client.clock import SystemClock
from phonetui.client.front_end import FrontEnd
from phonetui.client.invented_calls import practice_line
from phonetui.client.practice_desk import PracticeDesk
from phonetui.core.refusal import Refused
from phonetui.core.translation import tr


def practice_beside(front: FrontEnd) -> PracticeDesk:
    """A desk to practise at with the campaign's script; raises `Refused` during a call, and without a script."""
    view, elsewhere = front.view, front.desk.elsewhere
    if view.practice:
        raise Refused(tr("This is practice already."))
    if view.in_call:
        raise Refused(tr("First save what came of this call; then practise."))
    if view.campaign is None:
        raise Refused(tr("The campaign's script is not on this computer yet; it comes with the first connection."))
    tells = view.campaign.practice_first and elsewhere is not None
    clock = elsewhere.clock if elsewhere else SystemClock()
    told = elsewhere.practised if tells and elsewhere else None
    phone = practice_line(clock, view.campaign, front.desk.phone.wanted, front.desk.phone.countdown)
    return PracticeDesk(view.campaign, view.caller_name, clock, told, phone)
