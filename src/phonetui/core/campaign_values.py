"""Reading the single values of a campaign file: ids, words, languages, dates, zones, hours, spans of time."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo, available_timezones

from phonetui.core.campaign import MIDNIGHT, WEEKDAYS, Hours, Weekday, Words
from phonetui.core.languages import language_code
from phonetui.core.marked_yaml import Entry, did_you_mean
from phonetui.core.phone_call import LONGEST_RINGING, PACES, SHORTEST_RINGING, Pace

T = TypeVar("T")
Word = TypeVar("Word", bound=str)

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")
_ID = re.compile(r"[A-Za-z0-9_-]{1,40}")
_HOURS = re.compile(r"((?:[01]?\d|2[0-3]):[0-5]\d) ?[-–] ?(24:00|(?:[01]?\d|2[0-3]):[0-5]\d)")
_SPAN = re.compile(r"(\d{1,4}) ?([mhd])")
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[ T]((?:[01]?\d|2[0-3]):[0-5]\d)")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def value(found: Mapping[str, Entry], name: str, read_it: Callable[[Entry], T], default: T) -> T:
    """What is read at a key; the default where the key is not there."""
    return read_it(found[name]) if name in found else default


def words(found: Mapping[str, Entry], name: str, languages: tuple[str, ...]) -> Words:
    """The text, or the texts by language, at a key."""
    return read_words(found[name], languages) if name in found else {}


def items(found: Mapping[str, Entry], name: str, example: str, read_it: Callable[[Entry], T]) -> tuple[T, ...]:
    """What is read of each value in the list at a key."""
    return tuple(map(read_it, found[name].items(example))) if name in found else ()


def own_id(found: Mapping[str, Entry], named: Entry | None, label: str) -> str:
    """The id that is written, else one made of the label; a label without a letter of the alphabet needs one."""
    if "id" in found:
        return read_id(found["id"])
    made = slug(label)
    if named and label and not made:
        named.refuse(f"`{label}` makes no id; add `id` beside it, of letters, digits, - and _")
    return made


def slug(text: str) -> str:
    """An id made of words: `yes-already-sure` of `Yes, already sure`."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:40].strip("-")


def read_id(entry: Entry) -> str:
    """An id; empty after a mistake."""
    text = entry.text("an id")
    if _ID.fullmatch(text):
        return text
    entry.expect("an id of at most 40 letters, digits, - and _")
    return ""


def read_languages(entry: Entry) -> tuple[str, ...]:
    """Codes of languages, the first one leading; none after a mistake, so that any is taken elsewhere."""
    items = entry.items("en")
    codes = [item.text("the code of a language") for item in items]
    for item, code in zip(items, codes, strict=True):
        if not _LANGUAGE.fullmatch(code):
            item.expect("the code of a language")
    if not codes:
        entry.expect("a list of languages")
    return tuple(codes) if all(map(_LANGUAGE.fullmatch, codes)) else ()


def read_words(entry: Entry, languages: tuple[str, ...]) -> Words:
    """Text in the campaign's first language, or texts by language; empty after a mistake."""
    if entry.is_mapping:
        by_language = entry.mapping(dict.fromkeys(languages, entry.example)) if languages else entry.any_mapping("text")
        return {code: text for code, item in by_language.items() if (text := item.text())}
    text = entry.text("text, or texts by language")
    return {languages[0] if languages else "en": text} if text else {}


def read_choice(entry: Entry, choices: Collection[Word]) -> Word:
    """One of these words; the first of them after a mistake."""
    text = entry.text("one of " + ", ".join(choices))
    chosen = next((choice for choice in choices if choice == text), None)
    if text and chosen is None:
        entry.refuse(f"`{text}` is none of them{did_you_mean(text, choices)}")
    return next(iter(choices)) if chosen is None else chosen


def read_pace(entry: Entry) -> Pace:
    """A pace of dialing; the calmest after a mistake."""
    return read_choice(entry, PACES)


def read_ring(entry: Entry) -> timedelta:
    """Seconds that a phone rings."""
    seconds = entry.whole_number()
    if seconds < SHORTEST_RINGING:
        entry.refuse(
            f"{seconds} seconds are too short, a person needs time to come to the phone; "
            f"write {SHORTEST_RINGING} or more"
        )
    elif seconds > LONGEST_RINGING:
        entry.refuse(f"nobody comes to the phone after {LONGEST_RINGING} seconds; write {LONGEST_RINGING} or less")
    return timedelta(seconds=min(seconds, LONGEST_RINGING))


