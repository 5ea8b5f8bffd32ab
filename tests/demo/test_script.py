"""Going through the sample campaign's script: every kind of question is there, and a usual talk takes no key more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import msgspec
import pytest

from phonetui.core import script
from phonetui.core.answers import all_parts
from phonetui.core.campaign import TYPED, Condition, QuestionKind
from phonetui.core.campaign_file import read
from phonetui.core.conditions import Listener
from phonetui.core.script import Place
from phonetui.core.voter import Voter
from phonetui.demo.campaign import sample

TODAY = date(2026, 11, 21)
CAMPAIGN = read(sample(TODAY), "riverside.yaml").campaign
DONNA = Voter("1", "Donna", "Whitaker", age=70, language="English", elections=("2024 general",))
OTHERS = {
    "a volunteer": msgspec.structs.replace(DONNA, tags=("volunteer",)),
    "who speaks Vietnamese": msgspec.structs.replace(DONNA, language="Vietnamese"),
    "who votes for the first time": msgspec.structs.replace(DONNA, age=19, elections=()),
    "of no party": msgspec.structs.replace(DONNA, party="Ind"),
    "a young volunteer": msgspec.structs.replace(DONNA, age=19, elections=(), tags=("new voter", "volunteer")),
    "of whom nothing is known": Voter("2", "", ""),
}
WORDS: dict[QuestionKind, str] = {"number": "2", "date": "tomorrow", "text": "At noon", "pledge": "25"}


def answered(listener: Listener, place: Place) -> Iterator[Place]:
    """The places after each answer that can be given here, and after none where nothing is asked."""
    question = script.question_at(CAMPAIGN, place)
    if question is None:
        yield script.forward(CAMPAIGN, listener, place)
    elif question.kind in TYPED:
        for part in all_parts(question):
            place = script.type_in(CAMPAIGN, listener, place, part, WORDS[question.kind])
        yield script.forward(CAMPAIGN, listener, place)
    else:
        for digit in script.digits(question):
            after = script.answer(CAMPAIGN, listener, place, digit)
            assert after is not None
            yield script.forward(CAMPAIGN, listener, after) if question.kind == "several" else after


def ways(voter: Voter, today: date = TODAY) -> list[Place]:
    """Every way through the script in which all that is asked is answered, once each."""
    listener, found, ahead = Listener(voter, today), list[Place](), [script.start(CAMPAIGN)]
    while ahead:
        place = ahead.pop()
        step = CAMPAIGN.step(place.step_id)
        assert step is not None
        if step.ends:
            found.append(place)
        else:
            ahead += [after for after in answered(listener, place) if after.step_id not in place.steps]
    return found


def test_the_sample_has_questions_of_every_kind_and_conditions_on_voter_answers_and_day() -> None:
    kinds = {step.question.kind for step in CAMPAIGN.steps if step.question}
    assert kinds == {"one", "several", "scale", "event", "number", "date", "text", "pledge"}
    named = {
        field
        for step in CAMPAIGN.steps
        for condition in (step.when, step.unless)
        if condition
        for field in condition.__struct_fields__
        if getattr(condition, field)
    }
    assert named == set(Condition.__struct_fields__)


@pytest.mark.parametrize("voter", [DONNA, *OTHERS.values()], ids=["Donna", *OTHERS])
def test_a_talk_takes_two_keys_beyond_the_scripts_own_answers(voter: Voter) -> None:
    talks = [place for place in ways(voter) if place.step_id == "thanks"]
    assert talks
    for place in talks:  # Space from the disclosure, Enter at the end
        silent = [step.id for step in CAMPAIGN.steps if step.id in place.steps and step.question is None]
        assert silent == ["disclosure", "thanks"]


def test_the_usual_talk_is_as_short_as_it_was() -> None:
    shortest = min((place for place in ways(DONNA) if place.answers.get("plan") == "sure"), key=lambda p: len(p.steps))
    assert shortest.steps == ("disclosure", "hello", "vote", "how", "deadlines", "thanks")
    assert ("disclosure", "hello", "vote", "how", "where", "thanks") in [place.steps for place in ways(DONNA)]


@pytest.mark.parametrize(
    ("who", "step"),
    [
        ("a volunteer", "help_out"),
        ("a volunteer", "gift"),
        ("who speaks Vietnamese", "another_language"),
        ("who votes for the first time", "first_time"),
        ("of no party", "no_party"),
    ],
)
def test_some_steps_are_for_some(who: str, step: str) -> None:
    assert any(step in place.steps for place in ways(OTHERS[who]))
    assert not any(step in place.steps for place in ways(DONNA))


def test_on_the_day_itself_nobody_is_asked_for_an_earlier_one() -> None:
    assert any("deadlines" in place.steps for place in ways(DONNA, CAMPAIGN.ends - timedelta(days=1)))
    assert not any("deadlines" in place.steps for place in ways(DONNA, CAMPAIGN.ends))


def test_every_step_names_a_result_where_it_ends() -> None:
    ends = {step.id: step.disposition for step in CAMPAIGN.steps if step.ends}
    assert ends == {"thanks": "talked", "another_time": "call_back", "another_language": "language"}
