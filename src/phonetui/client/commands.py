"""What the registry's actions do, where that is the same in every front end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from phonetui.client import asking
from phonetui.client.calling_back import how_long_quiet, when_to_call_back
from phonetui.client.choosing import choose_campaign
from phonetui.client.following_up import follow_up
from phonetui.client.front_end import FrontEnd
from phonetui.client.help_line import ask_supervisor, first_unseen, read_notices
from phonetui.client.numbers import take_break, tell_numbers
from phonetui.client.phone_commands import PHONE_COMMANDS, dial
from phonetui.client.phone_keys import enter_does, may_skip, offered_result
from phonetui.client.review import review_calls
from phonetui.client.typed_answer import type_answer
from phonetui.core.call_actions import Answer, Back, Forward, Result, Skip, SwitchLanguage, TakeBack
from phonetui.core.call_flow import TOO_SOON_FOR_THIS
from phonetui.core.campaign import Disposition
from phonetui.core.pacer import Stage
from phonetui.core.refusal import Refused
from phonetui.core.translation import tr


async def result(front: FrontEnd, disposition: Disposition) -> None:
    """Save what came of the attempt; a call back asks first when it shall be, a quiet voter until when."""
    if disposition.call_back and front.view.call.voter is not None:
        front.begin(lambda: when_to_call_back(front, disposition))
    elif disposition.quiet and front.view.call.voter is not None:
        front.begin(lambda: how_long_quiet(front, disposition))
    else:
        await front.act(Result(disposition.id))


async def _answer(front: FrontEnd, key: str) -> None:
    number, page = front.keys.actions["answer"].index(key) + 1, front.view.page
    if page is not None and page.blanks:
        front.begin(lambda: type_answer(front, page, str(number)))
    else:
        await front.act(Answer(number))


async def _type(front: FrontEnd, key: str) -> None:
    digit = key if key.isdecimal() else ""
    does, offered = enter_does(front.view), offered_result(front.view)
    if digit or does == "type":
        await answer_or_result(front, digit)
    elif does == "dial" and front.desk.view.is_new:  # by the second press of whoever saved a result
        front.notice(tr(TOO_SOON_FOR_THIS))
    elif does == "dial":
        await dial(front, key)
    elif offered is not None:
        await result(front, offered)


async def answer_or_result(front: FrontEnd, digit: str = "") -> None:
    """Type the answer that the step wants, or save the result that it names."""
    page, campaign = front.view.page, front.view.campaign
    step = campaign.step(page.step_id) if page and campaign else None
    named = campaign.disposition(step.disposition) if step and campaign else None
    if page is not None and page.blanks:
        front.begin(lambda: type_answer(front, page, digit))
    elif named is not None and not digit:
        await result(front, named)
    elif front.view.phone.stage is Stage.OVER:
        front.notice(tr("Choose a result."))
    else:
        front.notice(tr("There is nothing to type at this step."))


async def _script_language(front: FrontEnd, key: str) -> None:
    await front.act(SwitchLanguage())


async def _forward(front: FrontEnd, key: str) -> None:
    await front.act(Forward())


async def _back(front: FrontEnd, key: str) -> None:
    await front.act(Back())


async def _skip(front: FrontEnd, key: str) -> None:
    if not may_skip(front.desk.view):  # the voter would be hung up on, and the attempt counted for nobody
        key = front.keys.shown("hang_up")
        front.refuse(Refused(tr("You are in a call; end it with {key} first, or choose a result.", key=key)))
    elif front.view.call.draft.is_typed:
        front.begin(lambda: asking.whether_to_skip(front))
    else:
        await front.act(Skip())


async def _undo(front: FrontEnd, key: str) -> None:
    if front.view.phone.in_call:
        front.refuse(Refused(tr("Taking a result back now would hang up on this voter; end the call first.")))
    else:
        await front.act(TakeBack())


async def _note(front: FrontEnd, key: str) -> None:
    front.begin(lambda: asking.note(front))


async def _correct(front: FrontEnd, key: str) -> None:
    front.begin(lambda: asking.correction(front))


async def _remark(front: FrontEnd, key: str) -> None:
    front.begin(lambda: asking.remark(front))


def _sign_in(front: FrontEnd) -> None:
    if front.view.takes_password:
        front.begin(lambda: asking.sign_in(front))
        return
    key = front.keys.shown("quit")
    front.refuse(Refused(tr("Nothing is lost: {key} leaves, and `phonetui login` logs in to Zetkin again.", key=key)))


async def _refresh(front: FrontEnd, key: str) -> None:
    if front.view.line.state == "signed_out":
        _sign_in(front)
        return
    front.desk.try_now()
    if front.view.line.is_up:
        front.notice(tr("The campaign server was asked just now."))
    else:
        front.notice_trying()


async def _along(front: FrontEnd, key: str) -> None:
    campaign = front.view.campaign
    if campaign is None or not (front.view.line.is_up or front.view.asked_along):
        front.notice(tr("Voters are taken along while there is a connection; there is none now."))
    elif not campaign.take_along:
        front.notice(tr("This campaign lends nobody for longer than two hours."))
    else:
        front.begin(lambda: asking.take_along(front, campaign.take_along))


async def _export(front: FrontEnd, key: str) -> None:
    front.begin(lambda: asking.where_to_export(front))


async def _campaigns(front: FrontEnd, key: str) -> None:
    if front.view.in_call:
        front.notice(tr("Another campaign is chosen between calls; save this one's result first."))
    else:
        front.begin(lambda: choose_campaign(front))


async def _ask(front: FrontEnd, key: str) -> None:
    front.begin(lambda: ask_supervisor(front))


async def _follow_up(front: FrontEnd, key: str) -> None:
    front.begin(lambda: follow_up(front))


async def _notices(front: FrontEnd, key: str) -> None:
    unseen = first_unseen(front.view)
    if unseen is None:
        await read_notices(front)
    else:
        await front.saved(front.desk.see([unseen.notice_id]))


async def _review(front: FrontEnd, key: str) -> None:
    front.begin(lambda: review_calls(front))


async def _numbers(front: FrontEnd, key: str) -> None:
    front.begin(lambda: tell_numbers(front))


async def _break(front: FrontEnd, key: str) -> None:
    front.begin(lambda: take_break(front))


async def _plug(front: FrontEnd, key: str) -> None:
    front.desk.do_extra("plug")


#: By the action's id; the second argument is the key that was pressed.
COMMANDS: dict[str, Callable[[FrontEnd, str], Awaitable[None]]] = {
    **PHONE_COMMANDS,
    "answer": _answer,
    "type": _type,
    "script_language": _script_language,
    "forward": _forward,
    "back": _back,
    "skip": _skip,
    "note": _note,
    "correct": _correct,
    "remark": _remark,
    "undo": _undo,
    "refresh": _refresh,
    "along": _along,
    "export": _export,
    "campaigns": _campaigns,
    "ask": _ask,
    "follow_up": _follow_up,
    "notices": _notices,
    "review": _review,
    "numbers": _numbers,
    "break": _break,
    "plug": _plug,
}
