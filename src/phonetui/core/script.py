"""Going through a script: which step comes next for this voter, and what was answered on the way.

A step that is not meant for the voter is passed over as if it were not in the file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import dropwhile

import msgspec
from msgspec import Struct

from phonetui.core import answers as typed
from phonetui.core.campaign import TYPED, Answer, Campaign, Question, Step
from phonetui.core.conditions import BETWEEN, Listener, chosen, meant

#: The keys that pick an answer.
DIGITS = tuple("123456789")


class Place(Struct, frozen=True, omit_defaults=True):
    """Where a caller is: the steps visited, the current one last, and the answers by question id.

    `disclosed`: the disclosure was read, and left by going on.
    """

    steps: tuple[str, ...] = ()
    answers: dict[str, str] = {}
    disclosed: bool = False

    @property
    def step_id(self) -> str:
        """The step on the screen; empty before the script has been opened."""
        return self.steps[-1] if self.steps else ""


def start(campaign: Campaign) -> Place:
    """The script's first step."""
    return Place(tuple(step.id for step in campaign.steps[:1]))


def standing(campaign: Campaign, place: Place) -> Place:
    """The place; the first step, with the answers kept, where the script has changed and lacks the step on screen."""
    if campaign.step(place.step_id) is not None:
        return place
    return msgspec.structs.replace(place, steps=start(campaign).steps)


def answer(campaign: Campaign, listener: Listener, place: Place, digit: int) -> Place | None:
    """The place after that digit; None where it stands for no answer.

    Of several answers it ticks one, or takes the tick away, and stays; else it goes on. Answers that are no longer on
    the way are dropped.
    """
    question = question_at(campaign, place)
    picked = digits(question).get(digit) if question else None
    if question is None or picked is None:
        return None
    if question.kind != "several":
        return forward(campaign, listener, _given(campaign, listener, place, {question.id: picked.id}))
    ticked = chosen(place.answers.get(question.id, "")) ^ {picked.id}
    ids = BETWEEN.join(one.id for one in question.answers if one.id in ticked)
    return _given(campaign, listener, place, {question.id: ids})


def digits(question: Question) -> dict[int, Answer]:
    """The answers by the digit that picks them: points of a scale by their names, any others by their places from 1."""
    if question.kind in TYPED:
        return {}
    if question.kind == "scale" and all(one.id in DIGITS for one in question.answers):
        return {int(one.id): one for one in question.answers}
    return dict(enumerate(question.answers, start=1))


def type_in(campaign: Campaign, listener: Listener, place: Place, part: str, text: str) -> Place:
    """The place with what was typed for `part` of the answer to the question on the screen.

    Raises `Refused`, with an example, for a text that is no such answer; an empty one takes the answer away.
    """
    question = question_at(campaign, place)
    if question is None or question.kind not in TYPED or part not in typed.parts(question, place.answers):
        return place
    value = typed.read(campaign, question, part, text, listener.today) if text.strip() else ""
    return _given(campaign, listener, place, {part: value})


def is_complete(campaign: Campaign, place: Place, part: str) -> bool:
    """Whether nothing more is to be typed here after `part`, which goes on unless it is the answer that is missing."""
    question = question_at(campaign, place)
    if question is None or part != typed.parts(question, place.answers)[-1]:
        return False
    return part != question.id or part in place.answers


def forward(campaign: Campaign, listener: Listener, place: Place) -> Place:
    """On to the next step, as the answer given here says; the same place at the script's end."""
    target = next_step(campaign, listener, place)
    if target is None:
        return place
    here = campaign.step(place.step_id)
    left = here is not None and here.disclosure
    return msgspec.structs.replace(place, steps=(*place.steps, target.id), disclosed=place.disclosed or left)


def next_step(campaign: Campaign, listener: Listener, place: Place) -> Step | None:
    """The first step that is meant for the voter, from where the step on the screen leads; None at the end."""
    step = campaign.step(place.step_id)
    if step is None:
        return None
    heard = _heard(campaign, place)
    return next((one for one in _ahead(campaign, step, heard) if meant(one, listener, heard)), None)


