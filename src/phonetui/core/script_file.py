"""Reading a script's steps, questions and conditions from the campaign file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import cast, get_args

from phonetui.core.campaign import TYPED, Answer, Condition, Question, QuestionKind, Step
from phonetui.core.campaign_values import (
    items,
    own_id,
    read_choice,
    read_date,
    read_id,
    read_language,
    read_several,
    read_words,
    value,
    words,
)
from phonetui.core.marked_yaml import Entry

STEP_KEYS = {
    "id": "hello",
    "say": "Hello, {first_name}!",
    "question": '{id: vote, ask: "Do you plan to vote?", answers: [Yes, No]}',
    "goto": "goodbye",
    "ends": "true",
    "when": "{answers: {vote: [yes]}}",
    "unless": "{tags: [volunteer]}",
    "disposition": "talked",
}
QUESTION_KEYS = {
    "id": "vote",
    "ask": "Do you plan to vote?",
    "answers": "[Yes, No]",
    "kind": "one",
    "required": "true",
    "least": "1",
    "most": "5",
    "labels": "[Strongly against, Strongly for]",
    "rules": "Only citizens and permanent residents may give.",
    "employer": "true",
    "ahead": "true",
}
ANSWER_KEYS = {"id": "yes", "label": "Yes", "goto": "goodbye"}
CONDITION_KEYS = {
    "answers": "{vote: [yes]}",
    "languages": "[es]",
    "parties": "[Dem]",
    "tags": "[volunteer]",
    "voted_in": "[2024 general]",
    "youngest": "18",
    "oldest": "29",
    "starts": "2026-10-31",
    "ends": "2026-11-03",
}
KINDS: tuple[QuestionKind, ...] = get_args(QuestionKind)

#: The kinds of question that a key is for; any other key is for all of them.
_KEY_IS_FOR: dict[str, tuple[QuestionKind, ...]] = {
    "answers": ("one", "several", "scale", "event"),
    "least": ("scale", "number", "pledge"),
    "most": ("scale", "number", "pledge"),
    "labels": ("scale",),
    "employer": ("pledge",),
    "ahead": ("date",),
}

#: Digits choose among the points of a scale, and this many stay in view.
MOST_POINTS = 9


def read_step(entry: Entry, languages: tuple[str, ...]) -> Step:
    """One step of the script."""
    found = entry.mapping(STEP_KEYS)
    entry.require(found, STEP_KEYS, ["id"])
    if not found.keys() & {"say", "question"}:
        entry.refuse("this step says nothing and asks nothing; give it `say` or `question`")
    return Step(
        id=value(found, "id", read_id, ""),
        say=words(found, "say", languages),
        question=value(found, "question", lambda item: _question(item, languages), None),
        goto=value(found, "goto", read_id, ""),
        ends=value(found, "ends", Entry.yes_no, False),
        when=value(found, "when", _condition, None),
        unless=value(found, "unless", _condition, None),
        disposition=value(found, "disposition", read_id, ""),
    )


def _question(entry: Entry, languages: tuple[str, ...]) -> Question | None:
    found = entry.mapping(QUESTION_KEYS)
    kind = cast(QuestionKind, value(found, "kind", lambda item: read_choice(item, KINDS), "one"))
    for name in [name for name in found if kind not in _KEY_IS_FOR.get(name, KINDS)]:
        found.pop(name).refuse(f"a question of the kind `{kind}` has no `{name}`; {_NEVER[name]}")
    entry.require(found, QUESTION_KEYS, ["id", "ask"])
    points = _points(entry, found, languages) if kind == "scale" and "answers" not in found else ()
    if kind not in TYPED and kind != "scale":
        entry.require(found, QUESTION_KEYS, ["answers"])
    return Question(
        id=value(found, "id", read_id, ""),
        ask=words(found, "ask", languages),
        answers=points or items(found, "answers", "Yes", lambda item: _answer(item, languages)),
        kind=kind,
        required=value(found, "required", Entry.yes_no, False),
        least=value(found, "least", _bound, None),
        most=value(found, "most", _bound, None),
        rules=words(found, "rules", languages),
        employer=value(found, "employer", Entry.yes_no, False),
        ahead=value(found, "ahead", Entry.yes_no, False),
    )


_NEVER = {
    "answers": "what is typed needs none, so drop them",
    "least": "bounds are those of a number, a scale or a pledge",
    "most": "bounds are those of a number, a scale or a pledge",
    "labels": "write its answers instead",
    "employer": "only who pledges is asked for one",
    "ahead": "only a date can be ahead",
}


def _bound(entry: Entry) -> int:
    return entry.whole_number(least=0)


def _points(entry: Entry, found: Mapping[str, Entry], languages: tuple[str, ...]) -> tuple[Answer, ...]:
    """The points of a scale from `least` to `most`, all that there can be after a mistake; the two ends have labels."""
    entry.require(found, QUESTION_KEYS, ["least", "most", "labels"])
    any_point = tuple(Answer(str(point), {}) for point in range(1, MOST_POINTS + 1))
    if not {"least", "most", "labels"} <= found.keys():
        return any_point
    least, most = _bound(found["least"]), _bound(found["most"])
    ends = found["labels"].items("Strongly for")
    if len(ends) != 2:
        found["labels"].refuse(f"a scale has two labels, for {least} and for {most}, such as [Against, For]")
    if not 1 <= least < most <= MOST_POINTS:
        found["most"].refuse(f"a scale has at most {MOST_POINTS} points, each a digit from 1; write one such as 1 to 5")
        return any_point
    label = dict(zip((least, most), (read_words(end, languages) for end in ends), strict=False))
    return tuple(Answer(str(point), label.get(point, {})) for point in range(least, most + 1))


def _answer(entry: Entry, languages: tuple[str, ...]) -> Answer:
    """A label alone, or a label with an id or a goto."""
    found = entry.mapping(ANSWER_KEYS) if entry.is_mapping else {"label": entry}
    entry.require(found, ANSWER_KEYS, ["label"])
    label = words(found, "label", languages)
    first = next(iter(label.values()), "")
    return Answer(
        id=own_id(found, found.get("label"), label.get(languages[0], first) if languages else first),
        label=label,
        goto=value(found, "goto", read_id, ""),
    )


def _condition(entry: Entry) -> Condition | None:
    """A condition; None after a mistake, so that nothing is concluded from half of it."""
    before = len(entry.page.mistakes)
    if not entry.any_mapping("what must be so"):
        entry.expect("what must be so")
    found = entry.mapping(CONDITION_KEYS)
    condition = Condition(
        answers=value(found, "answers", _answers, {}),
        languages=value(found, "languages", lambda item: read_several(item, read_language), ()),
        parties=value(found, "parties", lambda item: read_several(item, _name), ()),
        tags=value(found, "tags", lambda item: read_several(item, _name), ()),
        voted_in=value(found, "voted_in", lambda item: read_several(item, _name), ()),
        youngest=value(found, "youngest", _bound, None),
        oldest=value(found, "oldest", _bound, None),
        starts=value(found, "starts", lambda item: read_date(item, date.min), None),
        ends=value(found, "ends", lambda item: read_date(item, date.min), None),
    )
    return condition if len(entry.page.mistakes) == before else None


def _name(entry: Entry) -> str:
    return entry.text()


def _answers(entry: Entry) -> dict[str, tuple[str, ...]]:
    """Ids of answers by question: one, or a list of them."""
    return {question: read_several(item, read_id) for question, item in entry.any_mapping("[yes]").items()}
