"""Practice: invented voters, what they say to the campaign's own script, and which result is right, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, time, timedelta

import msgspec
from msgspec import Struct

from phonetui.core import answers
from phonetui.core.call import Draft
from phonetui.core.campaign import MIDNIGHT, TYPED, WEEKDAYS, Answer, Campaign, Disposition, Hours, Question
from phonetui.core.conditions import chosen
from phonetui.core.script_page import Page
from phonetui.core.translation import later, tr
from phonetui.core.voter import Household, Phone, Voter

#: What a voter says who is to type nothing in particular.
SATURDAY, ANY_TEXT = later("Saturday"), later("After work, about six.")


class Persona(Struct, frozen=True, kw_only=True):
    """An invented voter. `right` are ids of usual results, the best first; `why` says why it is that one.

    `opens` is said when the telephone is taken up. Who `insists` says so to whatever the script asks; the others give
    the `choice`th of the answers, from 0. One who `doubts` puts one of the campaign's prepared questions first.
    """

    first_name: str
    last_name: str
    age: int
    opens: str
    right: tuple[str, ...]
    why: str
    insists: str = ""
    choice: int = 0
    doubts: bool = False
    language: str = ""


PERSONAS: tuple[Persona, ...] = (
    Persona(
        first_name="Nora",
        last_name="Okafor",
        age=44,
        opens=later("It rings eight times. Nobody answers."),
        right=("not_home",),
        why=later("nobody answered, and the number is tried again by itself"),
        insists=later("It goes on ringing."),
    ),
    Persona(
        first_name="Grace",
        last_name="Bell",
        age=67,
        opens=later("“Hello, this is Grace. Yes, I have a moment.”"),
        right=("talked",),
        why=later("the script was read, and the answers are what the campaign calls for"),
    ),
    Persona(
        first_name="Ray",
        last_name="Novak",
        age=51,
        opens=later("“You have reached the Novaks. Please leave a message after the tone.”"),
        right=("left_message", "not_home"),
        why=later("a machine is nobody at home, unless the campaign wants messages left"),
        insists=later("The machine records."),
    ),
    Persona(
        first_name="Tom",
        last_name="Weaver",
        age=38,
        opens=later("“Not interested. Please, not today and not tomorrow.”"),
        right=("refused",),
        why=later("they do not want to talk, and have not asked for their number to be taken off the list"),
        insists=later("“I said no, thank you.”"),
    ),
    Persona(
        first_name="Iris",
        last_name="Chen",
        age=29,
        opens=later("“I am driving just now. Could you call me this evening?”"),
        right=("call_back",),
        why=later("they gave a time, so promise it, and let drivers drive"),
        insists=later("“Really, I am at the wheel. This evening!”"),
    ),
    Persona(
        first_name="Walt",
        last_name="Brandt",
        age=72,
        opens=later("“There is no Walt here. I have had this number for ten years.”"),
        right=("wrong_number",),
        why=later("the number is somebody else's, so nobody calls Walt there any more"),
        insists=later("“There is still no Walt here.”"),
    ),
    Persona(
        first_name="Mia",
        last_name="Lund",
        age=33,
        opens=later("“I am her sister. She is at work, back tomorrow at noon.”"),
        right=("call_back", "not_home"),
        why=later("somebody else answers, and only the voter can answer for herself"),
        insists=later("“You had better ask her that.”"),
    ),
    Persona(
        first_name="Carlos",
        last_name="Ibarra",
        age=58,
        opens="«Bueno, diga. No hablo inglés.»",
        right=("talked", "language"),
        why=later("read on in their language where the script has it, else somebody calls who speaks it"),
        language="Spanish",
    ),
    Persona(
        first_name="Joan",
        last_name="Pratt",
        age=61,
        opens=later("“Hello? Who is this?”"),
        right=("talked",),
        why=later("a hard question is not a no: answer it, and go on"),
        choice=1,
        doubts=True,
    ),
    Persona(
        first_name="Earl",
        last_name="Stone",
        age=49,
        opens=later("“Take me off your list, and never call this number again.”"),
        right=("do_not_call",),
        why=later("they asked not to be called, and that is the law, not a mere no"),
        insists=later("“Off your list, now.”"),
    ),
)


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


def says(campaign: Campaign, persona: Persona, page: Page | None) -> str:
    """What they say to the step on the screen."""
    step = campaign.step(page.step_id) if page else None
    if page is None or step is None or persona.insists:
        return tr(persona.insists)
    if step.question is None:
        return tr("They listen.") if not page.last else tr("“Thank you, goodbye!” They hang up.")
    reply = _in_words(campaign, persona, step.question, page.language)
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


def _in_words(campaign: Campaign, persona: Persona, question: Question, language: str) -> str:
    if question.kind not in TYPED:
        said = _chosen(campaign, persona, question)
        return ", ".join(campaign.words(one.label, language) or one.id for one in said)
    match question.kind:
        case "date":
            return tr(SATURDAY)
        case "number" | "pledge":
            return str(min(max(answers.lowest(question), 2), answers.highest(question)))
    return tr(ANY_TEXT)
