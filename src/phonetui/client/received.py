"""What comes from a server is hostile until cleaned: nothing in it may reach the screen as it came."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar, cast

from msgspec import Struct

from phonetui.client.campaign_server import NotPhonetui
from phonetui.core.campaign import MOST_DISPOSITIONS, Campaign
from phonetui.core.eligibility import known_zone
from phonetui.core.text import clean
from phonetui.core.translation import tr
from phonetui.core.voter import Household

Value = TypeVar("Value")

LONGEST_LINE = 2_000
MOST_LINES = 200
LONGEST_ID = 200

#: Fields that are compared and sent back, never read by people: taken as they are, or not at all.
EXACT = frozenset({"id", "key", "goto", "cursor", "digest", "disposition", "number", "tickets", "token", "type"})

YEARS = range(2000, 2200)


def cleaned(value: Value) -> Value:
    """The value with every text in it fit to be drawn; raises `NotPhonetui` where an id or a time is none."""
    return cast("Value", _cleaned(value, exact=False))


def _cleaned(value: object, *, exact: bool) -> object:
    match value:
        case str():
            return _exact(value) if exact else _lines(value)
        case Struct():
            _check(value)
            fields = {name: _cleaned(getattr(value, name), exact=_is_exact(name)) for name in value.__struct_fields__}
            return type(value)(**fields)
        case tuple():
            return tuple(_cleaned(item, exact=exact) for item in value)
        case dict():
            return {_exact(key): _cleaned(item, exact=exact) for key, item in value.items()}
        case datetime():
            return _moment(value)
        case _:
            return value


def _check(value: Struct) -> None:
    """Raises `NotPhonetui` for what no server sends and no screen could show."""
    match value:
        case Campaign():
            keys = [disposition.key for disposition in value.dispositions]
            if known_zone(value.zone) and 0 < len(keys) <= MOST_DISPOSITIONS and all(len(key) == 1 for key in keys):
                return
            raise NotPhonetui(tr("The campaign server sent a campaign that is none; nothing of its answer was taken."))
        case Household(voters=()):
            raise NotPhonetui(tr("The campaign server sent a household of nobody; nothing of its answer was taken."))


def _is_exact(field: str) -> bool:
    return field in EXACT or field.endswith("_id")


def _lines(text: str) -> str:
    return "\n".join(clean(line, LONGEST_LINE) for line in text.split("\n", MOST_LINES)[:MOST_LINES])


def _exact(text: str) -> str:
    if clean(text, LONGEST_ID) != text:
        raise NotPhonetui(tr("The campaign server sent an id that is none; nothing of its answer was taken."))
    return text


def _moment(moment: datetime) -> datetime:
    if moment.tzinfo is None or moment.year not in YEARS:
        raise NotPhonetui(tr("The campaign server sent a time that is none; nothing of its answer was taken."))
    return moment
