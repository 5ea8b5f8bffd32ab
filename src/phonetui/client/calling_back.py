"""Asking when to call back."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from phonetui.client.front_end import FrontEnd
from phonetui.core import call_back
from phonetui.core.call_actions import Result
from phonetui.core.campaign import Campaign, Disposition
from phonetui.core.eligibility import local_time
from phonetui.core.refusal import Refused
from phonetui.core.spoken_time import EXAMPLES
from phonetui.core.translation import tr
from phonetui.core.voter import Voter
from phonetui.core.when import clock


async def when_to_call_back(front: FrontEnd, disposition: Disposition) -> None:
    """The time of a call back, then the result."""
    view = front.view
    campaign, voter = view.campaign, view.call.voter
    if campaign is None or voter is None:
        return
    tonight = _shown(call_back.tonight, campaign, voter, view.now)
    tomorrow = _shown(call_back.tomorrow, campaign, voter, view.now)
    choices = [
        ("1", tr("tonight {time}", time=tonight) if tonight else tr("tonight")),
        ("2", tr("tomorrow {time}", time=tomorrow) if tomorrow else tr("tomorrow")),
        ("3", tr("other")),
    ]
    there = local_time(voter.zones or (campaign.zone,), view.now)
    front.notice(tr("All times are theirs; it is {time} there.", time=there))
    choice = await front.choose(campaign.words(disposition.label), choices)
    if choice == "3":
        call_at = await _typed_time(front, campaign, voter)
    else:
        call_at = _chosen_time(front, choice, campaign, voter)
    if call_at is not None:
        await front.act(Result(disposition.id, call_at))


def _shown(choose: Callable[..., datetime], campaign: Campaign, voter: Voter, now: datetime) -> str:
    """`7:00 pm`; nothing where that time is refused, which choosing it will say."""
    with suppress(Refused):
        return clock(choose(campaign, voter.zones, now))
    return ""


def _chosen_time(front: FrontEnd, choice: str | None, campaign: Campaign, voter: Voter) -> datetime | None:
    choose = {"1": call_back.tonight, "2": call_back.tomorrow}.get(choice or "")
    if choose is None:
        return None
    try:
        return choose(campaign, voter.zones, front.view.now)
    except Refused as refused:
        front.refuse(refused)
        return None


async def _typed_time(front: FrontEnd, campaign: Campaign, voter: Voter) -> datetime | None:
    """Asks until the time is one at which the voter may be called; what was typed stays to be mended."""
    text = ""
    front.notice(tr("A time there, such as {examples}.", examples=tr(EXAMPLES)))
    while (answer := await front.type_line(tr("Call back at"), text)) is not None:
        text = answer
        try:
            return call_back.typed(campaign, voter.zones, front.view.now, text)
        except Refused as refused:
            front.refuse(refused)
    return None
