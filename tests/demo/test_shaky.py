"""The demo's line beside the screen: its plug, and what it tells in the end."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from random import Random

import pytest

from phonetui.client.view import Offered
from phonetui.core.refusal import Refused
from phonetui.demo import shaky
from phonetui.demo.shaky import RunningLine
from phonetui.demo.shaky_line import HOST, ShakyLine


@pytest.fixture
def line() -> ShakyLine:
    return ShakyLine(9, Random(1))


@pytest.fixture
def running(line: ShakyLine) -> Iterator[RunningLine]:
    running = RunningLine(line)
    yield running
    running.stop()


def test_the_line_is_where_the_caller_found_the_server_before(tmp_path: Path) -> None:
    with socket.create_server((HOST, 0)) as free:
        port: int = free.getsockname()[1]
    with ExitStack() as ending:
        former_url = f"http://{HOST}:{port}"
        assert shaky.start(tmp_path, f"http://{HOST}:9", former_url, ending).url == former_url


def test_an_address_that_is_taken_is_told(tmp_path: Path) -> None:
    with closing(socket.create_server((HOST, 0))) as taken, ExitStack() as ending:
        port = taken.getsockname()[1]
        with pytest.raises(Refused) as refused:
            shaky.start(tmp_path, f"http://{HOST}:9", f"http://{HOST}:{port}", ending)
    assert str(refused.value) == f"The demo in {tmp_path} cannot use its port {port}; is it open in another window?"


def test_the_plug_is_pulled_and_put_back(running: RunningLine, line: ShakyLine) -> None:
    running.listen(0)
    assert running.offered == Offered("pull plug")
    assert running.do() == "The plug is out; the same key puts it back. Go on calling."
    assert running.offered == Offered("plug in", "the plug is out")
    assert running.do() == "The plug is back in; F5 tries now."
    assert running.offered == Offered("pull plug")
    running.stop()
    assert not line.plug_out


def test_what_the_line_did_is_told_in_the_end(running: RunningLine, line: ShakyLine) -> None:
    line.met.update(["reset", "slice", "reset"])
    assert running.told(saved=12, stored=12) == (
        "The line met 3 faults: 2 × reset, 1 × slice.\n"
        "Results saved: 12. Results that the campaign's server has: 12, each once."
    )


def test_one_fault_is_one_fault(running: RunningLine, line: ShakyLine) -> None:
    line.met.update(["reset"])
    assert running.told(saved=2, stored=2).startswith("The line met 1 fault: 1 × reset.\n")


def test_what_had_not_come_through_is_told_too(running: RunningLine) -> None:
    assert running.told(saved=3, stored=1) == (
        "The line met 0 faults.\nResults saved: 3. Results that the campaign's server has: 1; "
        "the others were still on this laptop when you left."
    )
