"""Lines to standard output: as wide as the terminal, unbroken into a pipe, and nothing but letters."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import TextIO

from phonetui.dial.qr import can_draw
from phonetui.plain.wrapping import lines

PROMPT = "> "
#: What a terminal has that does not know its own width.
USUAL_COLUMNS = 80
#: ECMA-48, select graphic rendition.
BLACK_ON_WHITE, AS_BEFORE = "\x1b[30;107m", "\x1b[0m"


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

    def draw(self, rows: Sequence[str]) -> bool:
        """A picture, black on white; False where none can be drawn, for want of colours, of signs or of columns."""
        if not self._is_terminal or not self._draws or self.columns < len(rows[0]):
            return False
        self._write("".join(f"{BLACK_ON_WHITE}{row}{AS_BEFORE}\n" for row in rows))
        return True

    @property
    def _draws(self) -> bool:
        return can_draw(os.environ, self._out.encoding or "")

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
