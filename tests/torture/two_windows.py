"""Promise 5: two starts at once leave one owner; the other is told so at once, and a kill leaves nothing in the way.

The journal is opened by real processes at one moment; some of the trials start the application itself in terminals.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess
from pathlib import Path
from random import Random
from unittest.mock import patch

from phonetui.client import journal_connection, journal_lock
from phonetui.client import journal_reading as reading
from phonetui.client.journal import Journal
from phonetui.client.journal_file import JournalFile
from phonetui.core.refusal import Refused
from tests.client.people import KEY, entry
from tests.terminal import Terminal
from tests.torture.laptop import offline
from tests.torture.promise import Control, Findings, Promise, Trials

#: Seconds within which the other window has to be told.
AT_ONCE = 2.0
#: Seconds after which a process will not answer any more.
PATIENCE = 30.0
OWNER = "owner"
IN_USE = "Another phonetui has the calls in"
A_VOTER = "? help"


class Window:
    """A process that opens the journal when it is told to, and says what came of it and how long that took."""

    def __init__(self, path: Path) -> None:
        self._end, theirs = get_context("fork").Pipe()
        self.process: ForkProcess = get_context("fork").Process(target=_window, args=(path, theirs))
        self.process.start()
        theirs.close()

    def tell(self, word: object) -> None:
        """`open` at this moment, `call` with this seq, or `close`."""
        self._end.send(word)

    def answer(self) -> tuple[str, float]:
        """What it says to the word before."""
        if not self._end.poll(PATIENCE):
            raise Refused(f"A window does not answer within {PATIENCE:.0f} seconds.")
        said: tuple[str, float] = self._end.recv()
        return said

    def ends(self, how: str) -> None:
        """In order, or by a kill."""
        if how == "kill":
            self.process.kill()
        else:
            with suppress(BrokenPipeError):
                self.tell("close")
        self.process.join(PATIENCE)


def _window(path: Path, end: Connection) -> None:
    asyncio.run(_in_window(path, end))


async def _in_window(path: Path, end: Connection) -> None:
    await asyncio.sleep(max(0.0, end.recv() - time.monotonic()))
    started = time.perf_counter()
    try:
        journal = await Journal.open(path, KEY)
    except Refused as refused:
        end.send((str(refused), time.perf_counter() - started))
        return
    end.send((OWNER, time.perf_counter() - started))
    while (seq := end.recv()) != "close":
        await journal.record(entries=[entry(seq)], call=b"")
        end.send(("saved", 0.0))
    await journal.close()


def prove(seeds: Sequence[int]) -> Findings:
    """Two or three processes a seed."""
    findings = Findings()
    for seed in seeds:
        with tempfile.TemporaryDirectory(prefix="phonetui-windows-") as folder:
            failures = tuple(_wrong(Path(folder) / "journals" / "fall.journal", Random(seed)))
        findings += Findings(1, 1, tuple(f"seed {seed}: {wrong.replace(folder, '')}" for wrong in failures))
    return findings


def _wrong(path: Path, random: Random) -> Iterator[str]:
    """What is wrong with a double start and with the start after it, as sentences."""
    calls = _left_behind(path, random.choice(("nothing", "closed", "kill", "kill")))
    how = random.choice(("close", "kill"))
    with _windows(path, random.choice((2, 2, 3))) as windows:
        opens_at = time.monotonic() + 0.02
        for window in windows:
            window.tell(opens_at + random.choice((0.0, random.uniform(0, 0.02))))
        answers = [window.answer() for window in windows]
        owners = [window for window, (said, _) in zip(windows, answers, strict=True) if said == OWNER]
        if len(owners) != 1:
            yield f"{len(owners)} windows have the journal: {[said for said, _ in answers]}"
        for said, seconds in answers:
            if said != OWNER and not said.startswith(IN_USE):
                yield f"the other window is told: {said}"
            if said != OWNER and seconds > AT_ONCE:
                yield f"the other window is told after {seconds:.1f} s"
        for owner in owners:
            calls += 1
            owner.tell(calls)
            owner.answer()
            owner.ends(how)
    found = _calls_in(path)
    if found != calls:
        yield f"after a {how} there are {found} calls, not {calls}"


def _left_behind(path: Path, how: str) -> int:
    """What lies there before: the number of calls in it."""
    if how == "nothing":
        return 0
    with _windows(path, 1) as (window,):
        window.tell(0.0)
        window.answer()
        window.tell(1)
        window.answer()
        window.ends(how)
    return 1


def _calls_in(path: Path) -> int:
    opened = JournalFile(path, KEY)
    try:
        return len(opened.run(reading.unsent))
    finally:
        opened.close()


@contextmanager
def _windows(path: Path, count: int) -> Iterator[list[Window]]:
    windows = [Window(path) for _ in range(count)]
    try:
        yield windows
    finally:
        for window in windows:
            window.process.kill()
            window.process.join()


# -- the application ---------------------------------------------------------------------------------------------------


def prove_in_terminals(seeds: Sequence[int]) -> Findings:
    """The real application twice, in two terminals."""
    findings = Findings()
    for seed in seeds:
        with tempfile.TemporaryDirectory(prefix="phonetui-windows-") as folder:
            failures = tuple(_wrong_in_terminals(Path(folder), Random(seed)))
        findings += Findings(1, 1, tuple(f"seed {seed}: {wrong.replace(folder, '')}" for wrong in failures))
    return findings


def _wrong_in_terminals(folder: Path, random: Random) -> Iterator[str]:
    laptop = offline(folder, 5)
    try:
        if random.random() < 0.5:
            with laptop.start() as killed:  # leaving the block kills it
                killed.sees(A_VOTER)
        with ExitStack() as ending:
            terminals = [ending.enter_context(laptop.start()) for _ in range(2)]
            for terminal in terminals:
                terminal.sees(lambda text: A_VOTER in text or IN_USE in _flat(text))
            owners = [terminal for terminal in terminals if A_VOTER in terminal.text]
            others = [terminal for terminal in terminals if terminal not in owners]
            if len(owners) != 1:
                yield f"{len(owners)} windows show a voter"
            for other in others:
                code = other.ends()
                if code != 1 or "Traceback" in other.text:
                    yield f"the other window ends with {code} and\n{other.text}"
            for owner in owners:
                yield from _wrong_with_owner(owner)
    except AssertionError as error:
        yield str(error)


def _wrong_with_owner(owner: Terminal) -> Iterator[str]:
    for shown in ("again to leave", ""):
        owner.press("q")
        owner.sees(shown)
    code = owner.ends()
    if code:
        yield f"the owner ends with {code} and\n{owner.text}"


def _flat(text: str) -> str:
    return " ".join(text.split())


# -- without the safeguard ---------------------------------------------------------------------------------------------


def _without_locks(seeds: Sequence[int]) -> Findings:
    shared = tuple(pragma for pragma in journal_connection.PRAGMAS if "exclusive" not in pragma)
    with (
        patch.object(journal_lock, "_lock", lambda descriptor: None),
        patch.object(journal_connection, "PRAGMAS", shared),
    ):
        return prove(seeds)


PROMISE = Promise(
    number=5,
    title="Two windows",
    says="Of two windows one has the calls and the other is told so at once; a kill leaves nothing in the way.",
    trials=(
        Trials("processes", prove, quick=16, full=180, share=45),
        Trials("the application", prove_in_terminals, quick=4, full=20, share=5),
    ),
    controls=(Control("the exclusive lock", _without_locks, within=20),),
)
