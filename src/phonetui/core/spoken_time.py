"""A day and a time in words, English or Spanish: `Sat morning`, `next Tuesday at 5`, `mañana a las 6`, `in 20 minutes`.

A small grammar over the words in `time_words`. It never guesses: what it does not know, or what may mean two days, is
refused with what was understood of it. Which clock is meant, and whether it may be then, `call_back` says.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta

from msgspec import Struct

from phonetui.core.refusal import Refused
from phonetui.core.time_words import (
    DAYS,
    MINUTES,
    MONTHS,
    MORNING,
    NUMBERS,
    PARTS,
    SPANS_OF_DAYS,
    TODAYS,
    WEEKDAYS,
)
from phonetui.core.translation import either, later, spoken, tr, tr_c, tr_n
from phonetui.core.when import clock, day_has_24_hours, short_day
from phonetui.core.when import day as in_words

EXAMPLES = later("18:30, tomorrow 6pm, Sat morning or in 20 minutes")

#: Hours up to this one are in the afternoon where nothing else is said: nobody calls at five in the morning.
LAST_AFTERNOON_HOUR = 7

#: A date without a year that is past for less than this is not meant for next year.
_LATELY = timedelta(days=182)


class Spoken(Struct, frozen=True):
    """What was understood: so many `minutes` from now, or a `day` and a time. None was said of what is not there.

    `times` has two where the words leave open which half of the day is meant. `of_the_clock`: a length of time in days
    keeps the time that it is now.
    """

    minutes: int = 0
    day: date | None = None
    times: tuple[time, ...] = ()
    of_the_clock: bool = False


class _Piece(Struct, frozen=True):
    """What one phrase says. A clock's `times` still wait for the part of the day, which says `half`."""

    minutes: int = 0
    days: tuple[date, ...] = ()
    weekday: bool = False
    hour: tuple[time, ...] = ()
    part: time | None = None
    of_the_clock: bool = False


Read = Callable[[re.Match[str], date], _Piece | None]
#: Not `24 mar`, which is in March: in Spanish a day stands before its month.
_SPANISH_TUESDAY = re.compile(r"(?<!\d )(?<!\d de )\bmar\b")
#: Whether a day can be meant at all, with those times.
CanBe = Callable[[date, tuple[time, ...]], bool]


def example_days(today: date) -> str:
    """`Monday, Nov 30 or in 10 days`: days that are ahead."""
    return tr("Monday, {date} or in 10 days", date=short_day(today + timedelta(days=9)))


class WhichDay(Refused):
    """The words name a day, and it may be another."""


def understand(words: str, today: date, can_be: CanBe = lambda day, times: True) -> Spoken:
    """What the words say, `today` being the day there. Raises `Refused` with what was understood of them.

    Where `Saturday` may mean two days, the one that `can_be` is meant; where that does not decide, and where the
    numbers of a date may be read in two ways, raises `WhichDay`.
    """
    said = _plain(words)
    pieces, unknown = _pieces(said, today)
    if unknown and pieces:
        raise Refused(
            tr(
                "“{unknown}” is not understood; the rest says {meaning}. Type a time like {examples}.",
                unknown=" ".join(unknown),
                meaning=_meaning(pieces),
                examples=tr(EXAMPLES),
            )
        )
    if not pieces:
        raise Refused(
            tr("“{words}” is not a time; type one like {examples}.", words=words.strip(), examples=tr(EXAMPLES))
        )
    minutes, times = sum(piece.minutes for piece in pieces), _times(pieces, words.strip())
    day = _day(pieces, words.strip(), today, lambda on: can_be(on, times))
    if minutes and (day or times):
        raise Refused(
            tr(
                "“{words}” says a time twice; type it once, like {examples}.",
                words=words.strip(),
                examples=tr(EXAMPLES),
            )
        )
    return Spoken(minutes, day, times, any(piece.of_the_clock for piece in pieces))


def _plain(words: str) -> str:
    """Lower case, without accents and signs, the numbers in digits, the Spanish `mar` as the Tuesday that it is."""
    letters = unicodedata.normalize("NFKD", words.lower())
    said = "".join(letter for letter in letters if not unicodedata.combining(letter))
    said = re.sub(r"\b([ap])\.\s?m\b\.?", r"\1m", said).replace("o'clock", "").replace("o’clock", "")
    said = re.sub(r"[,;¿?¡!]|\.(?!\d)", " ", said)
    said = re.sub(r"\b(?:first|primero)\b", "1st", said)
    said = re.sub(r"[a-z]+", lambda word: str(NUMBERS.get(word[0], word[0])), said)
    return _SPANISH_TUESDAY.sub("martes", said) if spoken() == "es" else said


def _pieces(said: str, today: date) -> tuple[list[_Piece], list[str]]:
    """What the phrases say, read from left to right, and the words that say nothing known."""
    pieces: list[_Piece] = []
    unknown: list[str] = []
    rest = said.strip()
    while rest:
        found = next(_readings(rest, today), None)
        if found:
            piece, text = found
            pieces.append(piece)
        elif not (text := _between(rest)):
            text = rest.split()[0]
            unknown.append(text)
        rest = rest[len(text) :].strip()
    return pieces, unknown


def _readings(rest: str, today: date) -> Iterator[tuple[_Piece, str]]:
    for pattern, read in _RULES:
        match = pattern.match(rest)
        piece = read(match, today) if match else None
        if match and piece:
            yield piece, match[0]


def _between(rest: str) -> str:
    match = _BETWEEN.match(rest)
    return match[0] if match else ""


def _meaning(pieces: Iterable[_Piece]) -> str:
    """What was understood: `Saturday, November 28, and 6:00 pm`."""
    said: list[str] = []
    for piece in pieces:
        hours = _likely(piece.hour) or ((piece.part,) if piece.part else ())
        said += [tr_n("{n} minute", "{n} minutes", piece.minutes)] if piece.minutes else []
        said += [either(map(in_words, piece.days))] if piece.days else []
        said += [either(clock(datetime.combine(date.min, at)) for at in hours)] if hours else []
    return tr_c("between all that is meant", ", and ").join(said)


# -- days --------------------------------------------------------------------------------------------------------------


def _day(pieces: Iterable[_Piece], words: str, today: date, can_be: Callable[[date], bool]) -> date | None:
    """The one day that is meant; None where none is said. The day of the week beside a date must be right."""
    dated = {piece.days for piece in pieces if piece.days and not piece.weekday}
    weekdays = {piece.days for piece in pieces if piece.weekday}
    named = {day.weekday() for days in dated or weekdays for day in days}
    if len(named | {days[0].weekday() for days in weekdays}) > len(named):
        raise WhichDay(
            tr("In “{words}” the day of the week is another than the date's; type one of them.", words=words)
        )
    if len(dated or weekdays) > 1:
        raise WhichDay(
            tr("“{words}” names two days; type one, like {examples}.", words=words, examples=example_days(today))
        )
    days = next(iter(dated or weekdays), ())
    likely = tuple(filter(can_be, days)) or days
    if len(days) > 1 and (dated or len(likely) > 1):
        one, other = map(in_words, days)
        raise WhichDay(
            tr(
                "“{words}” may be {one}, or {other}; type the date, like {example}.",
                words=words,
                one=one,
                other=other,
                example=short_day(likely[0]),
            )
        )
    return likely[0] if likely else None


def _days_on(match: re.Match[str], today: date) -> _Piece:
    return _Piece(days=(today + timedelta(days=DAYS[match[0]]),))


def _weekday(match: re.Match[str], today: date) -> _Piece:
    """The coming one. It may be another where it is today, and where `next` may mean the week after."""
    ahead = (WEEKDAYS[match["day"]] - today.weekday()) % 7
    coming = today + timedelta(days=ahead)
    week_after = today + timedelta(days=7 - today.weekday() + WEEKDAYS[match["day"]])
    if match["next"] or match["then"]:
        first = coming if ahead else coming + timedelta(days=7)
        return _Piece(days=tuple(sorted({first, week_after})), weekday=True)
    return _Piece(days=(coming,) if ahead else (coming, week_after), weekday=True)


def _weekday_and_day(match: re.Match[str], today: date) -> _Piece | None:
    """`martes 24 a las 6`, where the 24th is a Tuesday."""
    piece = _day_of_the_month(match, today)
    return piece if piece and piece.days[0].weekday() == WEEKDAYS[match["weekday"]] else None


def _month_and_day(match: re.Match[str], today: date) -> _Piece | None:
    on = _on(today, MONTHS[match["month"]], int(match["day"]), match["year"])
    return _Piece(days=(on,)) if on else None


