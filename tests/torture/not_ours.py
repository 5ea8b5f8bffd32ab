"""Journals of another version or key: a newer one's, which may be damaged too, an older or odd one's, another key's."""

from __future__ import annotations

import asyncio
from argparse import Namespace
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from unittest.mock import patch

import msgspec

from phonetui.client import journal_mending
from phonetui.client.account import journal_path, save_account
from phonetui.client.clock import SystemClock
from phonetui.client.credentials import SecretsInMemory
from phonetui.client.folders import folders_in
from phonetui.client.journal_key import fingerprint_file
from phonetui.client.journal_mending import log_of
from phonetui.client.journal_refusals import JournalRefused, JournalTooNew, WrongKey
from phonetui.client.journal_tables import SCHEMA, STEPS
from phonetui.client.sign_in import Laptop
from phonetui.commands import call_screen
from phonetui.commands.outbox import export_outbox
from phonetui.core.refusal import Refused
from phonetui.server.outbox_import import read_outbox
from tests.client.people import KEY
from tests.client.test_sending import DANA
from tests.torture.journal_start import around, content, folder, lay_down, named, start
from tests.torture.promise import Findings
from tests.torture.spoiled import Journal, Spoiled

#: What a later version may do to the tables; any of it, and then it names its version.
CHANGES = (
    "ALTER TABLE events ADD COLUMN mood TEXT",
    "ALTER TABLE leases ADD COLUMN mood TEXT NOT NULL DEFAULT 'good'",
    "CREATE TABLE moods (name TEXT PRIMARY KEY)",
)
#: The newest version there will be.
NEWEST = SCHEMA + 99
#: Versions that never were.
ODD = (0, -1, -(2**31))


def prove(seeds: Sequence[int]) -> Findings:
    """Starts on a journal of each kind in turn, a seed each."""
    return sum((_prove(seed) for seed in seeds), Findings())


def _prove(seed: int) -> Findings:
    random, (kind, trial) = Random(seed), list(TRIALS.items())[seed % len(TRIALS)]
    with folder() as home:
        try:
            failures = tuple(trial(home, random))
        except Refused as refused:
            failures = (str(refused).replace(str(home), ""),)
    return Findings(1, 1, tuple(f"seed {seed}, {kind}: {wrong}" for wrong in failures))


def _of_version(random: Random, version: int) -> Journal:
    """A shift's journal, in the end changed to what another version might have written."""
    changes = random.sample(CHANGES, random.randint(0, len(CHANGES))) if version > SCHEMA else []
    with folder() as elsewhere:
        return Journal(elsewhere / "fall.journal", random, (*changes, f"PRAGMA user_version = {version}"))


def _refused(path: Path, key: bytes, why: type[JournalRefused]) -> Iterator[str]:
    try:
        damaged, *_ = start(path, key=key)
    except JournalRefused as refused:
        if str(refused) != str(why.of(path)):
            yield f"it is refused with: {refused}"
    else:
        yield f"it is opened, and {damaged.name if damaged else 'nothing'} moved aside"


# -- a newer version's -------------------------------------------------------------------------------------------------


def _newer(home: Path, random: Random) -> Iterator[str]:
    journal = _of_version(random, random.randint(SCHEMA + 1, NEWEST))
    yield from _left_to_the_newer(home, journal, journal.file, journal.log, set(journal.unsent))


def _newer_and_damaged(home: Path, random: Random) -> Iterator[str]:
    journal = _of_version(random, random.randint(SCHEMA + 1, NEWEST))
    spoiled = Spoiled(journal, random)
    while spoiled.content == (journal.file, journal.log) or not spoiled.keeps(journal, [journal.places[1][:2]]):
        spoiled = Spoiled(journal, random)  # without its first page nothing says that it is a newer one
    yield from _left_to_the_newer(home, journal, *spoiled.content, set(spoiled.untouched(journal)))


def _left_to_the_newer(home: Path, journal: Journal, file: bytes, log: bytes, readable: set[str]) -> Iterator[str]:
    """It is refused, nothing of it changes, and whatever is `readable` in it can be exported."""
    path = journal_path(folders_in(home), DANA, "fall")
    lay_down(path, file, log)
    before = around(path)
    yield from _refused(path, KEY, JournalTooNew)
    exported = _exported(home) if readable else {}
    if lost := readable - set(exported):
        yield f"not exported: {named(lost)}"
    if made_up := set(exported.values()) - {made.body for made in journal.recorded.values()}:
        yield f"exported are {len(made_up)} events that were never recorded so"
    if around(path) != before:
        yield "it is not as it was"


def _exported(home: Path) -> dict[str, bytes]:
    """By their ids, the events that `phonetui outbox export` writes and a campaign server reads."""
    file, secrets = home / "outbox.jsonl", SecretsInMemory()
    laptop = Laptop(folders_in(home), secrets, SystemClock().new_id)
    save_account(laptop.folders, DANA)
    asyncio.run(secrets.put(f"journal key {DANA.key_id}", b64encode(KEY).decode()))
    asyncio.run(secrets.put(f"token {DANA.device_id}", "a token"))
    with patch.object(call_screen, "this_laptop", lambda: laptop):
        export_outbox(Namespace(account=None, file=file))
    bodies = (bytes(line.event) for line in read_outbox(file).lines)
    return {msgspec.json.decode(body)["id"]: body for body in bodies}


# -- an older version's, and one of a version that never was -----------------------------------------------------------


def _older(home: Path, random: Random) -> Iterator[str]:
    """A newer phonetui brings it up to date without a word."""
    path = home / "fall.journal"
    journal = _of_version(random, SCHEMA)
    lay_down(path, journal.file, journal.log)
    steps = (*STEPS, *((change,) for change in random.sample(CHANGES, random.randint(1, len(CHANGES)))))
    with patch.object(journal_mending, "STEPS", steps), patch.object(journal_mending, "SCHEMA", len(steps)):
        damaged, found, _ = start(path)
    if damaged is not None:
        yield "it is taken for damaged"
    if found != journal.unsent:
        yield f"lost are {named(set(journal.unsent) - set(found))}"


def _odd(home: Path, random: Random) -> Iterator[str]:
    """Nobody can say what is in it, so it is kept as it is."""
    path = home / "fall.journal"
    journal = _of_version(random, random.choice(ODD))
    lay_down(path, journal.file, journal.log)
    damaged, found, _ = start(path)
    if damaged is None:
        yield "nothing was said"
    elif (content(damaged), content(log_of(damaged))) != (journal.file, journal.log):
        yield f"{damaged.name} is not the file as it was"
    if found != journal.unsent:
        yield f"lost are {named(set(journal.unsent) - set(found))}"


# -- another key's -----------------------------------------------------------------------------------------------------


def _another_key(home: Path, random: Random) -> Iterator[str]:
    """Sound or damaged, it is told as another key's and left as it is; if sound, without its fingerprint as well."""
    path = home / "fall.journal"
    journal = _of_version(random, SCHEMA)
    is_damaged = random.random() < 0.5
    lay_down(path, *(Spoiled(journal, random).content if is_damaged else (journal.file, journal.log)))
    if random.random() < 0.5:
        fingerprint_file(path).unlink()
    before = around(path)
    yield from _refused(path, random.randbytes(len(KEY)), WrongKey)
    if around(path) != before:
        yield "it is not as it was"


TRIALS: Mapping[str, Callable[[Path, Random], Iterator[str]]] = {
    "newer": _newer,
    "newer and damaged": _newer_and_damaged,
    "older": _older,
    "odd": _odd,
    "another key": _another_key,
}
