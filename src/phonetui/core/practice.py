"""Practice: what invented voters say to the campaign's own script, and which result is right, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, time, timedelta

import msgspec
from msgspec import Struct

from phonetui.core import answers
from phonetui.core.call import Draft
from phonetui.core.campaign import MIDNIGHT, TYPED, WEEKDAYS, Answer, Campaign, Disposition, Hours, Question
from phonetui.core.conditions import chosen
from phonetui.core.personas import PERSONAS, Persona
from phonetui.core.script_page import Page
from phonetui.core.translation import later, speaking, tr
from phonetui.core.voter import Household, Phone, Voter

#: What a voter says who is to type nothing in particular.
SATURDAY, ANY_TEXT = later("Saturday"), later("After work, about six.")
GOODBYE = later("Thank you, goodbye!")


class Mark(Struct, frozen=True):
    """How one practice call went, and what is to be said about it."""

    name: str
    right: bool
    told: str


def for_practice(campaign: Campaign, today: date) -> Campaign:
    """The campaign open at every hour of these days: nobody can be woken."""
    always = {day: Hours(time(0), MIDNIGHT) for day in WEEKDAYS}
    calling = msgspec.structs.replace(campaign.calling, hours=always, holidays=())
    days = {"starts": today - timedelta(days=7), "ends": today + timedelta(days=7)}
    return msgspec.structs.replace(campaign, calling=calling, **days)


def personas(campaign: Campaign) -> tuple[Persona, ...]:
    """Those for whom this campaign has a right result."""
    return tuple(persona for persona in PERSONAS if right_results(campaign, persona))


def right_results(campaign: Campaign, persona: Persona) -> tuple[Disposition, ...]:
    """The campaign's results that are right, the best first. What it has renamed is known by what it does."""
    found = (_known(campaign.dispositions, name) for name in persona.right)
    return tuple(disposition for disposition in found if disposition is not None)


def _known(dispositions: Iterable[Disposition], name: str) -> Disposition | None:
    marks = {"talked": "talk", "call_back": "call_back", "do_not_call": "suppresses"}
    return next(
        (each for each in dispositions if each.id == name or (name in marks and getattr(each, marks[name]))), None
    )


def household(campaign: Campaign, persona: Persona, number: int) -> Household:
    """Where they can be called; numbers from 555-0100 on belong to nobody."""
    phone = f"+1812555{100 + number:04}"
    voter = Voter(
        f"practice-{number}",
        persona.first_name,
        persona.last_name,
        age=persona.age,
        language=persona.language,
        phones=(Phone(phone, "cell"),),
        zones=(campaign.zone,),
    )
    return Household(f"practice-{number}", phone, (voter,))


def numbers_of_those_out(campaign: Campaign) -> frozenset[str]:
    """Numbers that ring in vain."""
    invented = enumerate(personas(campaign))
    return frozenset(household(campaign, persona, at).number for at, persona in invented if persona.is_out)


def says(campaign: Campaign, persona: Persona, page: Page | None) -> str:
    """What they say to the step on the screen."""
    step = campaign.step(page.step_id) if page else None
    if page is None or step is None or persona.insists:
        return tr(persona.insists)
    if step.question is None:
        return tr("They listen.") if not page.last else tr("“{goodbye}” They hang up.", goodbye=_in(page, GOODBYE))
    reply = _in_words(campaign, persona, step.question, page)
    if persona.doubts and campaign.replies and _is_first(campaign, step.question):
        doubt = campaign.words(campaign.replies[0].question, page.language)
        return tr("“{doubt}” Then, once you have answered: “{reply}”", doubt=doubt, reply=reply)
    return tr("“{reply}”", reply=reply)


def judge(campaign: Campaign, persona: Persona, disposition: Disposition, draft: Draft, *, last: bool) -> Mark:
    """Whether the result, and the answers with it, are what they said; `last` says that the script was at its end."""
    right = right_results(campaign, persona)
    best = campaign.words(right[0].label)
    why = tr(persona.why)
    if disposition not in right:
        given = campaign.words(disposition.label)
        told = tr("Not “{given}” but “{best}”: {why}.", given=given, best=best, why=why)
        return Mark(persona.first_name, right=False, told=told)
    wrong = _wrong_answer(campaign, persona, draft.place.answers) if disposition.talk else ""
    if wrong:
        return Mark(persona.first_name, right=False, told=wrong)
    if disposition.talk and not last:
        told = tr("The right result, but the script was not at its end yet: read on.")
        return Mark(persona.first_name, right=False, told=told)
    return Mark(persona.first_name, right=True, told=tr("Right: {why}.", why=why))


def _wrong_answer(campaign: Campaign, persona: Persona, given: Mapping[str, str]) -> str:
    """The first answer that is another than they gave; empty where there is none."""
    for step in campaign.steps:
        question = step.question
        if question is None or question.kind in TYPED or question.id not in given:
            continue
        said = {one.id for one in _chosen(campaign, persona, question)}
        if said != chosen(given[question.id]):
            return tr(
                "To “{question}” they said “{said}”; another answer was written down.",
                question=campaign.words(question.ask),
                said=", ".join(campaign.words(one.label) or one.id for one in question.answers if one.id in said),
            )
    return ""


def _chosen(campaign: Campaign, persona: Persona, question: Question) -> tuple[Answer, ...]:
    """Whoever answers is who was asked for, so the first question has its first answer."""
    if question.kind == "several":
        return question.answers[:2]
    at = 0 if _is_first(campaign, question) else min(persona.choice, len(question.answers) - 1)
    return question.answers[at : at + 1]


def _is_first(campaign: Campaign, question: Question) -> bool:
    return next((step.question for step in campaign.steps if step.question), None) == question


def _in_words(campaign: Campaign, persona: Persona, question: Question, page: Page) -> str:
    if question.kind not in TYPED:
        said = _chosen(campaign, persona, question)
        return ", ".join(campaign.words(one.label, page.language) or one.id for one in said)
    match question.kind:
        case "date":
            return _in(page, SATURDAY)
        case "number" | "pledge":
            return str(min(max(answers.lowest(question), 2), answers.highest(question)))
    return _in(page, ANY_TEXT)


def _in(page: Page, words: str) -> str:
    """The words in the language that the script is read in."""
    with speaking(page.language):
        return tr(words)
