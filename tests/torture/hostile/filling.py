"""Fills every text of a Struct by walking its type, so that a field added tomorrow is filled too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any, TypeVar

import msgspec
from msgspec import inspect

Shape = TypeVar("Shape", bound=msgspec.Struct)

#: Says what to write into the text at a path such as `leases.household.voters.first_name`.
Writer = Callable[[str], str]

NOON = datetime(2026, 10, 6, 16, 0, tzinfo=UTC)


def filled(kind: type[Shape], write: Writer) -> Shape:
    """One of its kind with something in every field and one item in every list."""
    return msgspec.convert(_filled(_type_info(kind), "", write), kind)


@cache
def _type_info(kind: type[msgspec.Struct]) -> inspect.Type:
    return inspect.type_info(kind)


def paths(kind: type[msgspec.Struct]) -> set[str]:
    """Where the kind holds text."""
    found: set[str] = set()

    def note(path: str) -> str:
        found.add(path)
        return ""

    filled(kind, note)
    return found


def _filled(kind: inspect.Type, path: str, write: Writer) -> Any:
    match kind:
        case inspect.StrType():
            return write(path)
        case inspect.StructType():
            fields = {field.encode_name: _filled(field.type, _below(path, field.name), write) for field in kind.fields}
            return fields | ({kind.tag_field: kind.tag} if kind.tag_field else {})
        case inspect.VarTupleType() | inspect.ListType():
            return [_filled(kind.item_type, path, write)]
        case inspect.DictType():
            return {_filled(kind.key_type, f"{path}.key", write): _filled(kind.value_type, path, write)}
        case inspect.UnionType():
            return _filled(next(each for each in kind.types if not isinstance(each, inspect.NoneType)), path, write)
        case inspect.LiteralType():
            return kind.values[0]
        case _:
            return _PLAIN[type(kind)]


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


_PLAIN: dict[type[inspect.Type], Any] = {
    inspect.IntType: 1,
    inspect.FloatType: 1.0,
    inspect.BoolType: True,
    inspect.DateTimeType: NOON,
    inspect.DateType: date(2026, 10, 1),
    inspect.TimeType: time(9),
    inspect.TimeDeltaType: timedelta(hours=20),
    inspect.RawType: msgspec.Raw(b"{}"),
}
