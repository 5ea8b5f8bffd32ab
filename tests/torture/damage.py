"""Promise 4: a damaged journal is never overwritten, and every call that can be read in it is saved, as it was.

Journals of many shifts, closed in order or left by a kill, are cut short and overwritten anywhere, in file and log.
A newer version's is left as it is, and what is in it can be exported; another key's is left as it is, and told as that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from random import Random
from types import ModuleType
from unittest.mock import patch

from phonetui.client import journal_file, journal_mending, journal_peek
from phonetui.client.journal_mending import log_of, set_aside
from phonetui.client.journal_records import Entry
from phonetui.core.refusal import Refused
from tests.client.people import entry
from tests.torture import not_ours
from tests.torture.journal_start import content, folder, lay_down, named, start
from tests.torture.promise import Control, Findings, Promise, Proof, Trials
from tests.torture.spoiled import LAST_COMMITS, Journal, Spoiled

#: Trials on one journal.
A_JOURNAL = 25


def prove(seeds: Sequence[int]) -> Findings:
    """Opens a damaged journal for each seed."""
    findings = Findings()
    for recording, of in groupby(seeds, lambda seed: seed // A_JOURNAL):
        with folder() as home:
            journal = Journal(home / "fall.journal", Random(recording))
        for seed in of:
            findings += _prove(journal, seed)
    return findings


def _prove(journal: Journal, seed: int) -> Findings:
    spoiled = Spoiled(journal, Random(seed))
    with folder() as home:
        path = home / "fall.journal"
        lay_down(path, *spoiled.content)
        try:
            failures = tuple(_wrong(journal, spoiled, path))
        except Refused as refused:
            failures = (str(refused).replace(str(home), ""),)
    return Findings(1, spoiled.spots, tuple(f"seed {seed}: {wrong}" for wrong in failures))


def _wrong(journal: Journal, spoiled: Spoiled, path: Path) -> Iterator[str]:
    """What is wrong with the start on this journal, as sentences."""
    damaged, found, next_seq = start(path)
    if damaged is None:
        yield from _wrong_without_a_word(journal, spoiled, found)
    else:
        if (content(damaged), content(log_of(damaged))) != spoiled.content:
            yield f"{damaged.name} is not the damaged file as it was"
        lost = set(spoiled.untouched(journal)) - set(found)
        if lost:
            yield f"not saved from sound pages: {named(lost)}"
    for made in found.values():
        if journal.recorded.get(made.id) != made:
            yield f"{made.id} was never recorded so"
    if next_seq <= max([0, *(made.seq for made in found.values())]):
        yield f"the next seq is {next_seq}, which is taken"
    damaged, again, _ = start(path, then=entry(next_seq))
    if damaged is not None or again != found:
        yield "the next start finds something else"


def _wrong_without_a_word(journal: Journal, spoiled: Spoiled, found: dict[str, Entry]) -> Iterator[str]:
    lost = set(spoiled.before_damage(journal)) - set(found)
    if lost:
        yield f"nothing was said, and lost are {named(lost)}"
    late = journal.commits[-LAST_COMMITS - 1] if len(journal.commits) > LAST_COMMITS else 0
    early = {event_id for event_id, end in journal.saved_at.items() if end <= late} - set(found)
    if early and not spoiled.cut:
        yield f"nothing was said, and lost are, long before the end, {named(early)}"


# -- without a safeguard -----------------------------------------------------------------------------------------------


def _without(name: str, instead: object, prove: Proof = prove, module: ModuleType = journal_mending) -> Proof:
    def prove_without(seeds: Sequence[int]) -> Findings:
        with patch.object(module, name, instead):
            return prove(seeds)

    return prove_without


def _mended_in_place(path: Path, key: bytes) -> Path:
    """Saves what can be read, and keeps the damaged file no longer than that takes."""
    damaged = set_aside(path, key)
    for file in (damaged, log_of(damaged)):
        file.unlink(missing_ok=True)
    return damaged


PROMISE = Promise(
    number=4,
    title="Damage",
    says="A damaged journal is kept, and every call that can be read in it reaches the campaign.",
    trials=(
        Trials("journals", prove, quick=200, full=2_000, share=10 * A_JOURNAL),
        Trials("other versions and keys", not_ours.prove, quick=20, full=200),
    ),
    controls=(
        Control("moving the damaged file aside", _without("set_aside", _mended_in_place), within=20),
        Control("the salvage", _without("refill", lambda connection, found: None), within=20),
        Control("the look at every page", _without("is_damaged", lambda *_: False), within=60),
        Control("the look at the version", _without("SCHEMA", not_ours.NEWEST, not_ours.prove), within=10),
        Control(
            "the key's fingerprint",
            _without("read_fingerprint", lambda path: "", not_ours.prove, journal_file),
            within=20,
        ),
        Control(
            "the export of a newer one's damaged file",
            _without("version_of", lambda *_: 0, not_ours.prove, journal_peek),
            within=10,
        ),
    ),
)
