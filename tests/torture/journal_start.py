"""A journal laid into a folder, and what a start finds in it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from phonetui.client import journal_reading as reading
from phonetui.client.journal_file import JournalFile
from phonetui.client.journal_key import fingerprint, fingerprint_file
from phonetui.client.journal_mending import log_of
from phonetui.client.journal_records import Entry
from tests.client.people import KEY


def lay_down(path: Path, file: bytes, log: bytes) -> None:
    """File, log and fingerprint as a laptop has them."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.write_bytes(file)
    fingerprint_file(path).write_text(fingerprint(KEY))
    if log:
        log_of(path).write_bytes(log)


def start(path: Path, then: Entry | None = None, key: bytes = KEY) -> tuple[Path | None, dict[str, Entry], int]:
    """The damaged file's new name, what is unsent, and the next seq; `then` is a call made after that."""
    opened = JournalFile(path, key)
    try:
        loaded = opened.run(reading.load)
        if then is not None:
            opened.record([then], [], [], [], b"")
    finally:
        opened.close()
    return opened.damaged, {made.id: made for made in loaded.unsent}, loaded.next_seq


def content(path: Path) -> bytes:
    """The bytes of a file; none where there is none."""
    return path.read_bytes() if path.exists() else b""


def around(path: Path) -> dict[str, bytes]:
    """Every file in a journal's folder."""
    return {file.name: file.read_bytes() for file in path.parent.iterdir()}


def named(event_ids: set[str]) -> str:
    """Events in a sentence."""
    return ", ".join(sorted(event_ids))


@contextmanager
def folder() -> Iterator[Path]:
    """A folder in memory where there is one: what is opened there need not survive anything."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(prefix="phonetui-damage-", dir=memory if memory.is_dir() else None) as made:
        yield Path(made)
