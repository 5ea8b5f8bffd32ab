"""Finding one's way in the JSON of another system, which may hold anything anywhere."""

from __future__ import annotations

from collections.abc import Mapping

Record = Mapping[str, object]


def at(body: object, *way: str) -> object:
    """What is at the end of a way of keys; None where it leads nowhere."""
    for key in way:
        if not isinstance(body, dict):
            return None
        body = body.get(key)
    return body


def text(body: object, *way: str) -> str:
    """The text, or the number as text, at the end of the way; empty where there is neither."""
    found = at(body, *way)
    if isinstance(found, str):
        return found.strip()
    return str(found) if isinstance(found, int) and not isinstance(found, bool) else ""


def records(body: object, *way: str) -> list[Record]:
    """The records of a list at the end of the way; what is no record is left out."""
    found = at(body, *way)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def texts(body: object, *way: str) -> list[str]:
    """The texts of a list at the end of the way."""
    found = at(body, *way)
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []
