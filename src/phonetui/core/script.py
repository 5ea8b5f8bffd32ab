"""Going through a script: which step comes next, what was answered on the way, and the words for one voter."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
from msgspec import Struct

from phonetui.core.campaign import Campaign, Question
from phonetui.core.languages import language_code
from phonetui.core.voter import PollingPlace, Voter

#: What text may name in braces. Some voters have no value for the fields about their place.
FIELDS_OF_EVERY_CALL: tuple[str, ...] = ("first_name", "last_name", "caller", "organisation", "election")
FIELDS_OF_A_PLACE: tuple[str, ...] = (
    "city",
    "street_name",
    "polling_place",
    "polling_address",
    "polling_hours",
    "deadlines",
)

_BRACES = re.compile(r"\{\{|\}\}|\{([^{}|]*)(?:\|([^{}]*))?\}|[{}]")
_HOUSE_NUMBER = re.compile(r"^\d\S*\s+(?:\d/\d\s+)?")
_UNIT = re.compile(r"[\s,]+(?:#|(?:apt|apartment|unit|ste|suite|lot|rm|room|fl|bldg)\b\.?).*$", re.IGNORECASE)


class Place(Struct, frozen=True, omit_defaults=True):
    """Where a caller is: the steps visited, the current one last, and the answers by question id."""

    steps: tuple[str, ...] = ()
    answers: dict[str, str] = {}

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


def next_step(campaign: Campaign, step_id: str, answer_id: str | None = None) -> str:
    """The step after this one: where the answer goes, else the step, else the next in the file; empty at the end."""
    step = campaign.step(step_id)
    if step is None:
        return ""
    answers = step.question.answers if step.question else ()
    chosen = next((answer.goto for answer in answers if answer.id == answer_id), "")
    if chosen or step.goto:
        return chosen or step.goto
    after = campaign.steps[campaign.steps.index(step) + 1 :]
    return after[0].id if after and not step.ends else ""


def answer(campaign: Campaign, place: Place, number: int) -> Place | None:
    """The place after the answer of that number, counted from 1; None where there is no such answer.

    An answer that differs from an earlier one drops the answers that are no longer on the way.
    """
    question = _question(campaign, place.step_id)
    if question is None or not 1 <= number <= len(question.answers):
        return None
    chosen = question.answers[number - 1].id
    changed = place.answers.get(question.id, chosen) != chosen
    answered = msgspec.structs.replace(place, answers={**place.answers, question.id: chosen})
    return forward(campaign, _without_lost_answers(campaign, answered) if changed else answered)


def forward(campaign: Campaign, place: Place) -> Place:
    """On to the next step, as the answer given here says; the same place at the script's end."""
    question = _question(campaign, place.step_id)
    target = next_step(campaign, place.step_id, place.answers.get(question.id) if question else None)
    if campaign.step(target) is None:
        return place
    return msgspec.structs.replace(place, steps=(*place.steps, target))


def back(place: Place) -> Place:
    """Back to the step before; answers stay until they are changed."""
    return msgspec.structs.replace(place, steps=place.steps[:-1] or place.steps)


def talked(campaign: Campaign, place: Place) -> bool:
    """Whether the script was begun: read on beyond the step it opens with, or any question answered."""
    opening = start(campaign).step_id
    return bool(place.answers) or any(step_id != opening for step_id in place.steps)


def personalise(text: str, voter: Voter, caller_name: str, campaign: Campaign, language: str) -> str:
    """`text` with `{field}` and `{field|default}` filled in for this voter; `{{` and `}}` are braces.

    A value that the voter does not have is the default given in the text, else the campaign's, else nothing.
    """
    values: dict[str, str] = {**_values(voter), "caller": caller_name, "organisation": campaign.organisation}
    values["election"] = campaign.words(campaign.election, language)

    def fill(match: re.Match[str]) -> str:
        if match[1] is None:
            return match[0][0]
        name = match[1].strip()
        default = match[2] or campaign.words(campaign.defaults.get(name, {}), language)
        return values.get(name, "") or default

    return _BRACES.sub(fill, text)


def fields(text: str) -> Iterator[tuple[str, bool]]:
    """Each field that `text` names, and whether it gives a default beside it; a lone brace comes as its own name."""
    for match in _BRACES.finditer(text):
        if match[1] is not None:
            yield match[1].strip(), bool(match[2])
        elif len(match[0]) == 1:
            yield match[0], False


def script_language(campaign: Campaign, voter: Voter) -> str:
    """The language of the campaign in which to read to this voter: their own, else the campaign's first."""
    wanted = language_code(voter.language)
    spoken = (code for code in campaign.languages if wanted and language_code(code) == wanted)
    return next(spoken, campaign.languages[0])


def _question(campaign: Campaign, step_id: str) -> Question | None:
    step = campaign.step(step_id)
    return step.question if step else None


def _without_lost_answers(campaign: Campaign, place: Place) -> Place:
    """Keeps the answers to questions on the steps visited, and on those that going on from here would visit."""
    ahead = place
    while (further := forward(campaign, ahead)) != ahead and further.step_id not in ahead.steps:
        ahead = further
    on_the_way = {question.id for step_id in ahead.steps if (question := _question(campaign, step_id))}
    kept = {question_id: answer_id for question_id, answer_id in place.answers.items() if question_id in on_the_way}
    return msgspec.structs.replace(place, answers=kept)


def _values(voter: Voter) -> dict[str, str]:
    place = voter.polling_place or PollingPlace("")
    return {
        "first_name": voter.first_name,
        "last_name": voter.last_name,
        "city": voter.address.city,
        "street_name": _street_name(voter.address.street),
        "polling_place": place.name,
        "polling_address": place.address,
        "polling_hours": place.hours,
        "deadlines": place.deadlines,
    }


def _street_name(street: str) -> str:
    """`Mill Ct` of `1932 Mill Ct Apt 4`: what neighbours call it."""
    return _UNIT.sub("", _HOUSE_NUMBER.sub("", street.strip()))
