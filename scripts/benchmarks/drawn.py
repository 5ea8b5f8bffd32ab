"""What output draws on a screen of 80x24."""

from __future__ import annotations

import codecs
from collections.abc import Sequence

import pyte
from scripts.benchmarks.terminal import COLUMNS, ROWS, Chunk


class Drawn:
    """A screen as pyte draws it."""

    def __init__(self) -> None:
        self._screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.Stream(self._screen)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def feed(self, output: bytes) -> int:
        """Draws the output; returns the bytes of text in the cells that it changed."""
        before = self.rows
        self._stream.feed(self._decoder.decode(output))
        return sum(
            len(new.encode())
            for row, row_before in zip(self.rows, before, strict=True)
            for new, old in zip(row, row_before, strict=True)
            if new != old
        )

    @property
    def rows(self) -> list[str]:
        """The screen's rows, each as wide as the screen."""
        return list(self._screen.display)

    def above_status(self, answer: Sequence[Chunk]) -> float:
        """Draws the answer to a key; returns when the last byte of it came that changed any row but the last.

        The last row counts seconds by itself.
        """
        seconds = 0.0
        for chunk in answer:
            before = self.rows[:-1]
            self.feed(chunk.output)
            if self.rows[:-1] != before:
                seconds = chunk.seconds
        if not seconds:
            raise RuntimeError("the key changed nothing:\n" + "\n".join(self.rows))
        return seconds
