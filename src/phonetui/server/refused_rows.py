"""The file beside a voter file that says which of its rows were left out, and why."""

from __future__ import annotations

import csv
import os
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import TextIO

from phonetui.core.refusal import Refused
from phonetui.server.cells import cell
from phonetui.server.voter_files import RefusedRow

HEADER = ("line", "reason", "id")


class RefusedRows:
    """Writes the refused rows down: line, reason and the row's own id, never a name or a number.

    There is no file where nothing was refused; one of an earlier import is gone then.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.reasons: Counter[str] = Counter()
        self._file: TextIO | None = None

    def __enter__(self) -> RefusedRows:
        try:
            self.path.unlink(missing_ok=True)
        except OSError as error:
            raise self._unwritten(error) from None
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._file:
            self._file.close()

    def add(self, row: RefusedRow) -> None:
        """One row more; raises `Refused` where the file cannot be written."""
        self.reasons[row.reason] += 1
        try:
            if self._file is None:
                self._file = self._begun()
            csv.writer(self._file).writerow((row.line, cell(row.reason), cell(row.row_id)))
        except OSError as error:
            raise self._unwritten(error) from None

    def _begun(self) -> TextIO:
        private = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        file = os.fdopen(private, "w", encoding="utf-8", newline="")
        csv.writer(file).writerow(HEADER)
        return file

    def _unwritten(self, error: OSError) -> Refused:
        return Refused(f"The refused rows cannot be written to {self.path} ({error.strerror}).")
