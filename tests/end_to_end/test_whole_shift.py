"""A volunteer's whole shift, lived through twice: at the full screen, and line by line over a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import pytest

if sys.platform == "win32":
    pytest.skip("needs a pty", allow_module_level=True)

from phonetui.core.standard_dispositions import BY_ID, LEFT_MESSAGE
from phonetui.demo.server import CAMPAIGN
from tests.end_to_end.own_campaign import Line, Organiser
from tests.end_to_end.two_ways import AtTheScreen, Laptop, OverAPipe, Way
from tests.end_to_end.whole_shift import QUESTION, STORY, World

#: Numbers dialed: whoever else is reached in the same call is none more.
CALLS = 30


@pytest.fixture
def line() -> Iterator[Line]:
    """The line from laptops to the server."""
    with ExitStack() as ending:
        yield Line(ending)


class Came(NamedTuple):
    """What the campaign has of a shift in the end."""

    results: list[dict[str, str]]
    reports: list[dict[str, str]]


def live_through(organiser: Organiser, line: Line, kind: type[Way]) -> Came:
    """The whole story in one way."""
    organiser.begin()
    way, world = kind(Laptop(organiser)), World(organiser, line)
    with organiser.serving() as port:
        line.leads_to(port)
        try:
            way.joins(organiser.types("invite", CAMPAIGN).strip())
            for step in STORY:
                try:
                    step.happens(way, world)
                except AssertionError as error:
                    error.add_note(f"where the story says: {step.what}")
                    raise
        finally:
            way.ends()
    return Came(organiser.exports("export"), organiser.exports("reports"))


@pytest.mark.long
def test_a_whole_shift_comes_to_the_same_at_the_screen_and_over_a_pipe(tmp_path: Path, line: Line) -> None:
    (tmp_path / "campaign").mkdir()
    organiser = Organiser(tmp_path / "campaign")
    organiser.prepare(line.url)
    at_the_screen = live_through(organiser.copied_to(tmp_path / "screen"), line, AtTheScreen)
    over_a_pipe = live_through(organiser.copied_to(tmp_path / "pipe"), line, OverAPipe)
    assert at_the_screen == over_a_pipe
    assert sum(row["same_call"] == "no" for row in over_a_pipe.results) == CALLS
    assert {row["disposition"] for row in over_a_pipe.results} == {*BY_ID} - {LEFT_MESSAGE.id}
    assert [row["text"] for row in over_a_pipe.reports] == ["copied", QUESTION, "Halid", "who answers?"]
