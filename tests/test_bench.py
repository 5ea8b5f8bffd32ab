"""The benchmarks run and print what they should, in a size that says nothing about speed."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytest.importorskip("litestar")
pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the benchmarks read Linux's /proc")

from scripts.benchmarks import (  # noqa: E402
    calls_per_hour,
    commit,
    exchanging,
    importing,
    keys,
    lending,
    memory,
    power,
    reporting,
    sip,
    start,
    supervising,
    wire,
)
from scripts.benchmarks.__main__ import BENCHMARKS  # noqa: E402
from scripts.benchmarks.figure import Figure, bounded, compared, percentile  # noqa: E402

TINY: dict[Callable[..., Iterator[Figure]], dict[str, float]] = {
    start.figures: {"starts": 1},
    keys.figures: {"presses": 2, "left_alone": 0.3},
    commit.figures: {"commits": 3},
    memory.figures: {"starts": 1, "on_hand": 2, "unsent": 3, "left_alone": 0.01},
    wire.figures: {"calls": 1, "drained": 2, "minutes_before": 0.1},
    importing.figures: {"rows": 50},
    lending.figures: {"long": 200, "short": 100, "leases": 1},
    exchanging.figures: {"laptops": 1, "calls": 1, "rounds": 1, "voters": 200},
    supervising.figures: {"callers": 1, "voters": 200, "measured": 1.5},
    reporting.figures: {"calls": 60, "voters": 50, "rounds": 1},
    sip.figures: {"calls": 1},
    power.figures: {"calls": 1},
    calls_per_hour.figures: {"voters": 100},
}


def test_every_benchmark_is_tried() -> None:
    assert set(TINY) == set(BENCHMARKS.values())


@pytest.mark.parametrize("figures", TINY, ids=BENCHMARKS)
def test_a_benchmark_prints_one_line_a_figure(
    figures: Callable[..., Iterator[Figure]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(exchanging.POSTGRES, raising=False)
    lines = [json.loads(figure.line()) for figure in figures(**TINY[figures])]
    assert lines
    for line in lines:
        assert list(line) == ["figure", "value", "unit", "against", "ratio", "aim", "met"]
        assert line["value"] is None or line["value"] > 0


def test_an_aim_that_is_a_ratio_is_met_up_to_it() -> None:
    assert compared("frame", 130.0, "ms", "another", 100.0, at_most=1.3).met
    assert not compared("frame", 131.0, "ms", "another", 100.0, at_most=1.3).met
    assert compared("frame", 130.0, "ms", "another", 100.0) == Figure(
        figure="frame", value=130.0, unit="ms", against="another: 100.0 ms", ratio=1.3, aim="reported", met=None
    )


def test_an_aim_that_is_an_amount_is_met_by_the_amount_alone() -> None:
    assert bounded("memory", 300.0, "MiB", "the file", 1.0, at_most=300).met
    assert not bounded("memory", 300.1, "MiB", "the file", 1000.0, at_most=300).met
    assert bounded("import", 10_000.0, "rows/s", "csv", 1.0, at_least=10_000).aim == "≥ 10,000 rows/s"
    assert not bounded("import", 9_999.0, "rows/s", "csv", 1.0, at_least=10_000).met


def test_percentiles_are_samples_by_nearest_rank() -> None:
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert percentile([float(number) for number in range(1, 301)], 0.99) == 297.0
    assert percentile([7.0], 0.99) == 7.0


def test_the_script_can_be_run() -> None:
    assert os.access(Path(__file__).parent.parent / "scripts" / "bench", os.X_OK)
