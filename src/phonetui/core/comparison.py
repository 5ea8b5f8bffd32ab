"""One version of a script against another: whether more than chance lies between two shares, and how sure that is."""

from __future__ import annotations

from math import ceil, erfc, exp, lgamma, sqrt
from typing import Literal

from msgspec import Struct

#: How often chance alone may pass for a difference, in all that is compared at once.
LEVEL = 0.05
#: How often a difference that matters is to be found.
POWER = 0.8
#: The least difference between two shares for which an organiser would change a script.
MATTERS = 0.10
#: With fewer than this expected in a cell of the table, the normal distribution is too coarse.
#: W. G. Cochran, Some methods for strengthening the common chi-square tests, Biometrics 10 (1954), 417-451.
FEW = 5

Verdict = Literal["differs", "alike", "too little"]


class Part(Struct, frozen=True):
    """So many of so many."""

    part: int
    whole: int

    @property
    def share(self) -> float:
        """The part for each one of the whole, which is not nothing."""
        return self.part / self.whole


class Comparison(Struct, frozen=True):
    """Two shares against each other. `more` are how many each still lacks before a difference that matters shows."""

    first: Part
    second: Part
    verdict: Verdict
    more: tuple[int, int] = (0, 0)


def compare(first: Part, second: Part, among: int = 1) -> Comparison:
    """What can be said of the two shares, which are one of `among` pairs that are looked at together.

    Of each pair of `among` chance may pass for a difference only so often that it does in `LEVEL` of all looks, by
    Bonferroni's inequality: O. J. Dunn, Multiple comparisons among means, Journal of the American Statistical
    Association 56 (1961), 52-64. Neither whole may be nothing.
    """
    level = LEVEL / among
    if chance(first, second) < level:
        return Comparison(first, second, "differs")
    wanted = needed((first.part + second.part) / (first.whole + second.whole), level)
    more = (max(wanted - first.whole, 0), max(wanted - second.whole, 0))
    return Comparison(first, second, "too little" if any(more) else "alike", more)


def chance(first: Part, second: Part) -> float:
    """How often chance alone would make two equal shares differ by as much, in either direction.

    The test of two proportions with their pooled variance, which for two groups is Pearson's chi-square: K. Pearson,
    Philosophical Magazine, series 5, 50 (1900), 157-175. With few it is Fisher's exact test.
    """
    parts, wholes = first.part + second.part, first.whole + second.whole
    if min(parts, wholes - parts) * min(first.whole, second.whole) < FEW * wholes:
        return exact(first, second)
    pooled = parts / wholes
    deviation = sqrt(pooled * (1 - pooled) * (1 / first.whole + 1 / second.whole))
    return erfc(abs(first.share - second.share) / deviation / sqrt(2))


def exact(first: Part, second: Part) -> float:
    """The same by Fisher's exact test: of all tables with these margins, those that are no likelier than this one.

    R. A. Fisher, The logic of inductive inference, Journal of the Royal Statistical Society 98 (1935), 39-82.
    """
    parts = first.part + second.part
    fewest, most = max(0, parts - second.whole), min(parts, first.whole)
    wholes = _log_ways(first.whole + second.whole, parts)
    likely = [
        exp(_log_ways(first.whole, part) + _log_ways(second.whole, parts - part) - wholes)
        for part in range(fewest, most + 1)
    ]
    this_one = likely[first.part - fewest] * (1 + 1e-9)  # tables that are as likely differ in the last digits
    return min(sum(one for one in likely if one <= this_one), 1.0)


def needed(share: float, level: float = LEVEL) -> int:
    """How many each of two groups wants, so that a difference of `MATTERS` around the share is found with `POWER`.

    J. L. Fleiss, Statistical methods for rates and proportions, second edition (1981), formula 3.14.
    """
    low = min(max(share - MATTERS / 2, 0.0), 1 - MATTERS)
    high = low + MATTERS
    middle = (low + high) / 2
    apart = _deviations(level / 2) * sqrt(2 * middle * (1 - middle))
    aside = _deviations(1 - POWER) * sqrt(low * (1 - low) + high * (1 - high))
    return ceil(((apart + aside) / MATTERS) ** 2)


def _log_ways(whole: int, part: int) -> float:
    """The logarithm of the number of ways to choose so many of so many."""
    return lgamma(whole + 1) - lgamma(part + 1) - lgamma(whole - part + 1)


def _deviations(above: float) -> float:
    """The deviations above which the normal distribution has this much, found by halving."""
    low, high = 0.0, 40.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if erfc(middle / sqrt(2)) / 2 > above else (low, middle)
    return low