def _numbers_of_a_date(match: re.Match[str], today: date) -> _Piece | None:
    """`11/30`: month and day, or day and month where that can be."""
    one, other, year = int(match[1]), int(match[2]), match["year"]
    days = {on for on in (_on(today, one, other, year), _on(today, other, one, year)) if on}
    return _Piece(days=tuple(sorted(days))) if days else None


def _iso(match: re.Match[str], today: date) -> _Piece | None:
    on = _on(today, int(match[2]), int(match[3]), match[1])
    return _Piece(days=(on,)) if on else None


def _day_of_the_month(match: re.Match[str], today: date) -> _Piece | None:
    """Of the current month; of the next where that is past."""
    months = (today.replace(day=1), (today.replace(day=1) + timedelta(days=31)))
    days = (_on(today, month.month, int(match["day"]), str(month.year)) for month in months)
    on = next((day for day in days if day and day >= today), None)
    return _Piece(days=(on,)) if on else None


def _on(today: date, month: int, day: int, year: str | None) -> date | None:
    """The date, without a year the next such; None where there is none."""
    years = (int(year),) if year else (today.year, today.year + 1)
    days = (_date(each, month, day) for each in years)
    return next((on for on in days if on and (year or today - on < _LATELY)), None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


# -- times -------------------------------------------------------------------------------------------------------------


def _times(pieces: Iterable[_Piece], words: str) -> tuple[time, ...]:
    """What the clock may show; none where no time is said. A part of the day says which half of it."""
    hours = [piece.hour for piece in pieces if piece.hour]
    parts = [piece.part for piece in pieces if piece.part]
    if len(hours) > 1 or len(parts) > 1:
        raise Refused(
            tr("“{words}” says a time twice; type it once, like {examples}.", words=words, examples=tr(EXAMPLES))
        )
    if not hours:
        return tuple(parts)
    if not parts:
        return _likely(hours[0])
    half = tuple(at for at in hours[0] if (at.hour < 12) == (parts[0] == MORNING))
    if not half:
        raise Refused(
            tr("“{words}” says two different times; type one, like {examples}.", words=words, examples=tr(EXAMPLES))
        )
    return half


def _likely(hours: tuple[time, ...]) -> tuple[time, ...]:
    return hours[-1:] if hours and hours[0].hour <= LAST_AFTERNOON_HOUR else hours


def _part(match: re.Match[str], today: date) -> _Piece:
    return _Piece(part=PARTS[match[0]])


def _part_of_today(match: re.Match[str], today: date) -> _Piece:
    return _Piece(days=(today,), part=TODAYS[match[0]])


def _clock(match: re.Match[str], today: date) -> _Piece | None:
    """`6`, `6pm`, `18:30`: without am or pm it may be in both halves of the day. Not `1h`, which may be an hour."""
    if match[0] == "0" or (match[0][0].isdigit() and match[0][1:] == "h"):
        return None
    exact = match["hour"][0] == "0" or (len(match["hour"]) == 2 and bool(match["minute"]) and day_has_24_hours())
    return _hours(int(match["hour"]), int(match["minute"] or 0), match["half"] or "", exact)


def _past(match: re.Match[str], today: date) -> _Piece | None:
    """`half past 5`, `5 y cuarto`."""
    return _hours(int(match["hour"]), _FRACTIONS.get(match["by"]) or int(match["by"]), match["half"] or "")


def _before(match: re.Match[str], today: date) -> _Piece | None:
    """`quarter to 6`, `6 menos 10`. Not `5 to 6`, which may be from five to six."""
    minutes = _FRACTIONS.get(match["by"]) or int(match["by"])
    hour = int(match["hour"]) - 1 or 12
    return _hours(hour, 60 - minutes, match["half"] or "") if 0 < minutes < 60 else None


def _hours(hour: int, minute: int, half: str, exact: bool = False) -> _Piece | None:
    if hour > 23 or minute > 59 or (half and not 1 <= hour <= 12):
        return None
    if half:
        return _Piece(hour=(time(hour % 12 + (12 if half[0] == "p" else 0), minute),))
    if exact or hour == 0 or hour >= 12:
        return _Piece(hour=(time(hour, minute),))
    return _Piece(hour=(time(hour, minute), time(hour + 12, minute)))


# -- lengths of time ---------------------------------------------------------------------------------------------------


def _in_minutes(match: re.Match[str], today: date) -> _Piece | None:
    number = match["number"]
    count = 0.5 if number in ("half an", "half a", "media") else 1.0 if number in ("a", "an") else float(number)
    count += 0.5 if match["more"] else 0
    minutes = count * MINUTES[match["unit"]]
    return _Piece(minutes=int(minutes)) if minutes >= 1 and minutes.is_integer() else None


def _hour_and_a_half(match: re.Match[str], today: date) -> _Piece:
    return _Piece(minutes=90)


def _in_days(match: re.Match[str], today: date) -> _Piece | None:
    count = 1 if match["number"] in ("a", "an") else int(match["number"])
    days = count * SPANS_OF_DAYS[match["unit"]]
    return _Piece(days=(today + timedelta(days=days),), of_the_clock=True) if days else None


def _any(words: Iterable[str]) -> str:
    """A pattern of the words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_FRACTIONS = {"half": 30, "media": 30, "quarter": 15, "a quarter": 15, "cuarto": 15}
_HALF = r"\s*(?P<half>[ap]m|(?<=\d)[ap](?![a-z]))?"
_YEAR = r"(?:(?: de| del)? (?P<year>20\d\d)(?!:))?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_IN = r"(?:(?:in|en|dentro de) )?"
_AT = r"(?:(?:at|a las|a la|las|la) )?"

#: In the order in which they are tried; each must end where a word ends.
_RULES: tuple[tuple[re.Pattern[str], Read], ...] = tuple(
    (re.compile(rf"(?:{pattern})(?![a-z0-9:])"), read)
    for pattern, read in (
        (rf"{_IN}(?:an? |1 )?(?:hour and a half|hora y media)", _hour_and_a_half),
        (
            rf"{_IN}(?P<number>half an?|media|an?|\d{{1,3}}(?:\.5)?)(?: |(?<=\d))(?P<unit>{_any(MINUTES)})"
            r"(?P<more> and a half| y media)?(?: from now)?",
            _in_minutes,
        ),
        (rf"{_IN}(?P<number>an?|\d{{1,3}}) (?P<unit>{_any(SPANS_OF_DAYS)})(?: from (?:now|today))?", _in_days),
        (_any(TODAYS), _part_of_today),
        (_any(PARTS), _part),
        (_any(DAYS), _days_on),
        (rf"(?P<weekday>{_any(WEEKDAYS)}) {_DAY}(?= (?:at|a las?) )", _weekday_and_day),
        (
            rf"(?:(?P<next>next|proximo|el proximo)|this|este)? ?(?P<day>{_any(WEEKDAYS)})"
            r"(?P<then> que viene| proximo| next week)?",
            _weekday,
        ),
        (rf"(?P<month>{_any(MONTHS)}) {_DAY}{_YEAR}", _month_and_day),
        (rf"(?:(?:the|el|el dia) )?{_DAY}(?: of| de)? (?P<month>{_any(MONTHS)}){_YEAR}", _month_and_day),
        (r"(20\d\d)-(\d\d)-(\d\d)", _iso),
        (r"(\d{1,2})/(\d{1,2})(?:/(?P<year>20\d\d))?", _numbers_of_a_date),
        (rf"(?:the|el dia|el) {_DAY}", _day_of_the_month),
        (r"(?P<day>\d{1,2})(?:st|nd|rd|th)", _day_of_the_month),
        (rf"{_AT}(?P<by>half|a quarter|quarter|\d{{1,2}}) past (?P<hour>\d{{1,2}}){_HALF}", _past),
        (rf"{_AT}(?P<by>a quarter|quarter) to (?P<hour>\d{{1,2}}){_HALF}", _before),
        (rf"{_AT}(?P<hour>\d{{1,2}}) y (?P<by>media|cuarto|\d{{1,2}}){_HALF}", _past),
        (rf"{_AT}(?P<hour>\d{{1,2}}) menos (?P<by>cuarto|\d{{1,2}}){_HALF}", _before),
        (rf"{_AT}(?P<hour>\d{{1,2}})(?:[:.h](?P<minute>\d{{2}})|h)?{_HALF}", _clock),
    )
)
#: Words between the phrases that say nothing of their own.
_BETWEEN = re.compile(r"(?:at|on|the|around|about|after|and|a eso de|a|al|el|la|las|de|del|en|por|y|sobre)(?![a-z0-9])")
