"""What the product itself suggests to type is understood when it is typed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

import msgspec
from hypothesis import example, given
from hypothesis import strategies as st

from phonetui.core import call_back
from phonetui.core.answers import how_to, read
from phonetui.core.campaign import MIDNIGHT, WEEKDAYS, CallingRules, Campaign, Hours, Question
from phonetui.core.refusal import Refused
from phonetui.core.spoken_time import EXAMPLES, WhichDay, example_days, understand
from phonetui.core.translation import speaking, tr
from tests.core.test_call_back import CHICAGO, SAID
from tests.tui.sample import CAMPAIGN

FIRST = date(2026, 1, 1)
DAYS = st.integers(0, 800).map(lambda days: FIRST + timedelta(days=days))
LANGUAGES = st.sampled_from(["en", "es"])
#: What follows these words in a refusal is to be typed.
SUGGESTED = re.compile(r"(?:like|for tomorrow type|por ejemplo|para mañana escriba) ([^,;]*)[.]$")

LONG = msgspec.structs.replace(CAMPAIGN, starts=FIRST, ends=FIRST + timedelta(days=1200))
ALWAYS = msgspec.structs.replace(LONG, calling=CallingRules(hours=dict.fromkeys(WEEKDAYS, Hours(time(0), MIDNIGHT))))


def each(examples: str) -> list[str]:
    return re.split(r", | or | o ", examples)


@given(DAYS, LANGUAGES)
def test_every_example_of_a_time_is_understood(today: date, language: str) -> None:
    with speaking(language):
        for words in each(tr(EXAMPLES)):
            try:
                said = understand(words, today)
            except WhichDay:  # on a Saturday
                assert today.weekday() == 5
                continue
            assert said.times or said.minutes, words


@given(DAYS, LANGUAGES)
def test_every_example_of_a_day_can_be_typed(today: date, language: str) -> None:
    now = datetime.combine(today, time(18), tzinfo=UTC)
    with speaking(language):
        for words in each(example_days(today)):
            assert call_back.quiet_until(LONG, CHICAGO, now, words) > now


@given(DAYS, LANGUAGES)
def test_every_example_of_an_answer_is_one(today: date, language: str) -> None:
    question = Question("day", {}, kind="date")
    with speaking(language):
        told = how_to(LONG, question, "day")
        for words in re.findall(r"\d+ nov|Nov \d+|\d{4}-\d\d-\d\d|tomorrow|mañana|Saturday|sábado", told):
            try:
                assert date.fromisoformat(read(LONG, question, "day", words, today))
            except WhichDay:
                assert today.weekday() == 5


@given(SAID, DAYS, st.times(), LANGUAGES, st.sampled_from([LONG, ALWAYS]))
@example("Sat morning", date(2026, 11, 21), time(21), "en", LONG)
def test_what_a_refusal_suggests_is_understood(
    said: str, today: date, at: time, language: str, campaign: Campaign
) -> None:
    now = datetime.combine(today, at, tzinfo=UTC)
    with speaking(language):
        try:
            call_back.typed(campaign, CHICAGO, now, said)
        except Refused as refused:
            suggestion = SUGGESTED.search(str(refused))
            if suggestion:
                understand(suggestion[1], today)
