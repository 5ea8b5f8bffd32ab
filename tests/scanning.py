"""What a camera reads off a terminal: its cells as a picture, read by Debian's `zbarimg`."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

needs_zbar = pytest.mark.skipif(not shutil.which("zbarimg"), reason="Debian's zbar-tools is needed: apt-get install")

BLACK, WHITE = 0, 255
#: Pixels of half a cell, which is a square.
_SIDE = 6

#: A character, the brightness of its ink and that of its paper.
Cell = tuple[str, int, int]


def scanned(rows: Sequence[Sequence[Cell]], file: Path) -> str:
    """What is read in these cells, with the picture in that file; empty where nothing is."""
    brightness = [half for row in rows for half in _halves(row)]
    pixels = b"".join(_wide(line) * _SIDE for line in brightness)
    width, height = len(brightness[0]) * _SIDE, len(brightness) * _SIDE
    file.write_bytes(b"P5 %d %d 255\n" % (width, height) + pixels)
    read = subprocess.run(
        ["zbarimg", "-q", "--raw", "--nodbus", str(file)], capture_output=True, text=True, check=False
    )
    return read.stdout.removesuffix("\n")


def _wide(line: Sequence[int]) -> bytes:
    return b"".join(bytes([brightness]) * _SIDE for brightness in line)


def _halves(row: Sequence[Cell]) -> tuple[list[int], list[int]]:
    """The upper and the lower half; of what is no block the paper is seen."""
    upper = [ink if character in "█▀" else paper for character, ink, paper in row]
    lower = [ink if character in "█▄" else paper for character, ink, paper in row]
    return upper, lower
