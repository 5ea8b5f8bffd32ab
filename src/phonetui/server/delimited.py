"""Delimited text of any common kind, row by row: its encoding, delimiter and quoting are recognised from its start."""

from __future__ import annotations

import codecs
import csv
import os
from collections import deque
from collections.abc import Iterator
from functools import partial
from io import StringIO, TextIOWrapper
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Literal

from phonetui.core.refusal import Refused
from phonetui.core.text import clean

#: Bytes that are looked at to recognise a file.
SAMPLE = 65_536
#: A quoted field that runs on over more lines is a quote that was never closed.
MOST_LINES_A_ROW = 8
LONGEST_LINE = 1_048_576
LONGEST_NAME = 80
DELIMITERS = "\t,;|"

TOO_FEW = "too few fields"
TOO_MANY = "too many fields"
OPEN_QUOTE = "a quote is not closed"
TOO_LONG = "a field is too long"

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_NOT_TEXT = {
    b"PK\x03\x04": "a spreadsheet or another zip archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "compressed",
}
_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\v\f\r\x1a")

#: Line, fields, and why the row cannot be used; the fields are empty where that is so.
Row = tuple[int, list[str], str]


class DelimitedFile:
    """A delimited file that is open for one reading. Raises `Refused` where it is missing, empty or not text.

    `content` is what is in it, where it is not on this disk.
    """

    def __init__(self, path: Path, content: BinaryIO | None = None) -> None:
        self.path = path
        try:
            self._file: BinaryIO = content or path.open("rb")
        except OSError as error:
            raise Refused(f"{path} cannot be read ({error.strerror}); name a file that may be read.") from None
        try:
            self._recognise()
        except BaseException:
            self._file.close()
            raise

    def _recognise(self) -> None:
        self.size = self._file.seek(0, os.SEEK_END)
        self._file.seek(0)
        sample = self._file.read(SAMPLE)
        encoding = _encoding(self.path, sample)
        start = sample.decode(encoding, "replace")
        self._delimiter = _delimiter(start)
        self._file.seek(0)
        self._text = TextIOWrapper(self._file, encoding, _errors(encoding), newline="")
        self._lines = _Lines(iter(partial(self._text.readline, LONGEST_LINE), ""))
        self._quoting = _quoting(start, self._delimiter)
        self._reader = csv.reader(self._lines, delimiter=self._delimiter, quoting=self._quoting, skipinitialspace=True)
        self.header = self._header()
        self._first: list[Row] = []

    def __enter__(self) -> DelimitedFile:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Ends the reading."""
        self._text.close()

    @property
    def bytes_read(self) -> int:
        """How much of `size` has been read."""
        return self._file.tell()

    def rows(self) -> Iterator[Row]:
        """The rows under the header; blank lines are no rows."""
        lines, width = self._lines, len(self.header)
        yield from self._first
        while True:
            lines.row.clear()
            try:
                fields = next(self._reader)
                reason = ""
            except StopIteration:
                return
            except (_OpenQuote, csv.Error) as error:
                fields, reason = [], OPEN_QUOTE if isinstance(error, _OpenQuote) else TOO_LONG
            if len(lines.row) > 1 and (reason or self._swallowed(fields)):
                lines.keep_first()
                fields, reason = self._with_stray_quote(lines.row[0])
            elif len(fields) != width and not reason:
                if len(fields) <= 1 and not clean("".join(fields), 1):
                    continue
                fields, reason = _fitted(fields, width)
            yield lines.number - len(lines.row) + 1, fields, reason

    def name_columns(self, *names: str) -> None:
        """Gives a file without a header these columns: its first line is a row."""
        self._first = [(self._lines.number, self.header, "")]
        self.header = list(names)

    def _header(self) -> list[str]:
        for fields in self._reader:
            self._lines.row.clear()
            names = [clean(name, LONGEST_NAME) for name in fields]
            if any(names):
                return names
        raise Refused(f"{self.path.name} is empty.")

    def _swallowed(self, fields: list[str]) -> bool:
        """Whether a row of several lines is really several rows, made one by a stray quote.

        Such a quote ends where the next field's begins, and so has no delimiter behind it.
        """
        strict = csv.reader(self._lines.row, delimiter=self._delimiter, skipinitialspace=True, strict=True)
        try:
            return len(fields) != len(self.header) or len(list(strict)) != 1
        except csv.Error:
            return True

    def _with_stray_quote(self, line: str) -> tuple[list[str], str]:
        """The row in a line with a quote that is never closed, if it is plain which field is which."""
        [fields] = csv.reader([line], delimiter=self._delimiter, quoting=csv.QUOTE_NONE)
        fits = len(fields) == len(self.header)
        return ([field.strip(' "') for field in fields], "") if fits else ([], OPEN_QUOTE)


class _OpenQuote(Exception):
    """A quoted field has run on for too many lines."""


class _Lines:
    """The lines that a csv reader takes, counted; `row` holds those of the row it is reading."""

    def __init__(self, text: Iterator[str]) -> None:
        self.number = 0
        self.row: list[str] = []
        self._text = text
        self._again: deque[str] = deque()

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if len(self.row) == MOST_LINES_A_ROW:
            raise _OpenQuote
        line = self._again.popleft() if self._again else next(self._text)
        self.row.append(line)
        self.number += 1
        return line

    def keep_first(self) -> None:
        """Only the first line was the row; the others are read again."""
        self._again.extendleft(reversed(self.row[1:]))
        self.number -= len(self.row) - 1
        del self.row[1:]


def _fitted(fields: list[str], width: int) -> tuple[list[str], str]:
    """The fields without empty ones beyond the header, or why they do not fit it."""
    if len(fields) < width:
        return [], TOO_FEW
    return ([], TOO_MANY) if any(fields[width:]) else (fields[:width], "")


def _encoding(path: Path, sample: bytes) -> str:
    if not sample:
        raise Refused(f"{path.name} is empty.")
    for mark, encoding in _MARKS:
        if sample.startswith(mark):
            return encoding
    nuls = sample[::2].count(0), sample[1::2].count(0)
    if max(nuls) > len(sample) / 5 and min(nuls) < len(sample) / 50:  # letters of the West, two bytes each
        return "utf-16-be" if nuls[0] > nuls[1] else "utf-16-le"
    kind = next((kind for start, kind in _NOT_TEXT.items() if sample.startswith(start)), "")
    if kind or len(sample.translate(None, _CONTROLS)) < len(sample) * 0.95:
        raise Refused(f"{path.name} is not text{kind and f' but {kind}'}; save it as CSV or tab-delimited text.")
    return "utf-8"


def _errors(encoding: str) -> str:
    return "windows-1252" if encoding.startswith("utf-8") else "replace"


def _windows_1252(error: UnicodeError) -> tuple[str, int]:
    """Bytes that are not UTF-8 are Windows-1252, of which ISO-8859-1 is a part; also one by one, in a mixed file."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("windows-1252", _windows_1252)


def _delimiter(start: str) -> str:
    """The delimiter that divides the first line into most fields."""

    def width(delimiter: str) -> int:
        rows = csv.reader(StringIO(start.lstrip("\ufeff"), newline=""), delimiter=delimiter, skipinitialspace=True)
        return next((len(fields) for fields in rows if any(map(str.strip, fields))), 0)

    return max(DELIMITERS, key=width)


def _quoting(start: str, delimiter: str) -> Literal[0, 3]:
    """Files with tabs or bars are often written without any quoting, and a quote in them is just a letter."""
    quoted = start.startswith('"') or any(f'{before}"' in start for before in (delimiter, "\n", "\r"))
    return csv.QUOTE_MINIMAL if quoted or delimiter in ",;" else csv.QUOTE_NONE
