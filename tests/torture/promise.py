"""A promise, the trials that prove it, and the same trials with a safeguard removed, which must fail."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct


class Findings(Struct, frozen=True):
    """What came of some trials: each failure is a sentence with the seed that brings it about again."""

    trials: int = 0
    faults: int = 0
    failures: tuple[str, ...] = ()

    def __add__(self, other: Findings) -> Findings:
        return Findings(self.trials + other.trials, self.faults + other.faults, self.failures + other.failures)


#: Makes one trial a seed. What goes wrong in a trial is a failure in the findings; what cannot be tried is raised.
Proof = Callable[[Sequence[int]], Findings]


class Trials(Struct, frozen=True):
    """Trials of one kind: so many in a quick run, so many in a full one, handed out in shares of at most `share`."""

    name: str
    prove: Proof
    quick: int
    full: int
    share: int = 1_000_000


class Control(Struct, frozen=True):
    """The same trials without one safeguard. Among the first `within` of them at least one has to fail."""

    without: str
    prove: Proof
    within: int


class Promise(Struct, frozen=True):
    """One line of the table. `alone`: it compares times, so nothing else may run beside it."""

    number: int
    title: str
    says: str
    trials: tuple[Trials, ...]
    controls: tuple[Control, ...]
    alone: bool = False
