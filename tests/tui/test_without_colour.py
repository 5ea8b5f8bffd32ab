"""What a style says, words or signs say too: whoever sees no colour, or hears the screen read out, misses nothing."""

from __future__ import annotations

from collections import defaultdict
from typing import Literal

import pytest

from phonetui.client.view import Said
from phonetui.screen.pane import Pane
from tests.tui.desk_in_memory import DeskInMemory
from tests.tui.sample import HOUSEHOLDS
from tests.tui.screens import STATES
from tests.tui.stage import Stage, play
from tests.tui.test_pictures import SIZES

#: What came of a key, how the line is, how the shift goes, and what is asked.
TELLING = ("title", "saved", "status", "script")
KINDS: tuple[Literal["saved", "notice", "alarm"], ...] = ("saved", "notice", "alarm")
SAID = "Not home saved for Vernon"
Styled = tuple[tuple[str, str], ...]


def styled(stage: Stage) -> dict[str, list[Styled]]:
    """The lines of each pane, in their styles."""
    panes = [pane for pane in stage.app.screen.query(Pane) if pane.id]
    return {str(pane.id): [tuple((span.text, span.role) for span in line) for line in pane.lines] for pane in panes}


def seen() -> dict[tuple[int, int], list[dict[str, list[Styled]]]]:
    """Every state of the pictures, and the same words said in each way, by the window's size."""
    screens: dict[tuple[int, int], list[dict[str, list[Styled]]]] = {size: [] for size in SIZES}

    async def look(stage: Stage) -> None:
        for size in SIZES:
            await stage.resize(size)
            screens[size].append(styled(stage))

    for keys, before in STATES.values():
        desk = DeskInMemory(HOUSEHOLDS)
        before(desk)

        async def story(stage: Stage, keys: tuple[str, ...] = keys) -> None:
            await stage.press(*keys)
            await look(stage)

        play(story, desk, size=SIZES[0])

    async def said(stage: Stage) -> None:
        for kind in KINDS:
            stage.desk.change(said=Said(SAID, kind))
            await stage.comes_to_rest()
            await look(stage)

    play(said, size=SIZES[0])
    return screens


def words(line: Styled) -> str:
    return "".join(text for text, _ in line).rstrip()


def shape(line: Styled) -> str:
    """The style of each letter."""
    letters = [role[0] if letter.strip() else " " for text, role in line for letter in text]
    return "".join(letters).rstrip()


@pytest.mark.long
def test_the_same_words_never_come_in_two_styles() -> None:
    for size, screens in seen().items():
        styles: dict[tuple[str, str], set[str]] = defaultdict(set)
        for screen in screens:
            for name in TELLING:
                for line in screen.get(name, []):
                    styles[name, words(line)].add(shape(line))
        assert len([line for _, line in styles if SAID in line]) == len(KINDS), size
        assert {line: found for line, found in styles.items() if len(found) > 1} == {}, size
