"""A campaign file to begin with, whose script asks what a committee has in VAN."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

import msgspec

from phonetui.core.campaign import Campaign
from phonetui.core.campaign_template import template
from phonetui.core.script_check import MOST_ANSWERS
from phonetui.core.text import clean
from phonetui.server.connectors.van_wire import ActivistCode, SurveyQuestion, is_active

#: Characters of a question, and of an answer, that are taken over.
LONGEST_QUESTION, LONGEST_ANSWER = 1_000, 60

_OPENING = """script:
  # Each question has VAN's own ids, sq_ of a survey question, sr_ of a response and ac_ of an activist code, by which
  # its answers find their way back: change the words, the order and the branches as you like, but keep these ids.
  - id: hello
    say: May I speak with {first_name}?
"""
_GOODBYE = """
  - id: goodbye
    say: Thank you for your time. Have a good day!
    disposition: talked # Enter saves it here
    ends: true

"""


def campaign_file(
    campaign: Campaign, questions: Sequence[SurveyQuestion], codes: Sequence[ActivistCode], today: date
) -> str:
    """The template under the campaign's own name, with what is in use in VAN in place of its script."""
    head, _, rest = template(today).partition("\nscript:\n")
    # What voters ask comes after the script, with the comment above it.
    replies = rest[rest.index("\n# What voters ask") :].lstrip("\n")
    asked = [question for question in questions if is_active(question) and question.responses]
    applied = [code for code in codes if is_active(code)]
    steps = [*(_question(question) for question in asked), *_codes(applied)]
    return "".join([_named(campaign, head), "\n", _OPENING, *steps, _GOODBYE, replies])


def _named(campaign: Campaign, head: str) -> str:
    """The template's first keys as the campaign has them."""
    known = {
        "name": f"{_text(campaign.name, LONGEST_ANSWER)}\nid: {campaign.campaign_id}",
        "organisation": _text(campaign.organisation, LONGEST_ANSWER),
        "languages": f"[{', '.join(campaign.languages)}]",
        "zone": campaign.zone,
        "dates": f"{{starts: {campaign.starts}, ends: {campaign.ends}}}",
    }
    for key, value in known.items():
        line = next(line for line in head.split("\n") if line.startswith(f"{key}:"))
        head = head.replace(line, f"{key}: {value}", 1)
    return head


def _question(question: SurveyQuestion) -> str:
    name = f"sq_{question.survey_question_id}"
    told = [(f"sr_{one.survey_response_id}", _text(one.name, LONGEST_ANSWER)) for one in question.responses]
    return _step(name, question.script_question or question.name, "one", told, question.name)


def _codes(codes: Sequence[ActivistCode]) -> Iterator[str]:
    for number, start in enumerate(range(0, len(codes), MOST_ANSWERS), start=1):
        some = codes[start : start + MOST_ANSWERS]
        told = [(f"ac_{code.activist_code_id}", _text(code.name, LONGEST_ANSWER)) for code in some]
        yield _step(f"codes_{number}", "What does the voter want to do?", "several", told, "activist codes")


def _step(name: str, ask: str, kind: str, told: Sequence[tuple[str, str]], title: str) -> str:
    """One step; digits choose among nine answers, and those beyond are left as a comment."""
    lines = [
        "",
        f"  # {clean(title, LONGEST_ANSWER)}",
        f"  - id: {name}",
        "    question:",
        f"      id: {name}",
        *([f"      kind: {kind}"] if kind != "one" else []),
        f"      ask: {_text(ask, LONGEST_QUESTION)}",
        "      answers:",
        *_listed(told[:MOST_ANSWERS], "        - "),
    ]
    if len(told) > MOST_ANSWERS:
        lines += [
            "        # There is room for nine. In place of one of them:",
            *_listed(told[MOST_ANSWERS:], "        # - "),
        ]
    return "\n".join(lines) + "\n"


def _listed(told: Iterable[tuple[str, str]], before: str) -> list[str]:
    return [f"{before}{{label: {label}, id: {answer_id}}}" for answer_id, label in told]


def _text(text: str, longest: int) -> str:
    """In quotes, as JSON and so as YAML; braces would be taken for a voter's fields."""
    plain = clean(text, longest).replace("{", "(").replace("}", ")")
    return msgspec.json.encode(plain or "…").decode()
