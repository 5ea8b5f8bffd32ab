"""Real clients and a real server through a line that does its worst, and a server that is killed."""

from __future__ import annotations

import asyncio
import csv
import io
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from random import Random

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, select

from phonetui.demo.shaky_line import HOST, ShakyLine
from phonetui.server import results
from phonetui.server.engine import reading_engine
from phonetui.server.tables import attempts, events
from tests.ports import kept_port
from tests.torture.callers import Done, Made, Work
from tests.torture.promise import Control, Findings, Promise, Trials
from tests.torture.served import CAMPAIGN, Bank, ServerProcess, database, kinds

#: The line: seconds of a round trip, bytes a second.
LATENCY = (0.0, 0.03)
BANDWIDTH = 250_000.0
#: Seconds for a whole trial.
PATIENCE = 600.0
#: Failures of a trial that are told; there may be one an outcome.
TOLD = 5


class Plan(Struct, frozen=True):
    """What a trial is made of: callers in processes of so many each, and outcomes in all."""

    outcomes: int = 200
    kills: int = 1
    processes: int = 2
    callers: int = 5
    pause: float = 0.4
    rate: float = 0.3
    faults: tuple[str, ...] = ()
    server: str = "phonetui"
    client: str = "tests.torture.callers"


def prove(kind: str, plan: Plan, seeds: Sequence[int]) -> Findings:
    """A trial a seed: calls are made, the server is killed, and then every outcome is looked for."""
    return sum((asyncio.run(_Trial(kind, plan, seed).run()) for seed in seeds), Findings())


def _without(plan: Plan, sign: str, seeds: Sequence[int]) -> Findings:
    """The same for a control: of the failures only those count that show the `sign` of what it lacks."""
    found = prove("SQLite", plan, seeds)
    return msgspec.structs.replace(found, failures=tuple(each for each in found.failures if sign in each))


