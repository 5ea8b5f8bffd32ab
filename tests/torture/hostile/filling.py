"""Fills every text of a Struct by walking its type, so that a field added tomorrow is filled too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from types import MappingProxyType
from typing import Any, TypeVar

import msgspec
from msgspec import inspect

Shape = TypeVar("Shape", bound=msgspec.Struct)

#: Says what to write into the text at a path such as `leases.household.voters.first_name`.
Writer = Callable[[str], str]

NOON = datetime(2026, 10, 6, 16, 0, tzinfo=UTC)


def filled(kind: type[Shape], write: Writer, many: Mapping[str, int] = MappingProxyType({})) -> Shape:
    """One of its kind with something in every field; a list has as many items as `many` says of its path, or one."""
    return msgspec.convert(_filled(_type_info(kind), "", write, many), kind)


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


def _filled(kind: inspect.Type, path: str, write: Writer, many: Mapping[str, int]) -> Any:
    match kind:
        case inspect.StrType():
            return write(path)
        case inspect.StructType():
            inner = ((field, _below(path, field.name)) for field in kind.fields)
            fields = {field.encode_name: _filled(field.type, below, write, many) for field, below in inner}
            return fields | ({kind.tag_field: kind.tag} if kind.tag_field else {})
        case inspect.VarTupleType() | inspect.ListType():
            return [_filled(kind.item_type, path, write, many) for _ in range(many.get(path, 1))]
        case inspect.DictType():
            return {_filled(kind.key_type, f"{path}.key", write, many): _filled(kind.value_type, path, write, many)}
        case inspect.UnionType():
            there = next(each for each in kind.types if not isinstance(each, inspect.NoneType))
            return _filled(there, path, write, many)
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
