"""Answers to a script's questions: reading what was typed, and saying in words what was given."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from phonetui.core.campaign import TYPED, Campaign, Question
from phonetui.core.conditions import chosen
from phonetui.core.refusal import Refused
from phonetui.core.spoken_time import Spoken, WhichDay, understand
from phonetui.core.text import clean
from phonetui.core.translation import between_thousands, later, number, speaking, tr
from phonetui.core.when import day

EXAMPLE_DATES = later("Type a date with its month by name, such as Nov 3, or 2026-11-03, tomorrow or Saturday.")

#: Characters of an answer in words.
LONGEST_TEXT = 500
#: A number that is larger is a slip of the finger.
LARGEST = 1_000_000_000
#: A pledge of nothing: the voter was asked and said no.
NOTHING = "0"

_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+|\d+")
_CENTS = re.compile(r"[.,]00?$")
_SIGNS = {"USD": "$", "CAD": "$", "AUD": "$", "EUR": "€", "GBP": "£"}


def all_parts(question: Question) -> tuple[str, ...]:
    """The ids under which answers to the question are kept: its own, and for an employer that of each more."""
    if question.kind == "pledge" and question.employer:
        return (question.id, f"{question.id}_occupation", f"{question.id}_employer")
    return (question.id,)


def parts(question: Question, answers: Mapping[str, str]) -> tuple[str, ...]:
    """Those that are to be asked after the answers so far: who pledges nothing is not asked for an employer."""
    pledges = answers.get(question.id, NOTHING) != NOTHING
    return all_parts(question) if pledges else (question.id,)


def label(campaign: Campaign, question: Question, part: str) -> str:
    """What is to be typed, in a word or two."""
    if part != question.id:
        return tr("Occupation") if part.endswith("_occupation") else tr("Employer")
    match question.kind:
        case "number":
            return tr("Number")
        case "date":
            return tr("Date")
        case "pledge":
            return tr("Amount in {currency}", currency=campaign.currency)
    return tr("Answer")


def read(campaign: Campaign, question: Question, part: str, text: str, today: date) -> str:
    """What was typed, as it is kept: a number in digits, a date with its year first, else the text.

    `today` is the date where the voter lives. Raises `Refused`, with an example, for what is no such answer.
    """
    text = clean(text, LONGEST_TEXT)
    if is_free(question, part):
        return text
    if question.kind == "date":
        on = _date(text, today)
        if question.ahead and on < today:
            raise Refused(tr("{date}, is past; type today or a day that is ahead.", date=_in_full(on)))
        return on.isoformat()
    if question.kind == "pledge":
        text = _amount(text, campaign.currency)
    text = text.replace(between_thousands(), ",")
    whole = int(text.replace(",", "")) if _NUMBER.fullmatch(text) and len(text) <= len(f"{LARGEST:,}") else -1
    nothing = question.kind == "pledge" and whole == 0
    if not nothing and not lowest(question) <= whole <= highest(question):
        raise Refused(how_to(campaign, question, part))
    return str(whole)


def is_free(question: Question, part: str) -> bool:
    """Whether any text is an answer."""
    return question.kind == "text" or part != question.id


def lowest(question: Question) -> int:
    """The least that may be typed."""
    return (1 if question.kind == "pledge" else 0) if question.least is None else question.least


def highest(question: Question) -> int:
    """The most that may be typed."""
    return LARGEST if question.most is None else question.most


def in_words(campaign: Campaign, question: Question, part: str, answer: str, language: str) -> str:
    """An answer as people say it, in the language of the script: labels, `Tuesday, November 3, 2026`, `25 USD`."""
    if question.kind not in TYPED:
        given = chosen(answer)
        labels = (campaign.words(one.label, language) or one.id for one in question.answers if one.id in given)
        return ", ".join(labels)
    if part == question.id and question.kind == "date":
        return _date_in_words(answer, language)
    if part == question.id and question.kind == "pledge":
        return f"{answer} {campaign.currency}"
    return answer


def _date(text: str, today: date) -> date:
    """The day that was typed; a time beside it is no date."""
    try:
        spoken = understand(text, today)
    except WhichDay:
        raise
    except Refused:
        spoken = Spoken()
    if spoken.day is None or spoken.times:
        raise Refused(tr(EXAMPLE_DATES))
    return spoken.day


def _date_in_words(answer: str, language: str) -> str:
    try:
        on = date.fromisoformat(answer)
    except ValueError:  # typed under an earlier version of the script, which asked for something else
        return answer
    with speaking(language):
        return _in_full(on)


def _in_full(on: date) -> str:
    return f"{day(on)}, {on.year}"


def _amount(text: str, currency: str) -> str:
    """The number of a sum of money: `25` of `$25`, `25 USD`, `25.00`."""
    for mark in (currency, _SIGNS.get(currency, "")):
        text = text.upper().removeprefix(mark).removesuffix(mark).strip()
    return _CENTS.sub("", text)


def how_to(campaign: Campaign, question: Question, part: str) -> str:
    """What to type, with an example that lies between the bounds."""
    if part != question.id:
        return tr("Type what they say; nothing, where they would rather not.")
    match question.kind:
        case "date":
            return tr(EXAMPLE_DATES)
        case "number" | "pledge":
            return _how_many(campaign, question)
    return tr("Type what they say.")


def _how_many(campaign: Campaign, question: Question) -> str:
    least, most = lowest(question), highest(question)
    example = min(max(least, 25 if question.kind == "pledge" else 2), most)
    bounds = {"least": number(least), "most": number(most), "example": number(example)}
    if question.kind == "pledge" and question.most is None:
        told = later("Type a whole amount in {currency} of at least {least}, such as {example}, or 0 for none.")
    elif question.kind == "pledge":
        told = later("Type a whole amount in {currency} from {least} to {most}, such as {example}, or 0 for none.")
    elif question.most is None:
        told = later("Type a whole number of at least {least}, such as {example}.")
    else:
        told = later("Type a whole number from {least} to {most}, such as {example}.")
    return tr(told, currency=campaign.currency, **bounds)
