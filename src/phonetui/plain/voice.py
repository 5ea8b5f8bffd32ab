"""Lines to standard output: as wide as the terminal, unbroken into a pipe, and nothing but letters."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from typing import TextIO

from phonetui.plain.wrapping import lines

PROMPT = "> "
#: What a terminal has that does not know its own width.
USUAL_COLUMNS = 80


class Voice:
    """Says things line by line, and counts them in `paragraphs`.

    A terminal that is gone is not spoken to any more; a pipe that is closed raises.
    """

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._is_terminal = out.isatty()
        self.paragraphs = 0

    @property
    def columns(self) -> int:
        """How wide a line may be; 0 for any width."""
        if not self._is_terminal:
            return 0
        with suppress(OSError):
            return os.get_terminal_size(self._out.fileno()).columns or USUAL_COLUMNS
        return USUAL_COLUMNS

    def say(self, *paragraphs: str) -> None:
        """Each in lines of its own; an empty one is left out."""
        said = [paragraph for paragraph in paragraphs if paragraph]
        self.paragraphs += len(said)
        self._write("".join(f"{line}\n" for line in self._lines(said)))

    def ask(self) -> None:
        """Something is to be typed now."""
        self._write(PROMPT)

    def echo(self, line: str) -> None:
        """What came by a pipe stands after the prompt as if it had been typed."""
        whole = "\n".join(lines(f"{PROMPT}{line}", self.columns))
        self._write(f"{whole.removeprefix(PROMPT.strip()).removeprefix(' ')}\n")

    def beep(self) -> None:
        """Where somebody hears it."""
        if self._is_terminal:
            self._write("\a")

    def _lines(self, paragraphs: Iterable[str]) -> Iterable[str]:
        return (line for paragraph in paragraphs for line in lines(paragraph, self.columns))

    def _write(self, text: str) -> None:
        encoding = self._out.encoding or "utf-8"
        try:
            self._out.write(text.encode(encoding, "replace").decode(encoding))
            self._out.flush()
        except BrokenPipeError:
            raise
        except OSError:
            if not self._is_terminal:
                raise
