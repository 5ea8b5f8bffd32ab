"""Prints one line a promise: trials, faults, failures, whether its controls fail as they should, the time so far.

A quick run leaves the controls to scripts/test.
"""

from __future__ import annotations

import os
import sys
import time
from argparse import ArgumentParser, Namespace

from phonetui.core.refusal import Refused
from tests.torture.promises import MODULES
from tests.torture.run import run
from tests.torture.served import POSTGRES

#: A process more than there are cores, since some proofs wait.
JOBS = (os.cpu_count() or 1) + 1
#: Failures shown of a promise; the rest is counted.
SHOWN = 10


def main() -> int:
    """The exit code: 1 where a promise is broken or a control proves nothing."""
    parser = ArgumentParser(prog="scripts/torture", description=__doc__)
    parser.add_argument("promise", nargs="*", choices=[*MODULES, []], metavar="PROMISE", help=", ".join(MODULES))
    parser.add_argument("--quick", action="store_true", help="the small counts, for every change, without the controls")
    parser.add_argument("--jobs", type=int, default=JOBS, help="processes at once")
    parser.add_argument("--seed", type=int, default=0, help="the first trial's seed")
    arguments = parser.parse_args()
    os.environ.pop("LC_ALL", None)
    os.environ["LC_MESSAGES"] = "C"  # the proofs read what is said in English, whatever the machine's language
    if POSTGRES not in os.environ:
        print(f"On SQLite alone: {POSTGRES} names no PostgreSQL server.", flush=True)
    try:
        return 1 if _broken(arguments) else 0
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 1


def _broken(arguments: Namespace) -> int:
    """How many promises are, each said in a line; raises `Refused` where this computer lacks what a proof needs."""
    broken, started = 0, time.perf_counter()
    for report in run(arguments.promise or MODULES, quick=arguments.quick, jobs=arguments.jobs, seed=arguments.seed):
        print(f"{report.line}   {time.perf_counter() - started:,.0f} s", flush=True)
        wrong = list(report.wrong())
        for sentence in wrong[:SHOWN]:
            print(f"      {sentence}")
        if len(wrong) > SHOWN:
            print(f"      and {len(wrong) - SHOWN} more")
        broken += not report.kept
    return broken


if __name__ == "__main__":
    sys.exit(main())
