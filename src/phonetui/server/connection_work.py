"""The work of a connection, begun by hand or by the server: check, pull, push."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from random import random

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from phonetui.core.campaign import Campaign
from phonetui.core.refusal import Refused
from phonetui.server import audit, pulling, push_files, push_outbox
from phonetui.server.connection_file import ConnectionFile, leads_nowhere
from phonetui.server.connection_runs import Run, running
from phonetui.server.connection_secrets import read_secrets
from phonetui.server.connections import Kind, KnownIds, Linked, change, column, find, fresh
from phonetui.server.connectors.connector import (
    Connector,
    MakesScript,
    Pulls,
    Sends,
    Setup,
    SystemBusy,
    SystemDown,
    Writes,
)
from phonetui.server.connectors.even_pace import Turns
from phonetui.server.kept_voters import check_kept
from phonetui.server.pulled_list import Progress, folder_of
from phonetui.server.pulling import PullReport
from phonetui.server.push_finding import find as find_due
from phonetui.server.push_outbox import Pushing
from phonetui.server.push_rows import told_of
from phonetui.server.push_strangers import keep_strangers_out
from phonetui.server.stored_campaign import known_campaign

#: Seconds waited between two words that a run goes on.
LONGEST_WAIT = 60.0
#: A system that is busy and does not say how long is left alone so long.
USUAL_REST = timedelta(minutes=1)
#: A system cannot ask to be left alone for longer.
LONGEST_REST = timedelta(days=1)
#: After a run without an answer the server waits a random part of a bound that doubles from the first to the longest.
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(minutes=30)


class NotOffered(Refused):
    """The system has no such thing: nobody is pulled from there, or nothing pushed to it."""


class Office(Struct, frozen=True, kw_only=True):
    """Where connections work: the server's folder, the environment, its key for erased voters, its time.

    `by_hand`: somebody at the server's console wants it, which the audit log is told. `random` gives 0 up to 1. `turns`
    are what a push and a pull of one connection share, each to keep the system's pace.
    """

    data: Path | None
    environment: Mapping[str, str]
    erasing_key: bytes
    clock: Callable[[], datetime]
    wait: Callable[[float], None]
    random: Callable[[], float] = random
    by_hand: bool = True
    turns: dict[str, Turns] = {}


class _Waiting:
    """Waits for a connector; the run goes on meanwhile, and is not taken for dead."""

    def __init__(self, wait: Callable[[float], None]) -> None:
        self._wait = wait
        self.run: Run | None = None

    def __call__(self, seconds: float) -> None:
        while seconds > 0:
            self._wait(min(seconds, LONGEST_WAIT))
            seconds -= LONGEST_WAIT
            if self.run:
                self.run.is_alive()


class Opened(Struct, frozen=True):
    """A connection whose connector is made, and how that waits."""

    linked: Linked
    file: ConnectionFile
    campaign: Campaign
    connector: Connector
    waiting: _Waiting


@contextmanager
def opened(connection: Connection, name: str, office: Office) -> Iterator[Opened]:
    """The connection of that name; raises `Refused` where there is none, or a secret is missing."""
    linked = find(connection, name)
    file, campaign = linked.file, known_campaign(connection, linked.campaign_id).campaign
    connection.rollback()
    waiting = _Waiting(office.wait)
    setup = Setup(
        name=name,
        campaign=campaign,
        settings=file.settings,
        dispositions=file.dispositions,
        answers=file.answers,
        secrets=read_secrets(name, file.system, office.data, office.environment),
        remote_ids=KnownIds(connection, linked),
        folder=folder_of(connection.engine, office.data, name),
        wait=waiting,
        clock=office.clock,
        turns=office.turns.setdefault(name, Turns()),
        told=lambda voter_id, since: told_of(connection, linked, voter_id, since),
    )
    connector = file.system.connect(setup)
    try:
        yield Opened(linked, file, campaign, connector, waiting)
    finally:
        connector.close()


def check(connection: Connection, name: str, office: Office) -> list[str]:
    """What a connector finds, what the file maps to nothing, and what the mapping loses, a sentence each."""
    with opened(connection, name, office) as it:
        found = [*it.connector.check(), *leads_nowhere(it.file, it.campaign), *it.connector.losses()]
    return list(dict.fromkeys(found))


def script(connection: Connection, name: str, office: Office) -> str:
    """A campaign file that asks what the system has. Raises `Refused`."""
    with opened(connection, name, office) as it:
        if not isinstance(it.connector, MakesScript):
            raise Refused(f"{it.file.system.title} has no questions of its own that could be asked.")
        return it.connector.script()


@contextmanager
def _begun(connection: Connection, name: str, office: Office, kind: Kind) -> Iterator[tuple[Opened, Run]]:
    """A run of the connection of that name; raises `NotOffered` where the running server keeps a line open instead."""
    with opened(connection, name, office) as it:
        if it.file.system.kept_open:
            title = it.file.system.title
            raise NotOffered(f"The running server keeps the line to {title} open; there is nothing to pull or push.")
        with running(connection, it.linked, kind, office.clock) as run:
            yield it, run


def pull(
    connection: Connection, name: str, office: Office, progress: Progress | None = None, *, sure: bool = False
) -> PullReport:
    """Takes in the list as it is now, where somebody is `sure` also without most of those who were on it.

    Raises `Refused`; what failed stays in the connection's status.
    """
    with _begun(connection, name, office, "pull") as (it, run):
        if not isinstance(it.connector, Pulls):
            raise NotOffered(f"No voters come from {it.file.system.title}; its connection is there to push.")
        check_kept(connection, it.linked.campaign_id, office.clock())
        connection.rollback()
        _check_rest(it.linked, office.clock())
        it.waiting.run = run
        _audit(run, office, "pulled")
        try:
            report = pulling.pull(run, it.connector, office.data, office.erasing_key, progress, sure=sure)
        except Refused as refused:
            connection.rollback()
            rests = refused.retry_after if isinstance(refused, SystemBusy) else None
            _failed(run, office, str(refused), isinstance(refused, SystemDown), rests)
            raise
        _succeeded(run, pull_left_out=report.refused, pull_remarks=msgspec.json.encode(report.remarks).decode())
    return report


def push(
    connection: Connection,
    name: str,
    office: Office,
    progress: push_outbox.Progress | None = None,
    *,
    again: bool = False,
) -> Pushing:
    """Tells the system all that is due; `again`: also what it refused, or was told in part.

    Raises `Refused` where that cannot begin.
    """
    with _begun(connection, name, office, "push") as (it, run):
        connector = it.connector
        if not isinstance(connector, Sends | Writes):
            raise NotOffered(f"{it.file.system.title} is told nothing; its connection is there to pull.")
        _check_rest(it.linked, office.clock())
        it.waiting.run = run
        _audit(run, office, "pushed")
        find_due(run, it.campaign, it.file.since)
        if again:
            push_outbox.again(run)
        if isinstance(connector, Sends):
            strangers = keep_strangers_out(run) if isinstance(connector, Pulls) else 0
            done = push_outbox.push(run, it.campaign, connector, progress)
            done.strangers = strangers
        else:
            done = push_files.write(run, it.campaign, connector, progress)
        if done.said:
            _failed(run, office, done.said, done.down, done.rests)
        else:
            _succeeded(run)
    return done


def _check_rest(linked: Linked, now: datetime) -> None:
    """A system that was busy is left alone as it asked; one that was down may be tried by hand at any time."""
    until = linked.asked_until(now)
    if until and until > now:
        raise Refused(f"{linked.name} asked to be left alone until {until:%H:%M} UTC; nothing is lost meanwhile.")


def _succeeded(run: Run, **said: object) -> None:
    now = run.clock()
    done = {f"{run.kind}ed_at": now, column(run.kind, "ran_at"): now, **said}
    change(run.connection, run.linked, {**done, **fresh(run.kind)})
    run.commit()


def _failed(run: Run, office: Office, said: str, down: bool, rests: float | None) -> None:
    """`tries` counts runs without an answer, after which the server itself waits longer; a busy system has answered."""
    now, tries = run.clock(), run.linked.last(run.kind).tries + 1 if down else 0
    rest = None if rests is None else min(timedelta(seconds=rests) or USUAL_REST, LONGEST_REST)
    if down:
        rest = office.random() * min(FIRST_PAUSE * 2.0 ** min(tries, 16), LONGEST_PAUSE)
    until = None if rest is None else now + rest
    values = {"ran_at": now, "tries": tries, "rests_until": until, "said": said}
    change(run.connection, run.linked, {column(run.kind, name): value for name, value in values.items()})
    run.commit()


def _audit(run: Run, office: Office, action: str) -> None:
    if office.by_hand:
        audit.record(run.connection, run.linked.campaign_id, audit.AT_THE_CONSOLE, action, run.linked.name, run.clock())
        run.commit()
