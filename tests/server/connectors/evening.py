"""The shared story of every connector: a list comes in, calls are made, and every outcome arrives, whatever happens.

A system's test writes a connection's file that leads to its stand-in and calls `play`; it answers with what callers
recorded, as it stands at the end of the evening, for the test to compare with what the stand-in has.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import httpx
import msgspec
import pytest
from msgspec import Struct

from phonetui.core.campaign import Answer, Campaign, Question, Step
from phonetui.core.event import Outcome, Undo
from phonetui.core.refusal import Refused
from phonetui.core.standard_dispositions import BY_ID
from phonetui.server import connection_work, connections, tables
from phonetui.server.connection_runs import Run
from phonetui.server.connection_secrets import secret
from phonetui.server.connection_work import Office
from phonetui.server.engine import open_database, sync_engine
from phonetui.server.pulling import PullReport
from phonetui.server.push_outbox import Pushing
from tests.server.conftest import Clock
from tests.server.phone_bank import TURNOUT, Laptop, PhoneBank

NAME = "there"
#: The script asks this after a talk; tests map its answers in their connection's file under `answers`.
PLAN = Question("plan", {"en": "Will you vote?"}, (Answer("yes", {"en": "Yes"}), Answer("no", {"en": "No"})))
CAMPAIGN = msgspec.structs.replace(
    TURNOUT,
    steps=(Step("hello", question=PLAN), Step("bye", ends=True)),
    dispositions=(*TURNOUT.dispositions, BY_ID["left_message"]),
)
#: Results of an evening, in their turn; a talk has an answer.
RESULTS = (
    *("talked", "not_home", "busy", "call_back", "left_message", "talked", "refused", "wrong_number"),
    *("disconnected", "moved", "deceased", "language", "do_not_call"),
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
    """What stands of one attempt at the end. `corrected`: something else was told of it before."""

    attempt_id: str
    file_id: str
    number: str
    outcome: Outcome
    corrected: bool


class Played(Struct, frozen=True):
    """What callers recorded: what stands, and the attempts (by the voter's id there) that were taken back.

    `undone_later` are those of them that the system had been told before.
    """

    recorded: tuple[Recorded, ...]
    undone: tuple[str, ...]
    undone_later: tuple[str, ...]
    pulled: PullReport
    runs: int
    faults: int
    kills: int


class Evening:
    """A server whose campaign is connected to a system, as `source`, a connection's file, says."""

    def __init__(
        self, url: str, folder: Path, source: str, *, secrets: Mapping[str, str], campaign: Campaign = CAMPAIGN
    ) -> None:
        self.url, self.folder, self.campaign = url, folder, campaign
        self.clock = Clock(datetime(2026, 10, 6, 16, 0, tzinfo=UTC))
        self.waited = 0.0
        self.environment = {secret(NAME, which).variable: value for which, value in secrets.items()}
        self._sent: list[Outcome | Undo] = []
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
        """Pushes again and again until nothing waits; so many of the runs are killed. The number of runs."""
        left = kills
        for run in range(1, MOST_RUNS):
            with _killing(random) if left else nullcontext():
                try:
                    done = self.push()
                    if not done.waiting and not done.said:
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

    def _call(self, story: Callable[[PhoneBank], Awaitable[None]]) -> None:
        async def told() -> None:
            database = open_database(self.url)
            try:
                await story(PhoneBank(database, self.clock))
            finally:
                await database.close()

        asyncio.run(told())

    def calls(self, count: int, random: Random) -> list[_Call]:
        """So many voters are called by a laptop; some results are put right, or taken back, at once."""
        made: list[_Call] = []

        async def story(bank: PhoneBank) -> None:
            dana = await bank.join("Dana")
            while len(made) < count:
                await dana.borrows(25)
                hand = [voter_id for lease in dana.hand.values() for voter_id in lease.tickets]
                assert hand, f"Only {len(made)} of the voters who came in could be called."
                for voter_id in hand[: count - len(made)]:
                    self.clock.passes(seconds=20)
                    made.append(_called(dana, voter_id, len(made)))
                await dana.sends(*(event for call in made[-25:] for event in call.events if event not in self._sent))
                self._sent += [event for call in made[-25:] for event in call.events]
            self._laptop = dana
            keys = await bank.rows(tables.voters, "voter_id", "file_key")
            self._file_ids = {str(voter): str(key).removeprefix("id:") for voter, key in keys}

        self._call(story)
        return made

    def corrects(self, made: list[_Call]) -> None:
        """The supervisor's own look at the evening: three results are put right, two calls taken back."""

        async def story(bank: PhoneBank) -> None:
            dana = self._laptop
            dana.bank = bank
            standing = [call for call in made if call.outcome is not None]
            changed = standing[::12][:5]
            for place, call in enumerate(changed):
                assert call.outcome is not None
                self.clock.passes(seconds=20)
                if place < 3:
                    call.changes(_put_right(dana, call.outcome), corrected=True)
                else:
                    call.changes(dana.undo(call.outcome), corrected=True)
            await dana.sends(*(call.events[-1] for call in changed))

        self._call(story)

    def recorded(self, made: list[_Call]) -> tuple[Recorded, ...]:
        """What stands."""
        return tuple(
            Recorded(
                call.attempt_id,
                self._file_ids[call.voter_id],
                call.number,
                call.outcome,
                call.corrected,
            )
            for call in made
            if call.outcome is not None
        )

    def undone(self, made: list[_Call], *, later: bool) -> tuple[str, ...]:
        """The voters, by their ids there, of attempts that were taken back: at once, or `later`."""
        gone = [call for call in made if call.outcome is None and call.corrected == later]
        return tuple(self._file_ids[call.voter_id] for call in gone)


def play(
    url: str,
    folder: Path,
    source: str,
    *,
    secrets: Mapping[str, str] | None = None,
    campaign: Campaign = CAMPAIGN,
    calls: int = 50,
    kills: int = 5,
    share: float = 0.2,
    seed: int = 1,
) -> Played:
    """The whole story: pull, call, push, correct and take back, push; then a push that has nothing to tell.

    `share` of the requests meet a fault, and so many runs are killed. The list has to have `calls` voters at least
    whom one may call on a Tuesday noon in October 2026, in New York.
    """
    random = Random(seed)
    evening = Evening(url, folder, source, secrets=secrets or {}, campaign=campaign)
    faults = Faults(random, share)
    with faults.meet():
        pulled = evening.pull_until_done()
        made = evening.calls(calls, random)
        evening.clock.passes(minutes=11)
        runs = evening.push_until_done(random, (kills + 1) // 2)
        evening.corrects(made)
        evening.clock.passes(minutes=11)
        runs += evening.push_until_done(random, kills // 2)
    idle = evening.push()
    assert (idle.pushed, idle.refused, idle.lost) == (0, 0, 0), "A second push has sent something."
    undone = (evening.undone(made, later=False), evening.undone(made, later=True))
    return Played(evening.recorded(made), *undone, pulled, runs, faults.met, kills)


class _Call(Struct):
    """One voter called: the events so far, and the outcome that stands, if one does."""

    attempt_id: str
    voter_id: str
    number: str
    outcome: Outcome | None
    events: list[Outcome | Undo]
    corrected: bool = False

    def changes(self, event: Outcome | Undo, *, corrected: bool = False) -> None:
        """What was saved is put right, or taken back."""
        self.events.append(event)
        self.outcome = event if isinstance(event, Outcome) else None
        self.corrected = corrected


def _called(dana: Laptop, voter_id: str, place: int) -> _Call:
    result = RESULTS[place % len(RESULTS)]
    lease = next(lease for lease in dana.hand.values() if voter_id in lease.tickets)
    note = f"Note {place}" if place % 3 == 0 else ""
    talked = result == "talked"
    answers = {"plan": "yes" if place % 2 else "no"} if talked else {}
    outcome = dana.outcome(voter_id, result, at=dana.bank.clock(), note=note, talked=talked, answers=answers)
    call = _Call(outcome.id, voter_id, lease.household.number, outcome, [outcome])
    if place % 11 == 3:
        call.changes(dana.undo(outcome, back=False))
    elif place % 7 == 5:
        call.changes(_put_right(dana, outcome))
    return call


def _put_right(dana: Laptop, outcome: Outcome) -> Outcome:
    """It was another result after all."""
    result = "not_home" if outcome.disposition != "not_home" else "busy"
    return dana.outcome(outcome.voter_id, result, done=False, at=dana.bank.clock(), supersedes=outcome.id)


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
