"""The server runs its connections by itself, every so many minutes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from phonetui.core.push import Outgoing
from phonetui.server import connections, looks
from phonetui.server.connections import Kind
from phonetui.server.connectors.connector import PulledVoter, SystemBusy, SystemDown, WrongKey
from phonetui.server.own_runs import OwnRuns
from phonetui.server.push_status import due_at
from phonetui.server.supervising_tables import audit
from tests.server.connectors.evening import NAME
from tests.server.connectors.shift import Shift
from tests.server.connectors.small import THEIRS, Small, install, person

KINDS: tuple[Kind, ...] = ("push", "pull")


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
    for kind in KINDS:
        runs(shift).run_due(kind)
    assert (shift.small.calls, shift.status().pulled_at) == (0, None)
    shift.clock.passes(minutes=1)
    for kind in (*KINDS, *KINDS):
        runs(shift).run_due(kind)
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
        OwnRuns(shift.engine, office).run_due("push")
        with shift.engine.connect() as connection:
            at = due_at(connections.find(connection, NAME), "push", shift.clock())
        assert at is not None
        pauses.append((at - shift.clock()).total_seconds())
    assert all(600 <= pause <= 1800 for pause in pauses)
    assert shift.status().said == "Small did not answer."


@pytest.mark.parametrize("said", ["", "Small is busy.", "Small did not answer."])
def test_after_a_clock_that_was_ahead_runs_go_on_at_once(shift: Shift, small: Small, said: str) -> None:
    class Fails:
        def __iter__(self) -> Iterator[PulledVoter]:
            raise SystemBusy(said, 3600) if "busy" in said else SystemDown(said)

    people = small.people
    if said:
        small.people = Fails()  # type: ignore[assignment]
    shift.clock.passes(hours=48)
    for kind in KINDS:
        runs(shift).run_due(kind)
    assert (shift.status().pulled_at is None, shift.status().pull_said) == (bool(said), said)
    shift.clock.passes(hours=-47)
    small.people = people
    shift.saved("1")
    shift.clock.passes(minutes=11)
    now = shift.clock()
    for kind in KINDS:
        runs(shift).run_due(kind)
    assert (shift.status().pulled_at, shift.status().pushed_at, shift.status().pushed) == (now, now, 1)
    assert shift.status().next_run == now + timedelta(minutes=10)


def test_a_connection_that_was_added_by_a_clock_ahead_runs_and_rests_as_any(shift: Shift) -> None:
    shift.clock.passes(hours=-47)
    pulled = []
    for _ in range(3):
        runs(shift).run_due("pull")
        pulled.append(shift.status().pulled_at)
        shift.clock.passes(minutes=5)
    assert pulled[0] == pulled[1] == shift.clock() - timedelta(minutes=15)
    assert pulled[2] == shift.clock() - timedelta(minutes=5)


def test_a_secret_that_is_missing_is_said(shift: Shift) -> None:
    shift.environment.clear()
    shift.clock.passes(minutes=10)
    runs(shift).run_due("push")
    assert shift.status().said == (
        "Give the key of Small: phonetui server connect there secret key, or set PHONETUI_CONNECT_THERE_KEY in the "
        "environment."
    )


def test_a_fault_of_a_connector_ends_no_other_run(shift: Shift, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shift.small, "people", None)
    shift.clock.passes(minutes=10)
    runs(shift).run_due("pull")
    assert shift.status().pull_said == "phonetui itself failed (TypeError); the server's log says where."


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
        assert told.wait(120)
    assert shift.outbox() == {outcome.id: "sending"}
    shift.small.meets = lambda one, after: None
    shift.push()
    assert shift.outbox() == {outcome.id: "pushed"}


def test_results_do_not_wait_until_a_long_list_has_come(shift: Shift) -> None:
    told: list[str] = []

    class Long(list[PulledVoter]):
        """A list that is read for an hour."""

        def __iter__(self) -> Iterator[PulledVoter]:
            for nth in range(1, 4):
                yield person(nth)
                outcome = shift.saved(str(nth))
                shift.clock.passes(minutes=20)
                runs(shift).run_due("push")
                told.append(shift.outbox()[outcome.id])

    shift.small.people = Long()
    shift.clock.passes(minutes=10)
    runs(shift).run_due("pull")
    assert told == ["pushed"] * 3
    assert (shift.status().pulled_at, shift.status().said, shift.status().pull_said) == (shift.clock(), "", "")


def test_a_long_push_leaves_the_next_system_its_turn(shift: Shift) -> None:
    told: list[tuple[str, str]] = []

    def meets(one: Outgoing, after: bool) -> None:
        if after:
            told.append((shift.small.made[-1].setup.name, one.file_id))
            shift.clock.passes(minutes=6)

    shift.small.meets = meets
    with shift.engine.begin() as connection:
        connections.add(connection, "first", f"{THEIRS}every: 10\n", "first.yaml", shift.clock())
    shift.environment["PHONETUI_CONNECT_FIRST_KEY"] = "k"
    for file_id in ("1", "2", "3"):
        shift.saved(file_id)
    shift.clock.passes(minutes=10)
    runs(shift).run_due("push")
    assert told == [("first", "1"), ("first", "2"), (NAME, "1"), (NAME, "2")]
    runs(shift).run_due("push")
    assert told[4:] == [("first", "3"), (NAME, "3")]
    runs(shift).run_due("push")
    assert len(told) == 6


def test_pushes_and_pulls_have_a_thread_each(shift: Shift, monkeypatch: pytest.MonkeyPatch) -> None:
    told = threading.Event()
    shift.saved("1")

    class Waits(list[PulledVoter]):
        """A list of which no more comes until the result is told."""

        def __iter__(self) -> Iterator[PulledVoter]:
            yield person(1)
            assert told.wait(120)

    shift.small.people = Waits()
    shift.small.meets = lambda one, after: told.set() if after else None
    shift.clock.passes(minutes=10)
    monkeypatch.setattr("phonetui.server.own_runs.LOOK_EVERY", 0.01)
    with runs(shift).beside():
        assert told.wait(120)


def alarms(shift: Shift) -> list[tuple[str, str]]:
    with shift.engine.connect() as connection:
        found = looks.of_systems(connection, shift.campaign, shift.clock())
        return [(look.kind, look.of["said"]) for look in found]


def test_a_pull_that_goes_well_does_not_silence_a_push_that_is_shut_out(shift: Shift) -> None:
    def meets(one: Outgoing, after: bool) -> None:
        raise WrongKey("Small does not know this key.", 401)

    shift.small.meets = meets
    shift.saved("1")
    shift.clock.passes(minutes=10)
    for kind in KINDS:
        runs(shift).run_due(kind)
    assert (shift.status().said, shift.status().pulled_at) == ("Small does not know this key.", shift.clock())
    assert alarms(shift) == [("push-stopped", "Small does not know this key.")]


def test_a_list_that_does_not_come_is_an_alarm(shift: Shift) -> None:
    shift.small.people = []
    shift.clock.passes(minutes=10)
    for kind in KINDS:
        runs(shift).run_due(kind)
    assert alarms(shift) == [("push-stopped", "The list of there is empty there, so nothing was changed here.")]
    shift.small.people = [person(9)]
    shift.clock.passes(minutes=10)
    runs(shift).run_due("pull")
    assert alarms(shift) == []


def test_a_system_that_asks_to_be_left_alone_is_neither_pushed_to_nor_pulled(shift: Shift) -> None:
    def meets(one: Outgoing, after: bool) -> None:
        raise SystemBusy("Small is busy.", 1200)

    shift.small.meets = meets
    shift.saved("1")
    shift.clock.passes(minutes=10)
    runs(shift).run_due("push")
    shift.small.meets = lambda one, after: None
    runs(shift).run_due("pull")
    assert shift.status().pulled_at is None
    shift.clock.passes(minutes=20)
    for kind in KINDS:
        runs(shift).run_due(kind)
    assert (shift.status().pulled_at, shift.status().pushed) == (shift.clock(), 1)
