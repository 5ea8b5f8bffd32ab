"""Dates and times as people say them, in English and in Spanish."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from phonetui.core.translation import use
from phonetui.core.when import clock, day, moment_after, near_moment, short_day, weekday

CHICAGO = ZoneInfo("America/Chicago")
ELECTION = date(2026, 12, 8)
NOW = datetime(2026, 11, 21, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hour", "english", "spanish"),
    [(0, "12:12 am", "00:12"), (9, "9:12 am", "09:12"), (12, "12:12 pm", "12:12"), (16, "4:12 pm", "16:12")],
)
def test_a_time(hour: int, english: str, spanish: str) -> None:
    moment = datetime(2026, 11, 21, hour, 12, tzinfo=CHICAGO)
    assert clock(moment) == english
    use("es")
    assert clock(moment) == spanish


def test_a_day() -> None:
    assert (day(ELECTION), short_day(ELECTION), weekday(ELECTION)) == ("Tuesday, December 8", "Dec 8", "Tuesday")
    use("es")
    assert (day(ELECTION), short_day(ELECTION), weekday(ELECTION)) == ("martes 8 de diciembre", "8 dic", "martes")


def test_every_day_and_month_has_its_name() -> None:
    year = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    assert {day(on).replace(",", "") for on in year} == {f"{on:%A %B} {on.day}" for on in year}
    assert {short_day(on) for on in year} == {f"{on:%b} {on.day}" for on in year}
    use("es")
    assert len({short_day(on) for on in year}) == len({day(on) for on in year}) == 365


@pytest.mark.parametrize(
    ("hours", "english", "spanish"),
    [
        (1, "today at 5:12 pm", "hoy a las 17:12"),
        (24, "tomorrow at 4:12 pm", "mañana a las 16:12"),
        (72, "on Tuesday, November 24, at 4:12 pm", "el martes 24 de noviembre a las 16:12"),
    ],
)
def test_a_moment_seen_from_now(hours: int, english: str, spanish: str) -> None:
    moment = (NOW + timedelta(hours=hours)).astimezone(CHICAGO)
    assert moment_after(moment, NOW) == english
    use("es")
    assert moment_after(moment, NOW) == spanish


@pytest.mark.parametrize(
    ("hours", "english", "spanish"),
    [
        (1, "today at 5:12 pm", "hoy a las 17:12"),
        (24, "tomorrow at 4:12 pm", "mañana a las 16:12"),
        (6 * 24, "Friday at 4:12 pm", "el viernes a las 16:12"),
        (7 * 24, "Nov 28 at 4:12 pm", "el 28 nov a las 16:12"),
    ],
)
def test_a_moment_in_few_words(hours: int, english: str, spanish: str) -> None:
    moment = (NOW + timedelta(hours=hours)).astimezone(CHICAGO)
    assert near_moment(moment, NOW) == english
    use("es")
    assert near_moment(moment, NOW) == spanish


def test_in_britain_english_has_its_own_order_and_24_hours() -> None:
    use("en_GB")
    moment = (NOW + timedelta(hours=72)).astimezone(CHICAGO)
    assert (clock(moment), short_day(ELECTION)) == ("16:12", "8 Dec")
    assert moment_after(moment, NOW) == "on Tuesday 24 November at 16:12"
