"""Voters are on a laptop as long as their stage says, and nowhere in the clear: looked for in every byte there is."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from unittest.mock import patch

import msgspec

from phonetui.client import journal_file
from phonetui.client.account import journals
from phonetui.client.clock import SystemClock
from phonetui.client.credentials import SecretsInMemory
from phonetui.client.log_out import log_out
from phonetui.client.opening import open_desk
from phonetui.client.sign_in import Laptop, SignedIn
from phonetui.demo.server import CAMPAIGN
from tests.torture import canary, canary_bank, canary_evening, journal_bytes
from tests.torture.canary_caller import CALLED, JOINED, LEAVING, OPENED, PURGE, SECURE_DELETE, Work
from tests.torture.canary_home import Home, Stage, look, on_hand
from tests.torture.promise import Control, Findings, Promise, Trials

UMASKS = (0, 0o22, 0o77, 0o777)
#: Calls of the shift that is killed, and of the one that is left in order.
FIRST_SHIFT, SECOND_SHIFT = (2, 40), (1, 10)
#: Where a kill comes, and within how many seconds after it.
MOMENTS = ((OPENED, 0.1), (CALLED, 0.01), (CALLED, 0.05), (LEAVING, 0.03))
#: Seconds in which a shift ends by itself.
PATIENCE = 120.0
#: A stage later what was acknowledged has gone, and a damaged journal too; not a day before it.
BEFORE, LATER = timedelta(days=6), timedelta(days=8)
#: Bytes of a journal that are overwritten, from its first: all else in it can be read still.
DAMAGE = 512
#: Failures of a trial that are told.
TOLD = 5


class LaterClock(SystemClock):
    """The same laptop some days later."""

    def __init__(self, later: timedelta) -> None:
        super().__init__()
        self._later = later

    def now(self) -> datetime:
        """The wall clock."""
        return super().now() + self._later


# -- a shift that is killed, one that is not, a week, and the log-out --------------------------------------------------


def prove(seeds: Sequence[int], *, without: str = "") -> Findings:
    """A kill a seed, at a moment that chance chooses."""
    found = Findings()
    with tempfile.TemporaryDirectory(prefix="phonetui-canaries-") as folder:
        prepared = Path(folder) / "prepared"
        canary_bank.prepare(prepared)
        for seed in seeds:
            wrong = list(dict.fromkeys(_trial(Path(folder) / str(seed), prepared, seed, without)))
            found += Findings(1, 1, tuple(f"seed {seed}: {each}" for each in wrong[:TOLD]))
    return found


def _trial(folder: Path, prepared: Path, seed: int, without: str) -> Iterator[str]:
    chance = random.Random(seed)
    home = Home(folder / "home")
    umask = UMASKS[seed % len(UMASKS)]
    with canary_bank.serving(prepared, folder / "server") as link:
        first = Work(seed, umask, chance.randint(*FIRST_SHIFT), link, without=without)
        signed_in = _killed(home, first, chance)
        yield from _in_the_clear(home, signed_in)
        second = msgspec.structs.replace(first, calls=chance.randint(*SECOND_SHIFT), signed_in=signed_in)
        with _working(home, second) as caller:
            if caller.wait(PATIENCE):
                yield f"the shift failed with {caller.returncode}"
    voters = asyncio.run(on_hand(home, signed_in))
    yield from look(home, signed_in, Stage("after the shift", voters, notes=True))
    if not without:
        yield from _after(home, signed_in, voters, chance)


def _after(home: Home, signed_in: SignedIn, voters: frozenset[int], chance: random.Random) -> Iterator[str]:
    """The journal is damaged, and moved aside at the next start; a week, and the log-out."""
    for journal in journals(home.folders, signed_in.account.server_url, signed_in.account.caller_id):
        with journal.open("r+b") as file:
            file.write(chance.randbytes(DAMAGE))
    for days, when in ((timedelta(), "after the damage"), (BEFORE, "six days later")):
        asyncio.run(_opens_and_leaves(home, signed_in, days))
        yield from look(home, signed_in, Stage(when, voters, notes=True))
        kept = b"".join(journal_bytes.readable(damaged, signed_in.key) for damaged in home.damaged())
        if not any(canary.search(kept)):
            yield f"{when}: nothing is kept of the damaged journal"
    asyncio.run(_opens_and_leaves(home, signed_in, LATER))
    yield from look(home, signed_in, Stage("a week later"))
    laptop = Laptop(home.folders, SecretsInMemory(), SystemClock().new_id)
    asyncio.run(log_out(laptop, signed_in))
    yield from look(home, signed_in, Stage("after the log-out"))
    left = [path.name for path in home.files() if path.is_file() and "journal" in str(path)]
    yield from (f"after the log-out {name} is left" for name in left)


def _in_the_clear(home: Home, signed_in: SignedIn) -> Iterator[str]:
    """After a kill everything may be in the journal still, and nothing anywhere else."""
    everybody = frozenset(range(canary.VOTERS))
    return look(home, signed_in, Stage("after the kill", everybody, notes=True))


def _killed(home: Home, work: Work, chance: random.Random) -> SignedIn:
    moment, within = chance.choice(MOMENTS)
    times = chance.randint(1, work.calls) if moment == CALLED else 1
    with _working(home, work) as caller:
        assert caller.stdout is not None
        signed_in = None
        for line in caller.stdout:
            if line.rstrip() == JOINED.encode():
                signed_in = msgspec.json.decode(caller.stdout.readline(), type=SignedIn)
            times -= line.rstrip() == moment.encode()
            if not times:
                break
        time.sleep(chance.uniform(0, within))
        caller.kill()
    assert signed_in is not None
    return signed_in


@contextmanager
def _working(home: Home, work: Work) -> Iterator[subprocess.Popen[bytes]]:
    """A caller in a process of its own, which is ended at the end."""
    command = [sys.executable, "-m", "tests.torture.canary_caller"]
    with subprocess.Popen(command, env=home.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as caller:
        assert caller.stdin is not None
        caller.stdin.write(msgspec.json.encode(work))
        caller.stdin.close()
        try:
            yield caller
        finally:
            caller.kill()


async def _opens_and_leaves(home: Home, signed_in: SignedIn, later: timedelta) -> None:
    """The call screen, without a line, some days later."""
    desk = await open_desk(home.folders, signed_in, CAMPAIGN, LaterClock(later))
    await desk.start()
    await desk.close()


def _without(safeguard: str) -> Callable[[Sequence[int]], Findings]:
    return partial(prove, without=safeguard)


def _with_damaged_ones_for_ever(seeds: Sequence[int]) -> Findings:
    with patch.object(journal_file, "forget_set_aside", lambda path, before: None):
        return prove(seeds)


# -- the application itself --------------------------------------------------------------------------------------------


def prove_application(seeds: Sequence[int]) -> Findings:
    """A first evening a seed, from the invitation to the log-out, in a real terminal."""
    found = Findings()
    with tempfile.TemporaryDirectory(prefix="phonetui-canaries-") as folder:
        prepared = Path(folder) / "prepared"
        canary_bank.prepare(prepared)
        for seed in seeds:
            wrong = list(dict.fromkeys(canary_evening.wrong(Path(folder) / str(seed), prepared, seed)))
            found += Findings(1, 0, tuple(f"seed {seed}: {each}" for each in wrong[:TOLD]))
    return found


PROMISE = Promise(
    number=11,
    title="Nothing stays",
    says="Voters leave the laptop when their stage ends, and are nowhere in the clear, kills or not.",
    trials=(
        Trials("kills", prove, quick=10, full=50),
        Trials("evenings", prove_application, quick=1, full=5),
    ),
    controls=(
        Control("the purge", _without(PURGE), within=2),
        Control("the end of damaged journals", _with_damaged_ones_for_ever, within=2),
        Control("secure_delete", _without(SECURE_DELETE), within=2),
    ),
)
