"""Runs proofs in several processes and says what came of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from math import ceil
from multiprocessing import get_context

from msgspec import Struct

from tests.torture.promise import Findings, Promise
from tests.torture.promises import promise

#: Shares a process, so that no process is left with a long one at the end.
SHARES = 4


class Report(Struct, frozen=True):
    """A promise's findings, and for each control that was tried whether it failed as it should."""

    promise: Promise
    found: Findings
    controls: dict[str, Findings]

    @property
    def kept(self) -> bool:
        """Whether the promise holds, and no control holds without its safeguard."""
        return not self.found.failures and all(control.failures for control in self.controls.values())

    @property
    def line(self) -> str:
        """The promise in a line."""
        found = self.found
        return (
            f"{self.promise.number:>2}  {self.promise.title:<24} {found.trials:>7,} trials {found.faults:>9,} faults "
            f"{len(found.failures):>4,} failures   {self._controls}"
        )

    @property
    def _controls(self) -> str:
        """How many fail as they should; where none was tried, what tries them."""
        if not self.controls:
            return "controls: scripts/test"
        failed = sum(bool(control.failures) for control in self.controls.values())
        return f"{failed} of {len(self.controls)} controls fail"

    def wrong(self) -> Iterator[str]:
        """What is wrong, a sentence each."""
        yield from self.found.failures
        for without, control in self.controls.items():
            if not control.failures:
                yield f"the control without {without} does not fail in {control.trials} trials: it proves nothing"


def run(modules: Sequence[str], *, quick: bool, jobs: int, seed: int) -> Iterator[Report]:
    """A report a promise, those that compare times after all others and alone.

    A quick run leaves the controls to the tests, of which each is one.
    Raises `Refused` where this computer lacks what a proof needs.
    """
    together = [name for name in modules if not promise(name).alone]
    alone = [name for name in modules if promise(name).alone]
    pool = ProcessPoolExecutor(jobs, mp_context=get_context("spawn"))
    try:
        waiting = [(name, _hand_out(pool, name, quick=quick, jobs=jobs, seed=seed)) for name in together]
        for name, shares in waiting:
            yield _report(name, shares)
    finally:
        pool.shutdown(cancel_futures=True)  # where one cannot be tried at all, nobody waits hours for the others
    for name in alone:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            yield _report(name, _hand_out(pool, name, quick=quick, jobs=1, seed=seed))


Shares = dict[tuple[str, int], list[Future[Findings]]]


def _hand_out(pool: ProcessPoolExecutor, name: str, *, quick: bool, jobs: int, seed: int) -> Shares:
    kept = promise(name)
    shares: Shares = {}
    for at, kind in enumerate(kept.trials):
        seeds = range(seed, seed + (kind.quick if quick else kind.full))
        size = max(1, min(kind.share, ceil(len(seeds) / (jobs * SHARES))))
        parts = [seeds[start : start + size] for start in range(0, len(seeds), size)]
        shares["trials", at] = [pool.submit(prove, name, at, part) for part in parts]
    for at, control in enumerate(() if quick else kept.controls):
        seeds = range(seed, seed + control.within)
        shares["controls", at] = [pool.submit(prove_control, name, at, seeds)]
    return shares


def _report(name: str, shares: Shares) -> Report:
    kept = promise(name)
    found = {key: sum((share.result() for share in parts), Findings()) for key, parts in shares.items()}
    return Report(
        kept,
        sum((findings for (kind, _), findings in found.items() if kind == "trials"), Findings()),
        {kept.controls[at].without: findings for (kind, at), findings in found.items() if kind == "controls"},
    )


def prove(name: str, at: int, seeds: Sequence[int]) -> Findings:
    """A share of a promise's trials, in a process of its own."""
    return promise(name).trials[at].prove(seeds)


def prove_control(name: str, at: int, seeds: Sequence[int]) -> Findings:
    """Trials without the safeguard, until the first that fails."""
    found = Findings()
    for seed in seeds:
        found += promise(name).controls[at].prove([seed])
        if found.failures:
            break
    return found
