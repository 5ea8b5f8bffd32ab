"""What a caller is asked before they leave the desk: whatever leaving would lose goes by their own word alone."""

from __future__ import annotations

from phonetui.client.front_end import FrontEnd
from phonetui.client.view import View
from phonetui.core.call_actions import Leave
from phonetui.core.translation import tr, tr_n


async def leave(front: FrontEnd) -> None:
    """Leave the desk; who closes a question stays."""
    if await may_leave(front):
        front.end_shift()


def leave_again(view: View, key: str) -> str:
    """That leaving wants its key twice, and what leaving keeps."""
    if view.practice:
        return tr("Press {key} again to leave practice; nothing of it is kept.", key=key)
    return tr("Press {key} again to leave; everything is saved.", key=key)


def interrupted(view: View, how_to_leave: str) -> str:
    """What the first Ctrl-C is answered with: how to leave, and in a call that this ends it."""
    if view.phone.in_call:
        return tr("A call goes on, and leaving ends it; press Ctrl-C again to leave.")
    return how_to_leave


async def may_leave(front: FrontEnd) -> bool:
    """Ask; whether the caller leaves."""
    if front.view.phone.in_call and not await _ends_the_call(front):
        return False
    gives_up = front.view.typed_is_lost
    if gives_up and not await _leaves_without_it(front):
        return False
    if front.view.taken_along and front.view.line.is_up and not await _is_done_with_voters(front):
        return False
    if gives_up:
        await front.act(Leave())
    return True


async def _ends_the_call(front: FrontEnd) -> bool:
    """Whether the call that rings or goes on may end by leaving."""
    front.notice(tr("A call goes on; leaving ends it. The voter stays yours, and the next start goes on with them."))
    return await front.choose(tr("Leave"), [("1", tr("end the call and leave")), ("2", tr("stay"))]) == "1"


async def _leaves_without_it(front: FrontEnd) -> bool:
    """Whether what was typed about somebody who is no longer lent may be lost."""
    voter = front.view.call.voter
    name = voter.first_name if voter else ""
    front.notice(
        tr(
            "What you typed about {name} has no result, and they are no longer on your list. Save one to keep it.",
            name=name,
        )
    )
    return await front.choose(tr("Leave"), [("1", tr("leave without it")), ("2", tr("stay"))]) == "1"


async def _is_done_with_voters(front: FrontEnd) -> bool:
    """Voters taken along are given back, or kept for later."""
    front.notice(
        tr_n(
            "{n} voter is still lent to you. Given back, others can call them today.",
            "{n} voters are still lent to you. Given back, others can call them today.",
            front.view.on_hand,
        )
    )
    choice = await front.choose(tr("Taken along"), [("1", tr("give back")), ("2", tr("keep for later"))])
    return choice == "2" or (choice == "1" and await front.saved(front.desk.give_back()))
