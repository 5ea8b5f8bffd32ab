"""A measured figure and the line that is printed of it."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

import msgspec
from msgspec import Struct


class Figure(Struct, frozen=True, kw_only=True):
    """One line of JSON. `against` names what was measured in the same run, with its value in the same unit.

    `met` is None where the figure is only reported, or was skipped.
    """

    figure: str
    value: float | None
    unit: str
    against: str
    ratio: float | None
    aim: str
    met: bool | None

    def line(self) -> str:
        """The figure as it is printed."""
        return msgspec.json.encode(self).decode()


def compared(
    figure: str, value: float, unit: str, against: str, other: float, *, at_most: float | None = None
) -> Figure:
    """A figure whose aim is a ratio to something else; without an aim it is only reported."""
    ratio = value / other
    return Figure(
        figure=figure,
        value=_rounded(value),
        unit=unit,
        against=f"{against}: {_rounded(other)} {unit}",
        ratio=_rounded(ratio),
        aim=f"≤ {at_most:g} ×" if at_most is not None else "reported",
        met=ratio <= at_most if at_most is not None else None,
    )


def bounded(
    figure: str,
    value: float,
    unit: str,
    against: str,
    other: float,
    *,
    at_most: float | None = None,
    at_least: float | None = None,
) -> Figure:
    """A figure whose aim is a number of its own unit, with the ratio to something else beside it."""
    if at_least is not None:
        aim, met = f"≥ {at_least:,g} {unit}", value >= at_least
    else:
        aim, met = f"≤ {at_most:,g} {unit}", at_most is not None and value <= at_most
    return Figure(
        figure=figure,
        value=_rounded(value),
        unit=unit,
        against=f"{against}: {_rounded(other)} {unit}",
        ratio=_rounded(value / other) if other else None,
        aim=aim,
        met=met,
    )


def skipped(figure: str, unit: str, why: str) -> Figure:
    """A figure that could not be measured here, and what it wants."""
    return Figure(figure=figure, value=None, unit=unit, against="", ratio=None, aim=f"skipped: {why}", met=None)


def percentile(samples: Sequence[float], share: float) -> float:
    """The sample that `share` of all are not above, by nearest rank."""
    ordered = sorted(samples)
    rank = -(-round(share * 10_000) * len(ordered) // 10_000)
    return ordered[max(rank, 1) - 1]


def median(samples: Sequence[float]) -> float:
    """The middle of the samples."""
    return statistics.median(samples)


def _rounded(value: float) -> float:
    """Three places are more than any of these figures can carry."""
    return round(value, 3)
