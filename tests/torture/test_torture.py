"""A person reads from the table of promises whether to trust it: a broken promise and an empty proof both show."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from typing import Any

import pytest

from phonetui.core.refusal import Refused
from tests.torture import __main__, run
from tests.torture.promise import Control, Findings, Promise, Trials
from tests.torture.promises import MODULES, promise
from tests.torture.run import Report, prove_control

PROMISE = Promise(
    1,
    "Kills",
    "A kill loses nothing.",
    (Trials("kills", lambda seeds: Findings(1, 1), 1, 2),),
    (Control("a sync", lambda seeds: Findings(1, 1), 5),),
)


def test_a_promise_without_a_failure_whose_control_fails_is_kept() -> None:
    report = Report(PROMISE, Findings(60, 60), {"a sync": Findings(3, 3, ("lost",))})

    assert report.kept
    assert report.line == (
        " 1  Kills                         60 trials        60 faults    0 failures   1 of 1 controls fail"
    )


def test_one_failure_breaks_a_promise() -> None:
    report = Report(PROMISE, Findings(60, 60, ("seed 7: lost",)), {"a sync": Findings(3, 3, ("lost",))})

    assert not report.kept
    assert list(report.wrong()) == ["seed 7: lost"]


def test_a_control_that_does_not_fail_breaks_it_too() -> None:
    report = Report(PROMISE, Findings(60, 60), {"a sync": Findings(5, 5)})

    assert not report.kept
    assert list(report.wrong()) == ["the control without a sync does not fail in 5 trials: it proves nothing"]


def test_a_line_without_its_controls_says_who_tries_them() -> None:
    report = Report(PROMISE, Findings(60, 60), {})

    assert report.kept
    assert report.line == (
        " 1  Kills                         60 trials        60 faults    0 failures   controls: scripts/test"
    )


def test_a_quick_run_leaves_the_controls_to_the_tests_and_a_full_one_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    class Here(Executor):
        def submit(self, work: Callable[..., object], /, *given: object, **named: object) -> Future[Any]:
            tried.append(work.__name__)
            done: Future[Any] = Future()
            done.set_result(Findings(1, 1, ("lost",)) if work is prove_control else Findings(1, 1))
            return done

    monkeypatch.setattr(run, "promise", lambda name: PROMISE)
    monkeypatch.setattr(run, "ProcessPoolExecutor", lambda *_, **__: Here())

    assert [report.controls for report in run.run(["kills"], quick=True, jobs=1, seed=0)] == [{}]
    assert set(tried) == {"prove"}
    assert [report.kept for report in run.run(["kills"], quick=False, jobs=1, seed=0)] == [True]
    assert set(tried) == {"prove", "prove_control"}


def test_what_cannot_be_tried_on_this_computer_is_said_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def lacks(*_: object, **__: object) -> Iterator[Report]:
        raise Refused("strace is not on this computer; install the package strace.")

    monkeypatch.setattr(__main__, "run", lacks)
    monkeypatch.setattr(sys, "argv", ["torture", "--quick", "kills"])

    assert __main__.main() == 1
    assert capsys.readouterr().err == "strace is not on this computer; install the package strace.\n"


@pytest.mark.parametrize(
    ("module", "at"), [(module, at) for module in MODULES for at in range(len(promise(module).controls))]
)
def test_without_its_safeguard_each_promise_is_broken(module: str, at: int) -> None:
    found = prove_control(module, at, range(promise(module).controls[at].within))

    assert found.failures, f"held in {found.trials} trials"
