"""Promise 4: a damaged journal is never overwritten, and every call that can be read in it is saved, as it was.

Journals of many shifts, closed in order or left by a kill, are cut short and overwritten anywhere, in file and log.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from random import Random
from unittest.mock import patch

from phonetui.client import journal_mending
from phonetui.client import journal_reading as reading
from phonetui.client.journal_file import JournalFile
from phonetui.client.journal_key import fingerprint, fingerprint_file
from phonetui.client.journal_records import Entry
from phonetui.core.refusal import Refused
from tests.client.people import KEY, entry
from tests.torture.promise import Control, Findings, Promise, Trials
from tests.torture.spoiled import Journal, Spoiled

#: Trials on one journal.
A_JOURNAL = 25
#: A log that ends in damage cannot be told from one that a power cut left; so much of it may go without a word.
LAST_COMMITS = 2


def prove(seeds: Sequence[int]) -> Findings:
    """Opens a damaged journal for each seed."""
    findings = Findings()
    for recording, of in groupby(seeds, lambda seed: seed // A_JOURNAL):
        with _folder() as folder:
            journal = Journal(folder / "fall.journal", Random(recording))
        for seed in of:
            findings += _prove(journal, seed)
    return findings


def _prove(journal: Journal, seed: int) -> Findings:
    spoiled = Spoiled(journal, Random(seed))
    with _folder() as folder:
        path = folder / "fall.journal"
        path.write_bytes(spoiled.file)
        fingerprint_file(path).write_text(fingerprint(KEY))
        if journal.log:
            _log(path).write_bytes(spoiled.log)
        try:
            failures = tuple(_wrong(journal, spoiled, path))
        except Refused as refused:
            failures = (str(refused).replace(str(folder), ""),)
    return Findings(1, spoiled.spots, tuple(f"seed {seed}: {wrong}" for wrong in failures))


def _wrong(journal: Journal, spoiled: Spoiled, path: Path) -> Iterator[str]:
    """What is wrong with the start on this journal, as sentences."""
    damaged, found, next_seq = _start(path)
    if damaged is None:
        yield from _wrong_without_a_word(journal, spoiled, found)
    else:
        if (_content(damaged), _content(_log(damaged))) != spoiled.content:
            yield f"{damaged.name} is not the damaged file as it was"
        lost = set(spoiled.untouched(journal)) - set(found)
        if lost:
            yield f"not saved from sound pages: {_named(lost)}"
    for made in found.values():
        if journal.recorded.get(made.id) != made:
            yield f"{made.id} was never recorded so"
    if next_seq <= max([0, *(made.seq for made in found.values())]):
        yield f"the next seq is {next_seq}, which is taken"
    damaged, again, _ = _start(path, then=entry(next_seq))
    if damaged is not None or again != found:
        yield "the next start finds something else"


def _wrong_without_a_word(journal: Journal, spoiled: Spoiled, found: dict[str, Entry]) -> Iterator[str]:
    lost = set(spoiled.before_damage(journal)) - set(found)
    if lost:
        yield f"nothing was said, and lost are {_named(lost)}"
    late = journal.commits[-LAST_COMMITS - 1] if len(journal.commits) > LAST_COMMITS else 0
    early = {event_id for event_id, end in journal.saved_at.items() if end <= late} - set(found)
    if early and not spoiled.cut:
        yield f"nothing was said, and lost are, long before the end, {_named(early)}"


def _start(path: Path, then: Entry | None = None) -> tuple[Path | None, dict[str, Entry], int]:
    """The damaged file's new name, what is unsent, and the next seq; `then` is a call made after that."""
    opened = JournalFile(path, KEY)
    try:
        loaded = opened.run(reading.load)
        if then is not None:
            opened.record([then], [], [], [], b"")
    finally:
        opened.close()
    return opened.damaged, {made.id: made for made in loaded.unsent}, loaded.next_seq


def _named(event_ids: set[str]) -> str:
    return ", ".join(sorted(event_ids))


def _content(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def _log(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder in memory where there is one: what is opened there need not survive anything."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(prefix="phonetui-damage-", dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


# -- without a safeguard -----------------------------------------------------------------------------------------------


def _without(name: str, instead: Callable[..., object]) -> Callable[[Sequence[int]], Findings]:
    def prove_without(seeds: Sequence[int]) -> Findings:
        with patch.object(journal_mending, name, instead):
            return prove(seeds)

    return prove_without


def _overwritten(path: Path, key: bytes) -> Path:
    """Begins anew on the damaged file."""
    for file in (path, _log(path)):
        file.unlink(missing_ok=True)
    journal_mending.ready(path, key)
    return path


PROMISE = Promise(
    number=4,
    title="Damage",
    says="A damaged journal is kept, and every call that can be read in it reaches the campaign.",
    trials=(Trials("journals", prove, quick=200, full=2_000, share=10 * A_JOURNAL),),
    controls=(
        Control("moving the damaged file aside", _without("set_aside", _overwritten), within=20),
        Control("the salvage", _without("refill", lambda connection, found: None), within=20),
        Control("the look at every page", _without("is_damaged", lambda *_: False), within=60),
    ),
)
