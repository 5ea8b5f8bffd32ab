"""The line to the supervisor, and what the campaign tells its callers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import shorten

from phonetui.client.front_end import FrontEnd
from phonetui.client.journal_records import Told
from phonetui.client.left_lines import line_again
from phonetui.client.view import View
from phonetui.core.eligibility import known_zone
from phonetui.core.event import HelpQuestion
from phonetui.core.translation import tr
from phonetui.core.when import clock
from phonetui.core.word import ToSupervisor

#: Characters of a question that stands beside its answer.
LONGEST_QUESTION = 60


async def ask_supervisor(front: FrontEnd) -> None:
    """A question to the supervisor, beside those asked before and their answers, which count as read by that."""
    if await read_answers(front):
        front.notice(tr("Another question? Enter asks, Esc closes."))
    else:
        front.notice(tr("To the supervisor; the answer comes while you call on. Enter asks, Esc closes."))
    asked = ""
    while text := await line_again(front, tr("Ask"), asked):
        asked = text
        with_voter = await _with_voter(front)
        if with_voter is not None:
            await front.saved(front.desk.write_down(ToSupervisor(text, with_voter)))
            return


async def _with_voter(front: FrontEnd) -> bool | None:
    """Whether the question names who is on the screen; None where the caller goes back to the words."""
    if front.view.call.voter is None:
        return False
    choice = await front.choose(tr("With this voter?"), [("1", tr("no")), ("2", tr("yes"))])
    return None if choice is None else choice == "2"


async def read_answers(front: FrontEnd) -> bool:
    """Put the day's questions and answers before the caller; False where nobody has asked anything."""
    view = front.desk.view
    entries = list(_questions_and_answers(view))
    if not entries:
        return False
    front.show_text(tr("Questions and answers"), entries)
    unread = [told.notice_id for told in view.told if told.answers and not told.seen]
    return not unread or await front.saved(front.desk.see(unread))


async def read_notices(front: FrontEnd) -> None:
    """Put all that the campaign has told today before the caller, who has seen it by that."""
    view = front.desk.view
    told = [each for each in reversed(view.told) if _is_todays(view, each)]
    if not told:
        front.notice(tr("The campaign has told nothing today."))
        return
    front.show_text(tr("From the campaign"), [_paragraph(each) for each in told])
    unseen = [each.notice_id for each in told if not each.seen]
    if unseen:
        await front.saved(front.desk.see(unseen))


def news_of(told: Told, asked: Sequence[HelpQuestion]) -> str:
    """A notice or an answer with who says it, and to which question of those that were `asked` here."""
    question = next((one.text for one in asked if one.id == told.answers), "")
    if question:
        shown = shorten(question, LONGEST_QUESTION, placeholder="…")
        return tr("The supervisor answers “{question}”: {text}", question=shown, text=told.text)
    if told.answers:
        return tr("The supervisor answers: {text}", text=told.text)
    return tr("The campaign tells: {text}", text=told.text)


def first_unseen(view: View) -> Told | None:
    """What stands in view until the caller has seen it, the oldest first."""
    return next((told for told in view.told if not told.seen), None)


def _paragraph(told: Told) -> Sequence[str]:
    return (f"{clock(told.at.astimezone())} {told.text}",)


def _is_todays(view: View, told: Told) -> bool:
    """Whether it is of today in the campaign's zone, or not seen yet."""
    zone = known_zone(view.campaign.zone) if view.campaign else None
    return not told.seen or told.at.astimezone(zone).date() == view.now.astimezone(zone).date()


def _questions_and_answers(view: View) -> Iterator[Sequence[str]]:
    """The newest question first, each with its answers; answers to what another of the caller's devices asked too."""
    zone = known_zone(view.campaign.zone) if view.campaign else None
    today = view.now.astimezone(zone).date()
    answers = [told for told in view.told if told.answers]
    known = {question.id for question in view.asked}
    for told in reversed(answers):
        if told.answers not in known and _is_todays(view, told):
            yield (told.text,)
    for question in reversed(view.asked):
        to_this = [told for told in answers if told.answers == question.id]
        if question.at.astimezone(zone).date() == today or any(_is_todays(view, told) for told in to_this):
            yield question.text, *([told.text for told in to_this] or [tr("No answer yet.")])
