"""The server runs its connections by itself, every so many minutes."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from phonetui.core.push import Outgoing
from phonetui.server import connections
from phonetui.server.connectors.connector import SystemDown
from phonetui.server.own_runs import OwnRuns
from phonetui.server.push_status import next_run
from phonetui.server.supervising_tables import audit
from tests.server.connectors.evening import NAME
from tests.server.connectors.shift import Shift
from tests.server.connectors.small import THEIRS, Small, install, person


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Small:
    """Somebody is on the list."""
    made = Small()
    install(monkeypatch, made)
    made.people = [person(9)]
    return made


@pytest.fixture
def shift(url: str, tmp_path: Path, small: Small) -> Shift:
    """A connection that runs every ten minutes."""
    return Shift(url, tmp_path, small, source=f"{THEIRS}every: 10\n")


def runs(shift: Shift) -> OwnRuns:
    return OwnRuns(shift.engine, shift.office)


def test_a_run_pushes_and_pulls_when_it_is_due(shift: Shift) -> None:
    shift.saved("1")
    shift.clock.passes(minutes=9)
    runs(shift).run_due()
    assert shift.small.calls == 0
    shift.clock.passes(minutes=1)
    runs(shift).run_due()
    runs(shift).run_due()
    assert shift.small.calls == 1
    status = shift.status()
    assert (status.pushed, status.pulled_at, status.said) == (1, shift.clock(), "")
    assert status.next_run is not None
    assert (status.next_run - shift.clock()).total_seconds() == 600
    with shift.engine.connect() as connection:
        assert [row.action for row in connection.execute(audit.select())] == ["connected"]


def test_after_a_system_was_down_runs_are_further_apart(shift: Shift) -> None:
    def meets(one: Outgoing, after: bool) -> None:
        raise SystemDown("Small did not answer.")

    shift.small.meets = meets
    shift.saved("1")
    pauses = []
    office = shift.office
    for _ in range(6):
        shift.clock.passes(hours=1)
        OwnRuns(shift.engine, office).run_due()
        with shift.engine.connect() as connection:
            at = next_run(connections.find(connection, NAME))
        assert at is not None
        pauses.append((at - shift.clock()).total_seconds())
    assert all(600 <= pause <= 1800 for pause in pauses)
    assert shift.status().said == "Small did not answer."


def test_a_secret_that_is_missing_is_said(shift: Shift) -> None:
    shift.environment.clear()
    shift.clock.passes(minutes=10)
    runs(shift).run_due()
    assert shift.status().said == (
        "Give the key of Small: phonetui server connect there secret key, or set PHONETUI_CONNECT_THERE_KEY in the "
        "environment."
    )


def test_a_fault_of_a_connector_ends_no_other_run(shift: Shift, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shift.small, "people", None)
    shift.clock.passes(minutes=10)
    runs(shift).run_due()
    assert shift.status().said == "phonetui itself failed (TypeError); the server's log says where."


def test_a_stopping_server_stops_a_run_at_once(shift: Shift, monkeypatch: pytest.MonkeyPatch) -> None:
    told = threading.Event()

    def meets(one: Outgoing, after: bool) -> None:
        if not after:
            told.set()
            shift.small.made[-1].setup.wait(3600)

    shift.small.meets = meets
    outcome = shift.saved("1")
    shift.clock.passes(minutes=10)
    monkeypatch.setattr("phonetui.server.own_runs.LOOK_EVERY", 0.01)
    with runs(shift).beside():
        assert told.wait(30)
    assert shift.states() == {outcome.id: "sending"}
    shift.small.meets = lambda one, after: None
    shift.push()
    assert shift.states() == {outcome.id: "pushed"}
