"""Any script that the check accepts comes to an end for every voter, on every day, whatever keys are pressed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import msgspec
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from phonetui.core import script
from phonetui.core.campaign import Answer, Campaign, Condition, Question, QuestionKind, Step
from phonetui.core.conditions import Listener
from phonetui.core.script import Place
from phonetui.core.script_check import problems
from tests.core.example import CAMPAIGN
from tests.core.scripts import campaign, somebody

MOST_STEPS = 6
NAMES = st.sampled_from("abc")
DAYS = st.dates(CAMPAIGN.starts - timedelta(days=1), CAMPAIGN.ends + timedelta(days=1))
AGES = st.integers(17, 31)


def few(names: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(names, min_size=1, max_size=2, unique=True).map(tuple)


@st.composite
def conditions(draw: st.DrawFn, asked: list[str]) -> Condition:
    """One or two things that must be so; `asked` are the questions that stand before it."""
    fields: dict[str, st.SearchStrategy[object]] = {
        "languages": few(st.sampled_from(["es", "vi"])),
        "parties": few(NAMES),
        "tags": few(NAMES),
        "voted_in": few(NAMES),
        "youngest": AGES,
        "oldest": AGES,
        "starts": DAYS,
        "ends": DAYS,
    }
    if asked:
        fields["answers"] = st.dictionaries(st.sampled_from(asked), few(NAMES), min_size=1, max_size=1)
    chosen = draw(st.lists(st.sampled_from(sorted(fields)), min_size=1, max_size=2, unique=True))
    return msgspec.structs.replace(Condition(), **{name: draw(fields[name]) for name in chosen})


@st.composite
def scripts(draw: st.DrawFn) -> Campaign:
    """Some steps; each may have a question, conditions, and ways to any other. The last is most often for everyone."""
    count = draw(st.integers(2, MOST_STEPS))
    goto = st.one_of(st.just(""), st.just(""), st.sampled_from([f"s{n}" for n in range(count)]))
    steps: list[Step] = []
    asked: list[str] = []
    for number in range(count):
        last = number + 1 == count
        condition = st.one_of(st.none(), st.none() if last else conditions(asked), conditions(asked))
        when, unless = draw(condition), draw(st.one_of(st.none(), condition))
        ends = draw(st.integers(0, 9)) > 0 if last else draw(st.integers(0, 4)) == 0
        step = Step(f"s{number}", {"en": "…"}, None, "" if ends else draw(goto), ends, when=when, unless=unless)
        if draw(st.booleans()):
            kind: QuestionKind = draw(st.sampled_from(["one", "several", "scale", "number"]))
            leads = [draw(goto) if kind == "one" else "" for _ in "abc"]
            answers = tuple(Answer(name, {"en": name}, lead) for name, lead in zip("abc", leads, strict=True))
            question = Question(f"q{number}", {}, answers, kind, required=draw(st.booleans()))
            if kind == "number":
                question = msgspec.structs.replace(question, answers=())
            else:
                asked.append(question.id)
            step = msgspec.structs.replace(step, question=question)
        steps.append(step)
    return campaign(*steps)


@st.composite
def listeners(draw: st.DrawFn) -> Listener:
    return somebody(
        draw(st.dates(CAMPAIGN.starts, CAMPAIGN.ends)),
        language=draw(st.sampled_from(["", "Spanish", "Vietnamese", "Klingon"])),
        party=draw(st.sampled_from(["", "A", "b", "c"])),
        tags=draw(st.one_of(st.just(()), few(NAMES))),
        elections=draw(st.one_of(st.just(()), few(NAMES))),
        age=draw(st.one_of(st.none(), AGES)),
    )


def pressed(of: Campaign, whom: Listener, place: Place, key: int) -> Place:
    """What a digit does, 0 typing one; 8 goes on unless an answer is wanted, 9 goes back."""
    question = script.question_at(of, place)
    if key == 0 and question is not None:
        typed = script.type_in(of, whom, place, question.id, "7")
        return script.forward(of, whom, typed) if script.is_complete(of, typed, question.id) else typed
    if key == 8:
        return place if script.wanting(of, place) else script.forward(of, whom, place)
    if key == 9:
        return script.back(of, whom, place)
    return script.answer(of, whom, place, key) or place


def ends_from(of: Campaign, whom: Listener, place: Place) -> bool:
    """Whether some keys lead to a step that ends the script."""
    seen, ahead = set[tuple[str, frozenset[str], tuple[tuple[str, str], ...]]](), [place]
    while ahead:
        here = ahead.pop()
        step = of.step(here.step_id)
        if step is not None and step.ends:
            return True
        now = (here.step_id, frozenset(here.steps), tuple(sorted(here.answers.items())))
        if now not in seen:
            seen.add(now)
            ahead += [pressed(of, whom, here, key) for key in (0, 1, 2, 3, 8)]
    return False


def walked(of: Campaign, whom: Listener, keys: Iterable[int]) -> Iterable[Place]:
    place = script.start(of)
    yield place
    for key in keys:
        place = pressed(of, whom, place, key)
        yield place


@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
@given(scripts(), listeners(), st.lists(st.sampled_from([0, 1, 2, 3, 8, 8, 9]), max_size=12))
def test_every_script_that_the_check_accepts_ends_for_every_voter(
    of: Campaign, whom: Listener, keys: list[int]
) -> None:
    wrong = list(problems(of))
    event(wrong[0][1][:40] if wrong else "accepted")
    assume(not wrong)
    for place in walked(of, whom, keys):
        assert ends_from(of, whom, place), f"{whom} is stuck at {place}"


@settings(max_examples=80, deadline=None)
@given(scripts(), listeners(), st.lists(st.integers(0, 9), max_size=12))
def test_no_script_and_no_keys_lead_off_the_script(of: Campaign, whom: Listener, keys: list[int]) -> None:
    for place in walked(of, whom, keys):
        assert of.step(place.step_id) is not None
        asked = {step.question.id for step in of.steps if step.question}
        assert place.answers.keys() <= asked
        assert place.steps[0] == "disclosure"