class _Trial:
    """A campaign, its server, the line to it and those who call over it. An outcome counts as one trial."""

    def __init__(self, kind: str, plan: Plan, seed: int) -> None:
        self._kind = kind
        self._plan = plan
        self._seed = seed
        self._random = Random(seed)
        self._outcomes = asyncio.Event()
        self._made = 0
        self._joined = 0

    async def run(self) -> Findings:
        with tempfile.TemporaryDirectory() as folder, database(self._kind) as url:
            bank = Bank(Path(folder) / "server", url, 2 * self._plan.outcomes + 200)
            try:
                async with asyncio.timeout(PATIENCE):
                    with kept_port() as port:
                        server = ServerProcess(bank, port, self._plan.server)
                        done, faults = await self._call(bank, server, Path(folder))
            except (TimeoutError, RuntimeError) as error:
                return self._findings(self._plan.outcomes, 0, [str(error) or f"not done in {PATIENCE:g} seconds"])
            with reading_engine(bank.url).connect() as connection:
                wrong = [*differences(connection, done), *bank.failures()]
        return self._findings(len(done.made), faults, wrong)

    def _findings(self, outcomes: int, faults: int, wrong: list[str]) -> Findings:
        told = [f"seed {self._seed} on {self._kind}: {sentence}" for sentence in wrong[:TOLD]]
        return Findings(outcomes, faults, tuple(told))

    async def _call(self, bank: Bank, server: ServerProcess, folder: Path) -> tuple[Done, int]:
        """What the callers did, and how many faults they met, kills included."""
        await server.start()
        async with ShakyLine(
            server.port,
            self._random,
            rate=self._plan.rate,
            latency=LATENCY,
            bandwidth=BANDWIDTH,
            faults=self._plan.faults,
        ) as line:
            processes = [
                await self._process(bank, server, line, folder / str(n), n) for n in range(self._plan.processes)
            ]
            killing = asyncio.create_task(self._kill(server))
            try:
                each = await asyncio.gather(*(self._listen(process) for process in processes))
                await killing
            finally:
                killing.cancel()
                for process in processes:
                    if process.returncode is None:
                        process.kill()
                        await process.wait()
                await server.stop()
        others = sum((Counter(done.others) for done in each), Counter[str]())
        return Done([made for done in each for made in done.made], dict(others)), line.met.total() + self._plan.kills

    async def _process(self, bank: Bank, server: ServerProcess, line: ShakyLine, folder: Path, number: int) -> Process:
        """A process of callers who have joined."""
        plan = self._plan
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", plan.client, stdin=PIPE, stdout=PIPE, stderr=PIPE
        )
        work = Work(
            folder=str(folder),
            link=f"http://{HOST}:{server.port}/join/#{bank.invite(plan.callers)}",
            callers=plan.callers,
            url=f"http://{HOST}:{line.port}",
            campaign_id=CAMPAIGN,
            outcomes=plan.outcomes // (plan.processes * plan.callers),
            pause=plan.pause,
            seed=self._seed * plan.processes + number,
        )
        assert process.stdin is not None
        process.stdin.write(msgspec.json.encode(work))
        process.stdin.write_eof()
        return process

    async def _listen(self, process: Process) -> Done:
        """What the callers of a process did; raises `RuntimeError` with why they could not."""
        assert process.stdout is not None
        assert process.stderr is not None
        while (dot := await process.stdout.read(1)) and dot != b"{":
            self._joined += dot == b"+"
            self._made += dot == b"."
            self._outcomes.set()
        done = dot + await process.stdout.read()
        if await process.wait():
            raise RuntimeError((await process.stderr.read()).decode().rstrip().rpartition("\n")[2])
        return msgspec.json.decode(done, type=Done)

    async def _kill(self, server: ServerProcess) -> None:
        """Kills the server after so many outcomes, drawn beforehand, and starts it again a moment later.

        Not while somebody still joins, which is not to be tried twice.
        """
        plan, draw = self._plan, Random(f"{self._seed} kills")
        for after in sorted(draw.sample(range(plan.outcomes // 10, plan.outcomes * 9 // 10), plan.kills)):
            while self._made < after or self._joined < plan.processes:
                self._outcomes.clear()
                await self._outcomes.wait()
            await asyncio.sleep(draw.uniform(0, 0.1))
            await server.kill()
            await asyncio.sleep(draw.uniform(0, 0.5))
            await server.start()


# -- what the server has of it -----------------------------------------------------------------------------------------


class _Body(Struct):
    kind: str
    note: str = ""


def differences(connection: Connection, done: Done) -> Iterator[str]:
    """Every difference between what was done and what the server's tables and its results say, as a sentence."""
    standing = {made.note: made for made in done.made if not made.taken_back}
    recorded = connection.execute(select(events.c.body, events.c.round)).all()
    stored = [msgspec.json.decode(row.body, type=_Body) for row in recorded]
    rounds = {body.note: row.round for body, row in zip(stored, recorded, strict=True) if body.kind == "outcome"}
    stored_outcomes = Counter(body.note for body in stored if body.kind == "outcome")
    yield from _each_once("is stored", [made.note for made in done.made], stored_outcomes)
    bodies = connection.scalars(select(attempts.c.body))
    yield from _each_once("counts", standing, Counter(msgspec.json.decode(body, type=_Body).note for body in bodies))
    out = io.StringIO()
    results.export(connection, CAMPAIGN, out)
    rows = list(csv.DictReader(io.StringIO(out.getvalue())))
    yield from _each_once("is exported", standing, Counter(row["note"] for row in rows))
    for row in rows:
        made = standing.get(row["note"])
        if made and made.disposition != row["disposition"]:
            yield f"{made.note} is exported as {row['disposition']} and was {made.disposition}"
    others = Counter(body.kind for body in stored if body.kind != "outcome")
    if others != Counter(done.others):
        yield f"other events stored are {dict(others)} and were {done.others}"
    counted, tallied = count(list(standing.values()), rounds), results.tally(connection, CAMPAIGN)
    if counted != tallied:
        yield f"the tally is {tallied} and by an independent count {counted}"


def _each_once(what: str, notes: Sequence[str] | dict[str, Made], found: Counter[str]) -> Iterator[str]:
    for note in notes:
        if found[note] != 1:
            yield f"the outcome {note} {what} {found[note]} times"
    for note in set(found) - set(notes):
        yield f"the outcome {note} {what} and was not made, or was taken back"


def count(standing: Sequence[Made], rounds: Mapping[str, int]) -> results.Figures:
    """What stands, counted from what the callers saw; who is called back days later counts once in each round."""
    return results.Figures(
        attempts=sum(not made.same_call for made in standing),
        contacts=len({(made.voter_id, rounds.get(made.note)) for made in standing if made.contact}),
        talks=len({(made.voter_id, rounds.get(made.note)) for made in standing if made.talk}),
    )


#: Enough for a control: the fault against which the safeguard stands, and no other.
FEW = partial(Plan, outcomes=20, kills=0, processes=1, pause=0.05, rate=0.5)
TWICE = FEW(faults=("duplicate",), server="tests.torture.without_uniqueness")
LOG_IN_PAGES = FEW(faults=("captive page",), client="tests.torture.callers_who_trust")

PROMISE = Promise(
    7,
    "End to end",
    "Whatever the line and the server do, each outcome reaches the campaign once.",
    tuple(Trials(f"on {kind}", partial(prove, kind, Plan()), quick=5, full=50) for kind in kinds()),
    (
        Control("the server's uniqueness", partial(_without, TWICE, "is stored 2 times"), within=2),
        Control(
            "receipts: any answer with status 200 acknowledges",
            partial(_without, LOG_IN_PAGES, "is stored 0 times"),
            within=2,
        ),
    ),
)