def back(campaign: Campaign, listener: Listener, place: Place) -> Place:
    """Back to the step before that is meant for the voter; answers stay until they are changed."""
    for at in range(len(place.steps) - 1, 0, -1):
        before = msgspec.structs.replace(place, steps=place.steps[:at])
        step = campaign.step(before.step_id)
        if step is not None and meant(step, listener, _heard(campaign, before)):
            return before
    return place


def pages(campaign: Campaign, question: Question) -> list[Question]:
    """The question with all that go on with it, in their order; itself alone where none does."""
    for step in campaign.steps:
        found = [step.question] if step.question else []
        while found and (after := _next_page(campaign, found[-1])) and after not in found:
            found.append(after)
        if question in found:
            return found
    return [question]


def page_after(campaign: Campaign, question: Question, answer_id: str) -> Question | None:
    """What goes on with the question after that answer: it leads to a step which asks the same in the same words."""
    goto = next((one.goto for one in question.answers if one.id == answer_id), "")
    step = campaign.step(goto)
    return step.question if step and step.question and step.question.ask == question.ask else None


def talked(campaign: Campaign, place: Place) -> bool:
    """Whether the script was begun: read on beyond the step it opens with, or any question answered."""
    opening = start(campaign).step_id
    return bool(place.answers) or any(step_id != opening for step_id in place.steps)


def wants_disclosure(campaign: Campaign, place: Place) -> bool:
    """Whether there is a disclosure that has not yet been read out and left by going on."""
    return any(step.disclosure for step in campaign.steps[:1]) and not place.disclosed


def question_at(campaign: Campaign, place: Place) -> Question | None:
    """The question on the screen."""
    step = campaign.step(place.step_id)
    return step.question if step else None


def wanting(campaign: Campaign, place: Place) -> Question | None:
    """The question on the screen where the script goes on only with an answer, and there is none yet."""
    question = question_at(campaign, place)
    return question if question and question.required and not place.answers.get(question.id) else None


def _next_page(campaign: Campaign, question: Question) -> Question | None:
    found = (page_after(campaign, question, one.id) for one in question.answers)
    return next(filter(None, found), None)


def _ahead(campaign: Campaign, step: Step, answers: Mapping[str, str]) -> Sequence[Step]:
    """The steps from that on to which the step leads: where its answer goes, else the step, else the next in file."""
    given = answers.get(step.question.id, "") if step.question else ""
    choices = step.question.answers if step.question else ()
    target = next((one.goto for one in choices if one.id == given and one.goto), step.goto)
    if target:
        return [*dropwhile(lambda one: one.id != target, campaign.steps)]
    return () if step.ends else campaign.steps[campaign.steps.index(step) + 1 :]


def _given(campaign: Campaign, listener: Listener, place: Place, given: Mapping[str, str]) -> Place:
    """The place with these answers; where they differ from earlier ones, without those that lie no longer ahead."""
    answers = {key: value for key, value in {**place.answers, **given}.items() if value}
    if answers == place.answers:
        return place
    place = msgspec.structs.replace(place, answers=answers)
    on_the_way = _heard(campaign, _as_far_as_it_goes(campaign, listener, place))
    return msgspec.structs.replace(place, answers=on_the_way)


def _as_far_as_it_goes(campaign: Campaign, listener: Listener, place: Place) -> Place:
    """The place to which going on leads with the answers that there are; where that goes round, all round."""
    seen = set[tuple[str, frozenset[str]]]()
    while (here := (place.step_id, frozenset(place.steps))) not in seen:
        seen.add(here)
        place = forward(campaign, listener, place)
    return place


def _heard(campaign: Campaign, place: Place) -> dict[str, str]:
    """The answers to questions on the steps visited: others, kept from a way that was left, decide nothing.

    Those to questions that the script does not ask at all were given to an earlier version of it, and stay.
    """
    questions = [(step.id, step.question) for step in campaign.steps if step.question]
    visited = [question for step_id, question in questions if step_id in place.steps]
    behind = {part for question in visited for part in typed.parts(question, place.answers)}
    known = {part for _, question in questions for part in typed.all_parts(question)}
    return {key: value for key, value in place.answers.items() if key in behind or key not in known}
