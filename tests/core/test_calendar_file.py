"""A calendar file as RFC 5545 wants it, read back by a reader of the tests' own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from phonetui.core.calendar_file import Appointment, calendar

NOW = datetime(2026, 10, 6, 16, 0, tzinfo=UTC)
SATURDAY = Appointment(
    uid="saturday.turnout@calls.example.org",
    starts=datetime(2026, 10, 10, 10, 0, tzinfo=timezone(timedelta(hours=-4))),
    ends=datetime(2026, 10, 10, 13, 0, tzinfo=timezone(timedelta(hours=-4))),
    title="Phone bank; with pizza, and a\nsurprise",
    text="phonetui opens it.",
)


def test_the_file_is_what_calendars_read() -> None:
    assert calendar([SATURDAY], NOW).decode() == "\r\n".join(
        [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//phonetui//phonetui//EN",
            "CALSCALE:GREGORIAN",
            "BEGIN:VEVENT",
            "UID:saturday.turnout@calls.example.org",
            "DTSTAMP:20261006T160000Z",
            "DTSTART:20261010T140000Z",
            "DTEND:20261010T170000Z",
            r"SUMMARY:Phone bank\; with pizza\, and a\nsurprise",
            "DESCRIPTION:phonetui opens it.",
            "END:VEVENT",
            "END:VCALENDAR",
            "",
        ]
    )


def test_a_text_cannot_begin_a_line_of_its_own() -> None:
    hostile = Appointment(uid="1", starts=NOW, ends=NOW, title="Call\r\nATTENDEE:mailto:x@example.org\x00")
    lines = calendar([hostile], NOW).decode().split("\r\n")
    assert r"SUMMARY:Call\nATTENDEE:mailto:x@example.org" in lines
    assert not any(line.startswith("ATTENDEE") for line in lines)


def test_a_long_line_is_folded_between_letters() -> None:
    long = Appointment(uid="1", starts=NOW, ends=NOW, title="ñandú 電話 " * 30)
    file = calendar([long], NOW)
    assert all(len(line) <= 75 for line in file.split(b"\r\n"))
    assert f"SUMMARY:{'ñandú 電話 ' * 30}" in file.decode().replace("\r\n ", "")


@given(st.text(), st.text())
def test_any_text_comes_back(title: str, text: str) -> None:
    title, text = (_printable(each) for each in (title, text))
    file = calendar([Appointment(uid="1", starts=NOW, ends=NOW, title=title, text=text)], NOW)
    lines = file.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert b"\r" not in file.replace(b"\r\n", b"")
    unfolded = file.decode().replace("\r\n ", "").split("\r\n")
    [summary] = [line.removeprefix("SUMMARY:") for line in unfolded if line.startswith("SUMMARY:")]
    assert _unescaped(summary) == title


def _printable(text: str) -> str:
    return "".join(letter for letter in text if letter == "\n" or letter.isprintable())


def _unescaped(text: str) -> str:
    found, letters = "", iter(text)
    for letter in letters:
        found += {"n": "\n"}.get(after := next(letters), after) if letter == "\\" else letter
    return found
