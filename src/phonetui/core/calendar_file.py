"""Phone banks as a calendar file, which any calendar takes in: RFC 5545."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from msgspec import Struct

#: Octets of a line without its end: RFC 5545, section 3.1.
LONGEST_LINE = 75
PRODUCT = "-//phonetui//phonetui//EN"

#: What a text may not hold as it is: section 3.3.11.
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


class Appointment(Struct, frozen=True, kw_only=True):
    """A time in a calendar. A calendar that takes in the same `uid` again replaces what it had."""

    uid: str
    starts: datetime
    ends: datetime
    title: str
    text: str = ""


def calendar(appointments: Iterable[Appointment], now: datetime) -> bytes:
    """The file; `now` is when it is made. All times in it are UTC, which needs no description of time zones."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN"]
    for appointment in appointments:
        lines += _event(appointment, now)
    lines.append("END:VCALENDAR")
    return b"".join(part + b"\r\n" for line in lines for part in _folded(line))


def _event(appointment: Appointment, now: datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(appointment.uid)}"
    yield f"DTSTAMP:{_moment(now)}"
    yield f"DTSTART:{_moment(appointment.starts)}"
    yield f"DTEND:{_moment(appointment.ends)}"
    yield f"SUMMARY:{_text(appointment.title)}"
    if appointment.text:
        yield f"DESCRIPTION:{_text(appointment.text)}"
    yield "END:VEVENT"


def _text(text: str) -> str:
    controlled = "".join(letter for letter in text if letter == "\n" or letter.isprintable())
    return controlled.translate(_ESCAPED)


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _folded(line: str) -> Iterator[bytes]:
    """The line in as many as it takes, each of the others after a blank; no letter is cut in two."""
    part = b""
    for letter in line:
        encoded = letter.encode()
        if len(part) + len(encoded) > LONGEST_LINE:
            yield part
            part = b" "
        part += encoded
    yield part