def read_several(entry: Entry, read_one: Callable[[Entry], Word]) -> tuple[Word, ...]:
    """One value, or a list of them; those that could not be read are left out."""
    found = entry.items(entry.example.strip("[]")) if entry.is_list else [entry]
    if not found:
        entry.expect("one, or a list of them")
    return tuple(filter(None, map(read_one, found)))


def read_language(entry: Entry) -> str:
    """The code of a voter's language, by its code or its name."""
    text = entry.text("a language")
    code = language_code(text) or (text if _LANGUAGE.fullmatch(text) and len(text) < len("abcd") else "")
    if text and not code:
        entry.expect("the code of a language")
    return code


def read_currency(entry: Entry) -> str:
    """The code of a currency."""
    code = entry.text("the code of a currency")
    if not re.fullmatch("[A-Z]{3}", code):
        entry.expect("the code of a currency, three capital letters")
    return code


def read_moment(entry: Entry, zone: str) -> datetime | None:
    """A date and a time on the clocks of `zone`, a time zone that exists; None after a mistake."""
    match = _MOMENT.fullmatch(entry.text("a date and a time"))
    try:
        on = date.fromisoformat(match[1]) if match else None
    except ValueError:
        on = None
    if match is None or on is None:
        entry.expect("a date, year first, and a time")
        return None
    local = datetime.combine(on, _time(match[2]), tzinfo=ZoneInfo(zone))
    if local.astimezone(UTC).astimezone(local.tzinfo).replace(tzinfo=None) != local.replace(tzinfo=None):
        entry.refuse(f"there is no {match[2]} on {on} in {zone}: the clocks go forward then; write an hour later")
        return None
    return local


def read_date(entry: Entry, otherwise: date) -> date:
    """A date, year first; `otherwise` after a mistake."""
    try:
        return date.fromisoformat(entry.text("a date"))
    except ValueError:
        entry.expect("a date, year first")
        return otherwise


def read_zone(entry: Entry) -> str:
    """The name of a time zone."""
    name = entry.text("a time zone")
    known = sorted(available_timezones())
    if name and name not in known:
        entry.refuse(f"there is no time zone `{name}`{did_you_mean(name, known, f'write one such as {entry.example}')}")
    return name if name in known else ""


def read_hours(entry: Entry) -> dict[Weekday, Hours]:
    """Calling hours under days (`sat`) and spans of days (`mon-fri`)."""
    by_day: dict[Weekday, Hours] = {}
    for written, item in entry.any_mapping("9:00-21:00").items():
        days = _days(written)
        if not days:
            item.refuse(f"`{written}` is no day; write one such as sat, or a span such as mon-fri")
        for again in filter(by_day.__contains__, days):
            item.refuse(f"{again} has its hours above already; name each day once")
        by_day |= dict.fromkeys(days, _hours(item))
    if not by_day:
        entry.expect("days and their hours")
    return by_day


def read_span(entry: Entry) -> timedelta:
    """`30m`, `20h` or `2d`."""
    match = _SPAN.fullmatch(entry.text("a span of time"))
    if match is None:
        entry.expect("a span of time in m, h or d")
        return timedelta()
    return int(match[1]) * _UNITS[match[2]]


def _days(written: str) -> list[Weekday]:
    """The days that `sat` or `mon-fri` names, or none; `fri-mon` goes over the weekend."""
    first, _, last = (part.strip() for part in written.lower().partition("-"))
    order: list[str] = [*WEEKDAYS]
    if first not in order or (last or first) not in order:
        return []
    begin = order.index(first)
    count = (order.index(last or first) - begin) % 7 + 1
    return [WEEKDAYS[(begin + day) % 7] for day in range(count)]


def _hours(entry: Entry) -> Hours:
    match = _HOURS.fullmatch(entry.text("hours"))
    if match is None:
        entry.expect("hours")
        return Hours(MIDNIGHT, MIDNIGHT)
    hours = Hours(_time(match[1]), _time(match[2]))
    if hours.closes <= hours.opens and hours.closes != MIDNIGHT:
        entry.refuse(f"calling closes at {match[2]}, before it opens at {match[1]}; write 21:00 for 9 in the evening")
    return hours


def _time(written: str) -> time:
    hour, minute = map(int, written.split(":"))
    return time(hour % 24, minute)
