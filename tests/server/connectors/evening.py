"""The shared story of every connector: a list comes in, calls are made, and every outcome arrives, whatever happens.

A system's test writes a connection's file that leads to its stand-in and calls `play`; it answers with what callers
recorded, as it stands at the end of the evening, for the test to compare with what the stand-in has.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import httpx
import msgspec
import pytest
from msgspec import Struct
from sqlalchemy import select

from phonetui.core.campaign import Answer, Campaign, Question, Step
from phonetui.core.refusal import Refused
from phonetui.core.standard_dispositions import BY_ID
from phonetui.server import connection_work, connections, tables
from phonetui.server.app import create_app
from phonetui.server.connection_runs import Run
from phonetui.server.connection_secrets import secret
from phonetui.server.connection_work import Office
from phonetui.server.engine import open_database, sync_engine
from phonetui.server.invitations import issue
from phonetui.server.pulling import PullReport
from phonetui.server.push_outbox import Pushing
from phonetui.server.run import serve_in_background
from tests.server.conftest import Clock
from tests.server.connectors.caller import Called, Caller, DeskClock, sits_down
from tests.server.phone_bank import KEYS, TURNOUT, PhoneBank

NAME = "there"
#: Tuesday noon in New York, in the calling season.
NOON = datetime(2026, 10, 6, 16, 0, tzinfo=UTC)
#: The script asks this after a talk; tests map its answers in their connection's file under `answers`.
PLAN = Question("plan", {"en": "Will you vote?"}, (Answer("yes", {"en": "Yes"}), Answer("no", {"en": "No"})))
CAMPAIGN = msgspec.structs.replace(
    TURNOUT,
    steps=(Step("hello", question=PLAN), Step("bye", ends=True)),
    dispositions=(*TURNOUT.dispositions, BY_ID["left_message"]),
)
#: Runs that an evening's pushes may take; more would mean that they never end.
MOST_RUNS = 400


class Killed(BaseException):
    """The process is gone: nothing after this is done."""


class Faults:
    """Of the requests that httpx makes in this process, a share meets a fault, by chance."""

    KINDS = ("lost request", "lost reply", "cut reply", "429", "500")

    def __init__(self, random: Random, share: float = 0.2) -> None:
        self.random, self.share, self.met = random, share, 0

    @contextmanager
    def meet(self) -> Iterator[None]:
        """While this goes on."""
        real = httpx.HTTPTransport.handle_request

        def through(transport: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
            if self.random.random() >= self.share:
                return real(transport, request)
            self.met += 1
            return self._fault(self.random.choice(self.KINDS), request, lambda: real(transport, request))

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(httpx.HTTPTransport, "handle_request", through)
            yield

    def _fault(self, kind: str, request: httpx.Request, go: Callable[[], httpx.Response]) -> httpx.Response:
        if kind == "lost request":
            raise httpx.ConnectError("no way there", request=request)
        if kind == "429":
            return httpx.Response(429, headers={"Retry-After": "2"}, request=request)
        if kind == "500":
            return httpx.Response(500, content=b"{}", request=request)
        response = go()
        body = response.read()
        response.close()
        if kind == "lost reply" or len(body) < 2:
            raise httpx.ReadError("the line went dead", request=request)
        return httpx.Response(
            response.status_code,
            headers={"Content-Type": response.headers.get("content-type", "")},
            stream=_Cut(body[: len(body) // 2]),
            request=request,
        )


class _Cut(httpx.SyncByteStream):
    def __init__(self, half: bytes) -> None:
        self._half = half

    def __iter__(self) -> Iterator[bytes]:
        yield self._half
        raise httpx.RemoteProtocolError("peer closed the connection")


class Recorded(Struct, frozen=True):
    """What stands of one attempt at the end. `corrected`: `was` was told of it before."""

    attempt_id: str
    event_id: str
    file_id: str
    number: str
    disposition: str
    note: str
    answers: dict[str, str]
    corrected: bool
    was: str


class Played(Struct, frozen=True):
    """What callers recorded: what stands, and the attempts (by the voter's id there) that were taken back.

    `undone_later` are those of them that the system had been told before. `left` says of each voter, by the id there,
    why they are not called again, as the calls have left it; `then` the same once the list has come in again.
    """

    recorded: tuple[Recorded, ...]
    undone: tuple[str, ...]
    undone_later: tuple[str, ...]
    pulled: PullReport
    left: dict[str, str]
    then: dict[str, str]
    runs: int
    faults: int
    kills: int

    @property
    def results(self) -> dict[str, str]:
        """The result that stands, by the voter's id there."""
        return {one.file_id: one.disposition for one in self.recorded}


class Evening:
    """A server whose campaign is connected to a system, as `source`, a connection's file, says."""

    def __init__(
        self,
        url: str,
        folder: Path,
        source: str,
        *,
        secrets: Mapping[str, str],
        campaign: Campaign = CAMPAIGN,
        clock: Clock | None = None,
    ) -> None:
        self.url, self.folder, self.campaign = url, folder, campaign
        self.clock = clock or Clock(NOON)
        self.waited = 0.0
        self.environment = {secret(NAME, which).variable: value for which, value in secrets.items()}
        self._call(lambda bank: bank.add(campaign))
        self.engine = sync_engine(url)
        with self.engine.begin() as connection:
            connections.add(connection, NAME, source, "there.yaml", self.clock())

    @property
    def office(self) -> Office:
        """Where the connection works; waiting takes no time."""
        return Office(
            data=self.folder,
            environment=self.environment,
            erasing_key=b"e" * 32,
            clock=self.clock,
            wait=self._wait,
        )

    def check(self) -> list[str]:
        """What the connector finds."""
        with self.engine.connect() as connection:
            return connection_work.check(connection, NAME, self.office)

    def pull(self) -> PullReport:
        """One pull; raises `Refused`."""
        with self.engine.connect() as connection:
            return connection_work.pull(connection, NAME, self.office)

    def push(self, *, again: bool = False) -> Pushing:
        """One push; raises `Refused`."""
        with self.engine.connect() as connection:
            return connection_work.push(connection, NAME, self.office, again=again)

    def pull_until_done(self) -> PullReport:
        """Pulls again and again, later each time, until the whole list has come."""
        for _ in range(MOST_RUNS):
            try:
                return self.pull()
            except Refused:
                self._rest()
        raise AssertionError("The list never came whole.")

    def push_until_done(self, random: Random, kills: int = 0) -> int:
        """Pushes again and again until nothing waits; so many of the runs are killed. The number of runs.

        What met one fault after the other was refused at last; somebody reads so, and pushes it again.
        """
        left, refused = kills, False
        for run in range(1, MOST_RUNS):
            with _killing(random) if left else nullcontext():
                try:
                    done = self.push(again=refused)
                    refused = done.refused > 0
                    if not done.waiting and not done.said and not refused:
                        return run
                except Killed:
                    left -= 1
                except Refused:
                    pass
            self._rest()
        raise AssertionError("Something waits for ever.")

    def _rest(self) -> None:
        self.clock.passes(minutes=6)

    def _wait(self, seconds: float) -> None:
        self.waited += seconds
        self.clock.passes(seconds=seconds)

    def nothing_to_tell(self) -> None:
        """A push has nothing to send."""
        self._rest()
        idle = self.push()
        assert (idle.pushed, idle.refused, idle.lost, idle.waiting) == (0, 0, 0, 0), "A second push has sent something."

    @contextmanager
    def calling(self) -> Iterator[AtTheDesk]:
        """Dana at her desk, and the campaign server over HTTP, until the block ends."""
        served = serve_in_background(create_app(open_database(self.url), KEYS, self.clock))
        try:
            with self.sitting(served.url) as dana:
                yield dana
        finally:
            served.stop()

    @contextmanager
    def sitting(self, url: str) -> Iterator[AtTheDesk]:
        """Dana joins the campaign at the server there, and is at her desk until the block ends."""
        with asyncio.Runner() as runner:
            dana = AtTheDesk(runner, runner.run(self._sits_down(url)))
            try:
                yield dana
            finally:
                runner.run(dana.caller.desk.close())

    def states(self) -> dict[str, str]:
        """Why each voter, by the id there, is not called again; nothing for who is."""
        with self.engine.connect() as connection:
            rows = connection.execute(select(tables.voters.c.file_key, tables.voters.c.ended))
            return {row.file_key.removeprefix("id:"): row.ended for row in rows}

    def recorded(self, dana: AtTheDesk) -> tuple[Recorded, ...]:
        """What stands of her calls."""
        return tuple(self._recorded(call) for call in dana.caller.made if call.stands)

    def undone(self, dana: AtTheDesk, *, later: bool) -> tuple[str, ...]:
        """The voters, by their ids there, of attempts that were taken back: at once, or `later`."""
        gone = [call for call in dana.caller.made if not call.stands and call.corrected == later]
        return tuple(self._recorded(call).file_id for call in gone)

    async def _sits_down(self, url: str) -> Caller:
        with self.engine.begin() as connection:
            now = self.clock()
            secret = issue(connection, self.campaign.campaign_id, "caller", 1, now + timedelta(hours=1), now)
        clock = DeskClock(self.clock)
        folder, link = self.folder / "dana", f"{url}/join/#{secret}"
        return await sits_down(folder, link, self.campaign.campaign_id, clock, lambda it: self.clock.passes(seconds=it))

    def _recorded(self, call: Called) -> Recorded:
        with self.engine.connect() as connection:
            of = tables.voters.c.voter_id == int(call.voter_id)
            file_key = connection.scalars(select(tables.voters.c.file_key).where(of)).one()
        said = {name: getattr(call, name) for name in Recorded.__struct_fields__ if name != "file_id"}
        return Recorded(**said, file_id=file_key.removeprefix("id:"))

    def _call(self, story: Callable[[PhoneBank], Awaitable[None]]) -> None:
        async def told() -> None:
            database = open_database(self.url)
            try:
                await story(PhoneBank(database, self.clock))
            finally:
                await database.close()

        asyncio.run(told())


class AtTheDesk:
    """What Dana does at her desk, told step by step."""

    def __init__(self, runner: asyncio.Runner, caller: Caller) -> None:
        self._runner, self.caller = runner, caller

    def calls(self, count: int) -> None:
        """So many voters; some results are put right, or taken back, at once."""
        self._runner.run(self.caller.calls(count))

    def corrects(self) -> None:
        """Some results are put right, and calls taken back, when the evening is over."""
        self._runner.run(self.caller.corrects())

    def sends(self) -> None:
        """Waits until the server has everything."""
        self._runner.run(self.caller.sent())


def play(evening: Evening, *, calls: int = 50, kills: int = 5, share: float = 0.2, seed: int = 1) -> Played:
    """The whole story: pull, call, push, correct and take back, push; then a push that has nothing to tell.

    In the end the list comes in once more, as it does all evening, and there is still nothing to tell. `share` of the
    requests meet a fault, and so many runs are killed. The list has to have 10 voters more than `calls` whom one may
    call on a Tuesday noon in October 2026, in New York.
    """
    random = Random(seed)
    faults = Faults(random, share)
    with evening.calling() as dana:
        with faults.meet():
            pulled = evening.pull_until_done()
            dana.calls(calls)
            dana.sends()
            evening.clock.passes(minutes=11)
            runs = evening.push_until_done(random, (kills + 1) // 2)
            dana.corrects()
            dana.sends()
            evening.clock.passes(minutes=11)
            runs += evening.push_until_done(random, kills // 2)
        evening.nothing_to_tell()
        left = evening.states()
        evening.pull()
        evening.nothing_to_tell()
        undone = (evening.undone(dana, later=False), evening.undone(dana, later=True))
        return Played(evening.recorded(dana), *undone, pulled, left, evening.states(), runs, faults.met, kills)


@contextmanager
def _killing(random: Random) -> Iterator[None]:
    """The process that pushes is killed just before or just after one of its commits."""
    left, after = random.randint(1, 30), random.random() < 0.5
    commit, dead = Run.commit, False

    def maybe(run: Run) -> None:
        nonlocal left, dead
        left -= 1
        if left == 0 and not after:
            dead = True
            raise Killed
        commit(run)
        if left == 0:
            dead = True
            raise Killed

    end = Run.end
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Run, "commit", maybe)
        patch.setattr(Run, "end", lambda run: None if dead else end(run))
        yield
