"""A key takes no longer on a bad line than without a network, and what is unsent drains soon once there is one.

Two call screens are pressed in turn, so that whatever else this machine does meets both: one on the bad line, one whose
server cannot be reached. Then the other one's line returns.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from itertools import cycle
from pathlib import Path
from random import Random
from statistics import median, quantiles

from msgspec import Struct
from scripts.benchmarks.drawn import Drawn
from scripts.benchmarks.terminal import StopwatchTerminal
from sqlalchemy import func, select

from phonetui.client.backoff import LONGEST
from phonetui.server.engine import reading_engine
from phonetui.server.tables import accounts, events
from tests.torture.promise import Control, Findings, Promise, Trials
from tests.torture.served import Bank
from tests.torture.two_ways import TwoWays, two_ways

#: The callers: on the bad line, and cut off.
NAMES = ("Bad", "Cut")
#: How much longer a key may take on the bad line; and in how many seconds a shift's hundred outcomes are to drain.
AT_MOST = 1.5
DRAINED = 300.0
#: A hundred voters are on hand, four to a number: of each the results say that the others come next.
OUTCOMES, SHARED = 100, 4
#: A few outcomes drain in three to five seconds; in how many it is plain that they will not.
FEW, FEW_DRAINED = 4, 10.0
RESULTS = "rm"
TRY_NOW = b"\x1b[15~"
#: Seconds from a voter's last byte to the next key, more than those in which a key was meant for the voter before.
PAUSE = 0.3
#: Of times that are no worse than noise the third quarter is at most so many times the first.
SCATTER = 2.0
#: Seconds after the key that tries now in which the status may still tell of the wait before it.
A_TRY = 3.0
#: Seconds in which a screen is there, a caller has joined, or a status that must come is shown.
PATIENCE = 60.0
#: The status of a line that is cut: since when, what is unsent, when the next try is and the key that tries now.
CUT = re.compile(r"○ offline (?:since )?\d+:\d\d [ap]m · (\d+) unsent · .*\btry in (\d+) (s|min) [·/] F5")
#: And of one that has taken everything.
ALL_SENT = re.compile(r"(?:● online|◐ slow) · all sent · \d+ on hand")


class Plan(Struct, frozen=True):
    """Keys compared, how often where they scatter; outcomes that are to drain, and in how many seconds from the first
    try; and what the screens are started to do.
    """

    keys: int = 60
    tries: int = 3
    outcomes: int = OUTCOMES
    drained: float = DRAINED - LONGEST
    screen: str = "show"


def prove(plan: Plan, seeds: Sequence[int]) -> Findings:
    """A trial a seed: an evening of both callers, with all its keys and all that drains at its end."""
    return sum((_trial(plan, seed) for seed in seeds), Findings())


def _trial(plan: Plan, seed: int) -> Findings:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as ending:
        bank = Bank(Path(folder) / "server", None, SHARED * 120, shared=SHARED)
        ways = ending.enter_context(two_ways(bank, Random(seed)))
        _join(bank, ways, Path(folder))
        ways.spoil()
        ways.cut()
        bad, cut = (_Screen(ways, Path(folder) / name, plan.screen) for name in NAMES)
        for screen in (bad, cut):
            ending.callback(screen.close)
        try:
            for screen in (bad, cut):
                screen.wait_for_voter()
            wrong = (_compare(bad, cut, plan) or _sends(bad)) if plan.keys else []
            wrong += _drain(cut, ways, bank, plan) if plan.outcomes else []
        except TimeoutError as error:
            wrong = [str(error)]
        return Findings(1, ways.faults, tuple(f"seed {seed}: {sentence}" for sentence in wrong))


def _join(bank: Bank, ways: TwoWays, folder: Path) -> None:
    """Both callers join, each by the way that is to be theirs, and have voters on hand."""
    secret, environment = bank.invite(len(NAMES)), {**os.environ, **ways.environment}
    with ExitStack() as ending:
        joining = []
        for name, url in zip(NAMES, (ways.bad_url, ways.cut_url), strict=True):
            command = (sys.executable, "-m", "tests.torture.screen", str(folder / name), "join", url, secret, name)
            process = ways.run(partial(subprocess.Popen, command, env=environment))
            ending.callback(process.kill)
            joining.append(process)
        if any(process.wait(PATIENCE) for process in joining):
            raise RuntimeError("a caller could not join")


class _Screen:
    """A call screen in a terminal, and the seconds that its keys took."""

    def __init__(self, ways: TwoWays, folder: Path, what: str) -> None:
        command = (sys.executable, "-m", "tests.torture.screen", str(folder), what)
        self._terminal = ways.run(lambda: StopwatchTerminal(command, {**os.environ, **ways.environment}))
        self._results = cycle(RESULTS)
        self._drawn = Drawn()
        self._fed = 0
        self.pressed = 0
        self.seconds: list[float] = []

    def close(self) -> None:
        """End it."""
        self._terminal.__exit__(None, None, None)

    def wait_for_voter(self) -> None:
        """Returns once the first voter is there; raises `TimeoutError`."""
        self._terminal.until("· Space")
        self._terminal.settle(PAUSE)

    def press(self) -> None:
        """The next result, timed from the key to the last byte of the next voter."""
        time.sleep(max(0.0, self._terminal.last_byte + PAUSE - time.perf_counter()))
        self._terminal.settle(0)
        self._draw()
        answer = self._terminal.press(next(self._results), " saved for ")
        self.seconds.append(self._drawn.above_status(answer))
        self._fed = len(self._terminal.output)
        self.pressed += 1

    def try_now(self) -> None:
        """Presses the key that tries now."""
        self._terminal.type(TRY_NOW)

    def shows(self, wanted: Callable[[str], object], seconds: float) -> bool:
        """Whether the status comes to be as wanted within so many seconds."""
        until = time.perf_counter() + seconds
        while not (shown := wanted(self.status)) and time.perf_counter() < until:
            self._terminal.read_for(0.1)
        return bool(shown)

    @property
    def status(self) -> str:
        """What the last line says now."""
        self._draw()
        return self._drawn.rows[-1].strip()

    def _draw(self) -> None:
        self._drawn.feed(self._terminal.output[self._fed :])
        self._fed = len(self._terminal.output)


def _compare(bad: _Screen, cut: _Screen, plan: Plan) -> list[str]:
    """Why the keys on the bad line take too long; nothing where they do not."""
    for _ in range(plan.tries):
        first = len(cut.seconds)
        for _ in range(plan.keys):
            bad.press()
            cut.press()
        on_bad, on_cut = bad.seconds[first:], cut.seconds[first:]
        ratio = median(on_bad) / median(on_cut)
        if ratio <= AT_MOST:
            return []
        quarter, _, three_quarters = quantiles(on_cut)
        if three_quarters / quarter < SCATTER:
            break
    return [f"a key takes {ratio:.2f} times as long on the bad line as without a network"]


def _sends(bad: _Screen) -> list[str]:
    """What is wrong with the status of a bad line: it says online or slow, and in the end that all is sent."""
    if bad.shows(ALL_SENT.match, DRAINED - LONGEST):
        return []
    return [f"with {bad.pressed} results on the bad line the status says {bad.status}"]


def _drain(cut: _Screen, ways: TwoWays, bank: Bank, plan: Plan) -> list[str]:
    """What is wrong with the status of a line that is cut, or why what is unsent does not drain in time.

    When the line returns the next try may be as far away as it ever is. So that nobody waits for that here, the key
    that tries now is pressed, and the wait counted.
    """
    while cut.pressed < plan.outcomes:
        cut.press()
    if not cut.shows(lambda status: _tells_of_cut(status, cut.pressed), PATIENCE):
        return [f"with {cut.pressed} results and no network the status says {cut.status}"]
    ways.mend()
    cut.try_now()
    if not _drains(cut, plan.drained):
        late = f"do not drain within {plan.drained:g} seconds of the first try"
        return [f"{cut.pressed} outcomes {late}; the status says {cut.status}"]
    with reading_engine(bank.url).connect() as connection:
        of_caller = select(accounts.c.caller_id).where(accounts.c.name == NAMES[1]).scalar_subquery()
        stored = connection.execute(select(func.count()).where(events.c.caller_id == of_caller)).scalar_one()
    return [] if stored == cut.pressed else [f"of {cut.pressed} outcomes {stored} are stored"]


def _drains(cut: _Screen, seconds: float) -> bool:
    """Whether all is sent within so many seconds; waited for until the next try is known to come too late for it."""
    until = time.perf_counter() + seconds
    if cut.shows(ALL_SENT.match, min(A_TRY, seconds)):
        return True
    left = until - time.perf_counter()
    cut.shows(lambda status: ALL_SENT.match(status) or _wait(status) > until - time.perf_counter(), left)
    return ALL_SENT.match(cut.status) is not None


def _wait(status: str) -> int:
    """Seconds until the next try; 0 where the status tells of none."""
    told = CUT.match(status)
    return int(told[2]) * (60 if told[3] == "min" else 1) if told else 0


def _tells_of_cut(status: str, unsent: int) -> bool:
    """Whether it says how much is unsent, and when the next try is: never further away than the longest wait."""
    told = CUT.match(status)
    return told is not None and int(told[1]) == unsent and _wait(status) <= LONGEST


PROMISE = Promise(
    9,
    "A bad line",
    "A key takes no longer on a bad line than without a network, and a hundred outcomes drain within five minutes.",
    (Trials("600 ms, 50 kbit/s, 10 % lost", partial(prove, Plan()), quick=1, full=6),),
    (
        Control(
            "keys that wait for nothing", partial(prove, Plan(keys=2, tries=1, outcomes=0, screen="wait")), within=1
        ),
        Control(
            "connecting anew after an outage",
            partial(prove, Plan(keys=0, outcomes=FEW, drained=FEW_DRAINED, screen="give-up")),
            within=1,
        ),
    ),
    alone=True,
)
