"""Looking up what to answer to a voter's question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from phonetui.core.campaign import Campaign
from phonetui.core.replies import at_hand, found
from phonetui.core.translation import tr

if TYPE_CHECKING:
    from phonetui.plain.front import PlainFront


async def look_up(front: PlainFront, campaign: Campaign) -> None:
    """Asks for a word of the question until something is found; of several, which one is meant."""
    if not any(at_hand(campaign, front.view.call, front.view.caller_name)):
        front.notice(tr("The campaign has written no answers."))
        return
    while (typed := await front.type_line(tr("A word of the voter's question"))) is not None:
        replies = found(campaign, front.view.call, front.view.caller_name, typed)
        if not replies:
            front.notice(tr("Nothing found; try another word."))
            continue
        one = replies[0]
        if len(replies) > 1:
            place = await front.pick(tr("Answers:"), [(reply.question,) for reply in replies])
            if place is None:
                return
            one = replies[place]
        front.say(one.question, *one.answer.splitlines())
        return
