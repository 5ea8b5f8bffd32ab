"""Promise 2: a power cut at any moment loses nothing that was saved.

What the product's own code writes and syncs in a caller's shifts is recorded, and cut off anywhere: each trial is one
of the states in which a disk could be left, opened by the product's own code.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import groupby
from pathlib import Path
from random import Random

import msgspec
from msgspec import Struct

from phonetui.client.journal import Journal
from phonetui.client.journal_key import fingerprint_file
from phonetui.core.refusal import Refused
from tests.client.people import KEY, NOON, entry
from tests.torture.disk import LEFT, Disk
from tests.torture.promise import Control, Findings, Promise, Trials
from tests.torture.strace import Call, traced
from tests.torture.traced_disk import TracedDisk
from tests.torture.traced_shifts import SAVED, State, found, journal_of, wrapped_key_of

REPOSITORY = Path(__file__).parents[2]
#: States that are made of one recording of two sittings, the second on the disk that a cut of the first left.
STATES = 250
HOME = Path("home")

#: What lies in a caller's folder once the journal is closed.
_NAMES = {journal_of(HOME).name, fingerprint_file(journal_of(HOME)).name, wrapped_key_of(HOME).name}

Files = dict[Path, bytes]


class Sitting(Struct, frozen=True):
    """What was written on a disk that held `files` and lay at `at`, and what was found after each thing done."""

    at: Path
    files: Files
    calls: tuple[Call, ...]
    states: tuple[State, ...]


class Cut(Struct, frozen=True):
    """A disk after a cut, and what may be found on it: what had been saved, or what was just being saved."""

    files: Files
    may_be: tuple[State, ...]
    where: str


def prove(seeds: Sequence[int], without: str = "") -> Findings:
    """Opens a cut disk for each seed; `without` names a safeguard that the product is to do without."""
    findings = Findings()
    for recording, of in groupby(seeds, lambda seed: seed // STATES):
        findings += _prove_recording(recording, list(of), without)
    return findings


def _prove_many(seeds: Sequence[int], without: str) -> Findings:
    """Fifty cuts a seed, all of one recording: what only a few of them show is not recorded anew for each."""
    return prove([STATES * seed + state for seed in seeds for state in range(50)], without)


def _prove_recording(recording: int, seeds: Sequence[int], without: str) -> Findings:
    random = Random(recording)
    first = _sit({}, random.random(), without)
    (base,) = _cuts(first, [random.randrange(1 << 32)])
    broken = _opened(base)
    if broken:
        return Findings(1, 1, (f"recording {recording}: {broken}",))
    sittings = (first, _sit(base.files, random.random(), without))
    failures: list[str] = []
    for half, sitting in enumerate(sittings):
        mine = [seed for seed in seeds if seed % 2 == half]
        for seed, cut in zip(mine, _cuts(sitting, mine), strict=True):
            failures += [f"seed {seed}: {broken}" for broken in [_opened(cut)] if broken]
    return Findings(len(seeds), len(seeds), tuple(failures))


def _sit(files: Files, seed: float, without: str) -> Sitting:
    with _folder() as folder:
        disk = folder / "disk"
        _write(disk, files)
        environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
        command = [sys.executable, "-m", "tests.torture.traced_shifts", str(disk / HOME), str(seed), without]
        told, calls = traced(command, environment, folder / "trace")
        return Sitting(disk, files, calls, msgspec.json.decode(told, type=tuple[State, ...]))


# -- cutting -----------------------------------------------------------------------------------------------------------


def _cuts(sitting: Sitting, seeds: Sequence[int]) -> Iterator[Cut]:
    """A cut for each seed, in their order."""
    randoms = [Random(seed) for seed in seeds]
    places = _places(sitting, randoms)
    cuts: dict[int, Cut] = {}
    disk, things = Disk(sitting.files), 0
    traced_disk = TracedDisk(disk, sitting.at)
    for place, call in enumerate(sitting.calls):
        traced_disk.play(call)
        things += _tells(call)
        for trial in (trial for trial, at in enumerate(places) if at == place):
            cuts[trial] = _cut(sitting, disk, things, place, randoms[trial])
    return (cut for _, cut in sorted(cuts.items()))


def _places(sitting: Sitting, randoms: Sequence[Random]) -> list[int]:
    """The call after which each cut comes: just after something was said to be saved, while opening, or anywhere."""
    told = [place for place, call in enumerate(sitting.calls) if _tells(call)]
    at = os.fsencode(sitting.at)
    first = next(
        place
        for place, call in enumerate(sitting.calls)
        if any(isinstance(argument, bytes) and argument.startswith(at) for argument in call.arguments)
    )
    ranges = (told, told, range(first, told[0]), range(first, told[-1]), range(first, told[-1]))
    return [random.choice(random.choice(ranges)) for random in randoms]


def _tells(call: Call) -> bool:
    return call.name == "write" and call.arguments[:2] == ("2", SAVED)


def _cut(sitting: Sitting, disk: Disk, things: int, place: int, random: Random) -> Cut:
    left = random.choice(LEFT)
    begun = sitting.states[0] if sitting.files else State()
    before = sitting.states[things - 1] if things else begun
    where = f"after {things} things and {place} of {len(sitting.calls)} calls, of what was not synced “{left}” there"
    return Cut(disk.cut(left, random), (before, *sitting.states[things : things + 1]), where)


# -- looking -----------------------------------------------------------------------------------------------------------


def _opened(cut: Cut) -> str:
    """What is wrong with what the product finds after the cut; empty where nothing is."""
    with _folder() as folder:
        _write(folder, cut.files)
        try:
            state = asyncio.run(_start(folder / HOME))
        except Refused as refused:
            return f"{cut.where}: {str(refused).replace(str(folder), '')}"
        journal = journal_of(folder / HOME)
        others = {path.name for path in journal.parent.iterdir() if path.suffix != ".new"} - _NAMES
    if others:
        return f"{cut.where}: beside the journal lies {', '.join(sorted(others))}"
    return "" if state in cut.may_be else f"{cut.where}: {_difference(state, cut.may_be)}"


async def _start(home: Path) -> State:
    """What a start finds, once it has been seen that one can go on calling."""
    journal = await Journal.open(journal_of(home), KEY)
    try:
        await journal.expire(NOON)
        state = await found(home, journal)
        complaints = await journal.complaints()
        if complaints:
            raise Refused(f"the journal's pages are wrong: {'; '.join(complaints)}")
        await journal.record(entries=[entry(state.loaded.next_seq)], call=b"")
    finally:
        await journal.close()
    return state


def _difference(state: State, may_be: Sequence[State]) -> str:
    wrong = [name for name, part in _parts(state).items() if part not in [_parts(each)[name] for each in may_be]]
    return f"not as it was saved: {', '.join(wrong) or 'one half of what was being saved is there'}"


def _parts(state: State) -> dict[str, object]:
    return {**msgspec.structs.asdict(state.loaded), "accounts": state.accounts, "wrapped key": state.wrapped}


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder in memory where there is one: what is opened there need not survive anything."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(prefix="phonetui-cut-", dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


def _write(folder: Path, files: Files) -> None:
    folder.mkdir(exist_ok=True)
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)


PROMISE = Promise(
    number=2,
    title="Power cuts",
    says="After a power cut at any moment everything that was saved is there, whole.",
    trials=(Trials("disks", prove, quick=2_000, full=10_000, share=STATES),),
    controls=(
        Control("the sync of each commit", partial(prove, without="commit"), within=50),
        Control("one transaction a key", partial(_prove_many, without="transaction"), within=10),
        Control("the sync of a file before it takes its name", partial(prove, without="file"), within=50),
        Control("the sync of a folder that was made", partial(prove, without="folder"), within=50),
    ),
)
