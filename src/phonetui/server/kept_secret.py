"""Secrets that others gave the server: in the environment, else in a 0600 file beside the server's own."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from phonetui.core.refusal import Refused


class KeptSecret(Struct, frozen=True):
    """A secret by what it is called in a sentence, its file's name and its variable in the environment."""

    name: str
    file: str
    variable: str

    def keep(self, data: Path, secret: str) -> None:
        """Writes it beside the server's secret, for this user alone; raises `Refused`, and an earlier one stays."""
        file = data / self.file
        try:
            _replace(file, f"{secret}\n".encode())
        except OSError as error:
            is_full = error.errno in (errno.ENOSPC, errno.EDQUOT)
            mend = "make room on the disk" if is_full else "make its folder writable"
            raise Refused(f"The file {file} cannot be written ({error.strerror}); {mend}.") from None

    def read(self, data: Path | None, environment: Mapping[str, str]) -> str:
        """The secret, empty where none is kept; raises `Refused` for a file that others may read."""
        if self.variable in environment:
            return environment[self.variable]
        file = data / self.file if data else None
        if file is None or not file.exists():
            return ""
        try:
            if os.name == "posix" and file.stat().st_mode & 0o077:
                raise Refused(f"{self.name} {file} is open to other users; run `chmod 600 {file}`.")
            return file.read_text("utf-8").rstrip("\n")
        except OSError as error:
            raise Refused(f"The file {file} cannot be read ({error.strerror}); make it readable.") from None
        except UnicodeDecodeError:
            raise Refused(f"{self.name} {file} is not text in UTF-8; remove it, and give the right one.") from None


def _replace(file: Path, content: bytes) -> None:
    """The file is there whole, or as it was before; raises `OSError`."""
    fresh = file.with_name(f"{file.name}.new")
    fresh.unlink(missing_ok=True)  # by a kill
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as writing:
            writing.write(content)
            writing.flush()
            os.fsync(writing.fileno())
        fresh.replace(file)
    except OSError:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise
