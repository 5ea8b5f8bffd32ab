"""`scripts/bench [NAME…]`: measures what is named, else everything, and prints one JSON line a figure."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator

from scripts.benchmarks import (
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
from scripts.benchmarks.figure import Figure

BENCHMARKS: dict[str, Callable[[], Iterator[Figure]]] = {
    "start": start.figures,
    "keys": keys.figures,
    "commit": commit.figures,
    "memory": memory.figures,
    "wire": wire.figures,
    "import": importing.figures,
    "lease": lending.figures,
    "exchange": exchanging.figures,
    "supervise": supervising.figures,
    "report": reporting.figures,
    "sip": sip.figures,
    "power": power.figures,
    "calls-per-hour": calls_per_hour.figures,
}


def main() -> None:
    """Runs the benchmarks one after the other."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"what to measure: {', '.join(BENCHMARKS)}")
    names = parser.parse_args().names or list(BENCHMARKS)
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"there is no benchmark {unknown[0]}; there are {', '.join(BENCHMARKS)}")
    for name in names:
        for figure in BENCHMARKS[name]():
            print(figure.line(), flush=True)


if __name__ == "__main__":
    main()
