"""Days and times in words, as voters say them and callers type them."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from phonetui.core.refusal import Refused
from phonetui.core.spoken_time import Spoken, WhichDay, understand
from phonetui.core.translation import speaking

SATURDAY = date(2026, 11, 21)


def on(month: int, day: int, hour: int, minute: int = 0, year: int = 2026) -> Spoken:
    return Spoken(day=date(year, month, day), times=(time(hour, minute),))


def at(hour: int, minute: int = 0) -> Spoken:
    return Spoken(times=(time(hour, minute),))


@pytest.mark.parametrize(
    ("words", "meaning"),
    [
        ("in 20 minutes", Spoken(minutes=20)),
        ("20 min", Spoken(minutes=20)),
        ("in an hour", Spoken(minutes=60)),
        ("in half an hour", Spoken(minutes=30)),
        ("in an hour and a half", Spoken(minutes=90)),
        ("in 2.5 hours", Spoken(minutes=150)),
        ("in 1 hour and 20 minutes", Spoken(minutes=80)),
        ("en 20 minutos", Spoken(minutes=20)),
        ("en media hora", Spoken(minutes=30)),
        ("dentro de dos horas", Spoken(minutes=120)),
        ("in 20min", Spoken(minutes=20)),
        ("2hrs", Spoken(minutes=120)),
        ("en una hora y media", Spoken(minutes=90)),
        ("hora y media", Spoken(minutes=90)),
        ("20 minutes from now", Spoken(minutes=20)),
    ],
)
def test_a_length_of_time(words: str, meaning: Spoken) -> None:
    assert understand(words, SATURDAY) == meaning


@pytest.mark.parametrize(
    ("words", "meaning"),
    [
        ("18:30", at(18, 30)),
        ("6pm", at(18)),
        ("6 p.m.", at(18)),
        ("6:45p", at(18, 45)),
        ("9a", at(9)),
        ("6.30 pm", at(18, 30)),
        ("5 o'clock", at(17)),
        ("half past 5", at(17, 30)),
        ("quarter past five", at(17, 15)),
        ("a quarter to six", at(17, 45)),
        ("10 past 5", at(17, 10)),
        ("at 7", at(19)),
        ("after 5", at(17)),
        ("around 5pm", at(17)),
        ("08:30", at(8, 30)),
        ("12pm", at(12)),
        ("12am", at(0)),
        ("noon", at(12)),
        ("at noon", at(12)),
        ("a las seis", at(18)),
        ("a la una", at(13)),
        ("a eso de las 5", at(17)),
        ("a las 5 y media", at(17, 30)),
        ("a las 5 y 20", at(17, 20)),
        ("a las seis menos cuarto", at(17, 45)),
        ("a las 18h30", at(18, 30)),
        ("a las 6 de la tarde", at(18)),
        ("a las 9 de la mañana", at(9)),
        ("a las 8 de la noche", at(20)),
        ("a las 12 del mediodía", at(12)),
        ("al medio día", at(12)),
        ("a las 6h", at(18)),
        ("al mediodía", at(12)),
        ("9 in the morning", at(9)),
        ("7 at night", at(19)),
    ],
)
def test_a_time_of_day(words: str, meaning: Spoken) -> None:
    assert understand(words, SATURDAY) == meaning


@pytest.mark.parametrize(
    ("words", "meaning"),
    [
        ("sun morning", on(11, 22, 10)),
        ("Tomorrow after lunch", on(11, 22, 14)),
        ("tomorrow evening", on(11, 22, 18)),
        ("tonight", on(11, 21, 19)),
        ("tonight at 8", on(11, 21, 20)),
        ("this evening", on(11, 21, 18)),
        ("next Tuesday at 5", on(11, 24, 17)),
        ("Tues. 5pm", on(11, 24, 17)),
        ("5pm on Tuesday", on(11, 24, 17)),
        ("this Tuesday at 5", on(11, 24, 17)),
        ("next Saturday at 5", on(11, 28, 17)),
        ("the day after tomorrow at noon", on(11, 23, 12)),
        ("Nov 30 6pm", on(11, 30, 18)),
        ("November 30th, at 6:00 pm", on(11, 30, 18)),
        ("Monday, November 30, at 6:00 pm", on(11, 30, 18)),
        ("the 30th of November at 6", on(11, 30, 18)),
        ("the 30th at 6", on(11, 30, 18)),
        ("the 5th at 6", on(12, 5, 18)),
        ("11/30 6pm", on(11, 30, 18)),
        ("2026-11-30 18:00", on(11, 30, 18)),
        ("Nov 30 2026 6pm", on(11, 30, 18)),
        ("Jan 3 noon", on(1, 3, 12, year=2027)),
        ("a week from today at 6", Spoken(day=date(2026, 11, 28), times=(time(18),), of_the_clock=True)),
        ("mañana a las 6", on(11, 22, 18)),
        ("mañana por la mañana", on(11, 22, 10)),
        ("pasado mañana por la tarde", on(11, 23, 15)),
        ("el domingo por la mañana", on(11, 22, 10)),
        ("esta noche", on(11, 21, 19)),
        ("esta tarde a las 5", on(11, 21, 17)),
        ("hoy a las 18:30", on(11, 21, 18, 30)),
        ("el próximo martes a las 5", on(11, 24, 17)),
        ("el martes que viene a las 5", on(11, 24, 17)),
        ("30 de noviembre a las 18:00", on(11, 30, 18)),
        ("el lunes 30 de noviembre a las 6", on(11, 30, 18)),
        ("el día 30 a las 6", on(11, 30, 18)),
        ("martes 24 a las 6", on(11, 24, 18)),
        ("Tue 24 at 6", on(11, 24, 18)),
        ("Mon 7", on(11, 23, 19)),
        ("primero de diciembre a las 6", on(12, 1, 18)),
        ("el miércoles después de comer", on(11, 25, 14)),
        ("in 3 days", Spoken(day=date(2026, 11, 24), of_the_clock=True)),
        ("dentro de una semana", Spoken(day=date(2026, 11, 28), of_the_clock=True)),
        ("Monday", Spoken(day=date(2026, 11, 23))),
    ],
)
def test_a_day(words: str, meaning: Spoken) -> None:
    assert understand(words, SATURDAY) == meaning


@pytest.mark.parametrize(
    ("words", "meaning"),
    [
        ("mar 24 a las 6", on(11, 24, 18)),
        ("el mar 24 a las 6", on(11, 24, 18)),
        ("mar. a las 5", on(11, 24, 17)),
        ("mar 5pm", on(11, 24, 17)),
        ("18:30 el mar", on(11, 24, 18, 30)),
        ("24 mar a las 6", on(3, 24, 18, year=2027)),
        ("el 24 de mar a las 6", on(3, 24, 18, year=2027)),
        ("mar 24 nov a las 6", on(11, 24, 18)),
    ],
)
def test_in_spanish_mar_is_a_tuesday_and_march_only_after_its_day(words: str, meaning: Spoken) -> None:
    with speaking("es"):
        assert understand(words, SATURDAY) == meaning


def test_in_spanish_mar_before_a_day_that_is_no_tuesday_is_refused_and_not_put_into_march() -> None:
    with speaking("es"), pytest.raises(Refused) as refused:
        understand("mar 25 a las 6", SATURDAY)
    assert str(refused.value).startswith("No se entiende «25»; lo demás dice martes 24 de noviembre y 18:00.")


def test_in_english_mar_is_march() -> None:
    assert understand("mar 24 at 6", SATURDAY) == on(3, 24, 18, year=2027)


def test_an_hour_from_eight_on_may_be_in_both_halves_of_the_day() -> None:
    assert understand("8:30", SATURDAY).times == (time(8, 30), time(20, 30))


EXAMPLES = "like 18:30, tomorrow 6pm, Sat morning or in 20 minutes."


@pytest.mark.parametrize(
    "words", ["", "soon", "25:00", "18:75", "13pm", "0am", "midnight", "0", "¿?", "next week", "1h"]
)
def test_what_is_not_a_time_is_refused_with_an_example(words: str) -> None:
    with pytest.raises(Refused) as refused:
        understand(words, SATURDAY)
    assert str(refused.value) == f"“{words}” is not a time; type one {EXAMPLES}"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("6pm please", f"“please” is not understood; the rest says 6:00 pm. Type a time {EXAMPLES}"),
        (
            "Sunday maybe 6pm",
            f"“maybe” is not understood; the rest says Sunday, November 22, and 6:00 pm. Type a time {EXAMPLES}",
        ),
        ("feb 30 6pm", f"“feb 30” is not understood; the rest says 6:00 pm. Type a time {EXAMPLES}"),
        ("before 5", f"“before” is not understood; the rest says 5:00 pm. Type a time {EXAMPLES}"),
        ("5-7", f"“-7” is not understood; the rest says 5:00 pm. Type a time {EXAMPLES}"),
        ("mar 5pm", f"“mar” is not understood; the rest says 5:00 pm. Type a time {EXAMPLES}"),
        ("in 20 minutes or so", f"“or so” is not understood; the rest says 20 minutes. Type a time {EXAMPLES}"),
        ("5pm 6pm", f"“5pm 6pm” says a time twice; type it once, {EXAMPLES}"),
        ("in 20 minutes at 6pm", f"“in 20 minutes at 6pm” says a time twice; type it once, {EXAMPLES}"),
        ("6pm in the morning", f"“6pm in the morning” says two different times; type one, {EXAMPLES}"),
        (
            "Mon 24 at 6",
            f"“24” is not understood; the rest says Monday, November 23, and 6:00 pm. Type a time {EXAMPLES}",
        ),
        ("mon 6pm tue", "“mon 6pm tue” names two days; type one, like Monday, Nov 30 or in 10 days."),
        (
            "Tuesday, Nov 30, 6pm",
            "In “Tuesday, Nov 30, 6pm” the day of the week is another than the date's; type one of them.",
        ),
    ],
)
def test_what_was_understood_of_the_rest_is_told(words: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        understand(words, SATURDAY)
    assert str(refused.value) == said


@pytest.mark.parametrize(
    ("words", "days", "example"),
    [
        ("Sat 6pm", "Saturday, November 21, or Saturday, November 28", "Nov 21"),
        ("next Sunday 6pm", "Sunday, November 22, or Sunday, November 29", "Nov 22"),
        ("12/1 6pm", "Tuesday, December 1, or Tuesday, January 12", "Dec 1"),
    ],
)
def test_words_that_may_mean_two_days_are_refused_with_both(words: str, days: str, example: str) -> None:
    with pytest.raises(Refused) as refused:
        understand(words, SATURDAY)
    assert str(refused.value) == f"“{words}” may be {days}; type the date, like {example}."


def test_of_two_days_the_one_that_can_be_is_meant() -> None:
    assert understand("Sat 6pm", SATURDAY, lambda day, times: day > SATURDAY) == on(11, 28, 18)
    assert understand("Sat 6pm", SATURDAY, lambda day, times: day == SATURDAY) == on(11, 21, 18)


def test_the_numbers_of_a_date_are_never_guessed_but_the_example_is_one_that_can_be() -> None:
    with pytest.raises(WhichDay, match=r"Wednesday, August 12, or Tuesday, December 8; type the date, like Dec 8\.$"):
        understand("12/8 6pm", SATURDAY, lambda day, times: day > SATURDAY)


@example(date(2027, 11, 1), 120)  # February 29, which there was none of in that year
@given(st.dates(date(2026, 1, 1), date(2028, 12, 31)), st.integers(1, 180))
def test_a_date_without_a_year_is_the_next_such(today: date, ahead: int) -> None:
    day = today + timedelta(days=ahead)
    assert understand(f"{day:%B} {day.day} 6pm", today).day == day
