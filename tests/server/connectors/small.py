"""A small system of the tests' own: it holds people in memory, and writes down what it is told."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path

import pytest
from msgspec import Struct

from phonetui.core.marked_yaml import Entry
from phonetui.core.push import Lost, Outgoing, Pushed
from phonetui.core.refusal import Refused
from phonetui.server.connectors import system
from phonetui.server.connectors.connector import PulledVoter, Setup, SystemRefused
from phonetui.server.connectors.system import System

FILE = "system: small\ncampaign: turnout\nlist: everybody\n"
#: For voters who did not come by a pull.
THEIRS = f"{FILE}ids: theirs\n"
WRITING = FILE.replace("small", "small-files")


class Small:
    """The system's own side. `tells_doubles`: it knows what it was told already, by the event's id.

    `meets` is called with each outgoing before it is taken, and with the record after; it may raise. Of results that it
    `has_no_place_for` it takes a part.
    """

    def __init__(self) -> None:
        self.people: list[PulledVoter] = []
        self.told: list[Outgoing] = []
        self.there: dict[str, Outgoing] = {}
        self.calls = 0
        self.doubts: list[datetime | None] = []
        self.tells_doubles = True
        self.takes_back = True
        self.refuses: dict[str, str] = {}
        self.has_no_place_for: set[str] = set()
        self.meets: Callable[[Outgoing, bool], None] = lambda one, after: None
        self.made: list[SmallConnector] = []
        self.files: dict[date, list[Outgoing]] = {}

    def takes(self, one: Outgoing) -> None:
        """Stands for the request that arrives."""
        known = (known for known in self.told if known.event_id == one.event_id)
        if self.tells_doubles and any(one.is_retold == before.is_retold for before in known):
            return
        self.told.append(one)
        if one.outcome is None or one.corrects:
            self.there.pop(one.attempt_id, None)
        if one.outcome is not None:
            self.there[one.attempt_id] = one


class SmallSettings(Struct, frozen=True):
    """What the file says."""

    list_name: str


class SmallConnector:
    """Pulls and pushes."""

    def __init__(self, small: Small, setup: Setup) -> None:
        self.small = small
        self.setup = setup
        self.closed = False
        small.made.append(self)

    def check(self) -> Iterable[str]:
        yield f"The list {self.setup.settings.list_name} has {len(self.small.people)} people."  # type: ignore[attr-defined]

    def losses(self) -> Iterable[str]:
        yield "Notes are not told."

    def close(self) -> None:
        self.closed = True


class Telling(SmallConnector):
    """Is told of each by itself."""

    def pull(self) -> Iterator[PulledVoter]:
        yield from self.small.people

    def send(self, one: Outgoing, *, doubt_since: datetime | None) -> Pushed | Lost:
        self.small.calls += 1
        self.small.doubts.append(doubt_since)
        if one.file_id in self.small.refuses:
            raise SystemRefused(self.small.refuses[one.file_id])
        if one.outcome is None and not self.small.takes_back:
            return Lost("Small takes nothing back.")
        self.small.meets(one, False)
        self.small.takes(one)
        self.small.meets(one, True)
        if one.outcome and one.outcome.disposition in self.small.has_no_place_for:
            return Pushed(f"r-{one.event_id}", "There is no place for the result; make one.", in_part=True)
        return Pushed(remote_id=f"r-{one.event_id}")


class Writing(SmallConnector):
    """Reads a file a day."""

    lacks = ""

    def write(self, day: date, outcomes: Iterable[Outgoing]) -> Path:
        self.small.calls += 1
        for one in outcomes:
            self.small.meets(one, False)
        self.small.files[day] = list(outcomes)
        return Path(f"{day}.csv")


def install(patch: pytest.MonkeyPatch, small: Small) -> None:
    """The systems `small` and `small-files`."""

    def settings(found: Mapping[str, Entry]) -> SmallSettings:
        return SmallSettings(found["list"].text() if "list" in found else "")

    for name, kind in (("small", Telling), ("small-files", Writing)):
        made = System(
            title=name.title().replace("-", " "),
            keys={"list": "everybody"},
            template="# Which list.\nlist: everybody\n",
            read=settings,
            connect=lambda setup, kind=kind: kind(small, setup),  # type: ignore[misc]
            secrets={} if name == "small-files" else {"key": "the key of Small"},
            required=("list",),
        )
        module = type(sys)(f"phonetui.server.connectors.{name.replace('-', '_')}")
        module.SYSTEM = made  # type: ignore[attr-defined]
        patch.setitem(system.MODULES, name, name.replace("-", "_"))
        patch.setitem(sys.modules, module.__name__, module)


def person(number: int, **more: str) -> PulledVoter:
    """Somebody on the list, with an invented number."""
    fields = {
        "id": f"S{number}",
        "first_name": "Ana",
        "last_name": f"Diaz {number}",
        "cell_phone": f"212555{number:04}",
    }
    return PulledVoter({**fields, **more}, remote_ids={("phone", f"+1212555{number:04}"): f"p{number}"})


def unreachable(*_: object) -> None:
    """The disk, or the line, is gone."""
    raise Refused("There is no room.")
