"""A model of the world: keys, lines, laptops and servers in any order, and in the end everything adds up.

A Hypothesis state machine over the client's own desk, courier, outbox and journal statements and the server's own
exchange on SQLite. Three laptops, of which two are one caller's, share one clock that is handed in.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from typing import ClassVar

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from phonetui.core.call_actions import Action, Answer, Dial, Forward, Note, Result, Skip, TakeBack
from phonetui.core.standard_dispositions import BY_ID, USUAL
from phonetui.core.word import AboutScript, WrongRecord
from tests.torture.promise import Control, Findings, Promise, Proof, Trials
from tests.torture.world import careless
from tests.torture.world.laptop import Laptop
from tests.torture.world.office import VOTERS
from tests.torture.world.weather import WEATHER, Happens
from tests.torture.world.world import DEVICES, World, in_small_batches

STEPS = 50
#: Hypothesis learns from one run for the next, so that it is given several at a time.
RUNS_A_SEED = 25
#: The fewest seeds among which each control fails.
WITHIN = 4

LAPTOPS = st.integers(0, len(DEVICES) - 1)
RESULTS = st.sampled_from([one.id for one in USUAL])
#: Seconds; the longest are longer than a lease.
DELAYS = st.sampled_from([0.0, 2.0, 20.0, 55.0, 3600.0, 9000.0])
SLOW = st.sampled_from([0.0, 2.0, 20.0, 50.0])
EXCHANGES = st.builds(Happens, st.sampled_from(sorted(WEATHER)), DELAYS)
KEYS = st.sampled_from([Answer(1), Answer(2), Forward(), Note("Rang twice"), Dial()])


class AnyWorld(RuleBasedStateMachine):
    """Three laptops, their lines and a campaign server. What seldom happens shares a rule."""

    runs: ClassVar[int] = 0
    faults: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        AnyWorld.runs += 1
        self.world = World()

    def laptop(self, at: int) -> Laptop:
        return self.world.laptops[at]

    @initialize()
    def everybody_has_voters(self) -> None:
        for laptop in self.world.laptops:
            self.world.exchange(laptop, Happens("well"))

    # -- keys ----------------------------------------------------------------------------------------------------------

    @rule(at=LAPTOPS, disposition=RESULTS, minutes=st.integers(0, 90))
    def press_a_result(self, at: int, disposition: str, minutes: int) -> None:
        laptop, result = self.laptop(at), BY_ID[disposition]
        call_at = laptop.now() + timedelta(minutes=minutes) if result.call_back else None
        self.world.act(laptop, *[Result(disposition, call_at)] * (2 if result.confirm else 1))

    @rule(at=LAPTOPS, dispositions=st.lists(RESULTS, min_size=1, max_size=3), happens=EXCHANGES)
    def press_results_and_send(self, at: int, dispositions: list[str], happens: Happens) -> None:
        for disposition in dispositions:
            self.press_a_result(at, disposition, 30)
        self.world.exchange(self.laptop(at), happens)

    @rule(at=LAPTOPS)
    def press_undo(self, at: int) -> None:
        self.world.act(self.laptop(at), TakeBack())

    @rule(at=LAPTOPS, keys=st.lists(KEYS, max_size=3), skip=st.booleans())
    def speak(self, at: int, keys: list[Action], skip: bool) -> None:
        self.world.act(self.laptop(at), *keys, *([Skip()] if skip else []))

    @rule(at=LAPTOPS, which=st.integers(0, 3), disposition=st.sampled_from(["", "not_home", "talked", "do_not_call"]))
    def correct_on_another_laptop(self, at: int, which: int, disposition: str) -> None:
        self.world.supersede(self.laptop(at), which, disposition)

    @rule(at=LAPTOPS, what=st.sampled_from(["report", "remark", "something new"]))
    def write_down(self, at: int, what: str) -> None:
        laptop = self.laptop(at)
        if laptop.desk is not None and laptop.shown:
            match what:
                case "report":
                    laptop.begin(laptop.desk.write_down(WrongRecord("name", "It is Anne")))
                case "remark":
                    laptop.begin(laptop.desk.write_down(AboutScript("Good")))
                case _:
                    laptop.begin(laptop.desk.write_as_later_versions_do())
        self.world.clockwork.passes(1.0)

    # -- the line ------------------------------------------------------------------------------------------------------

    @rule(at=LAPTOPS, send=EXCHANGES, watch=EXCHANGES)
    def exchange(self, at: int, send: Happens, watch: Happens) -> None:
        self.world.exchange(self.laptop(at), send, watch)

    @rule(at=LAPTOPS, happens=EXCHANGES)
    def undo_and_send(self, at: int, happens: Happens) -> None:
        self.press_undo(at)
        self.world.exchange(self.laptop(at), happens)

    @rule(
        at=LAPTOPS,
        dispositions=st.lists(RESULTS, min_size=3, max_size=6),
        send=SLOW,
        watch=SLOW,
        now=st.integers(0, 3),
    )
    def call_on_a_slow_line(self, at: int, dispositions: list[str], send: float, watch: float, now: int) -> None:
        """While the first answer is on its way a result is pressed, so that a send and a watch leave after it."""
        if now:
            return
        laptop = self.laptop(at)
        laptop.line.up = True
        self.world.exchange(laptop, *(Happens("answer_late", delay) for delay in (2.0, watch, send)))
        for disposition in dispositions:
            self.press_a_result(at, disposition, 30)
        self.world.clockwork.passes(max(send, watch))
        laptop.line.up = False

    @rule(seconds=st.sampled_from([2.0, 20.0, 70.0]))
    def time_passes(self, seconds: float) -> None:
        self.world.clockwork.passes(seconds)

    @rule(minutes=st.sampled_from([6, 65, 130, 300]), now=st.integers(0, 2))
    def everybody_sleeps(self, minutes: int, now: int) -> None:
        if not now:
            self.world.clockwork.skip(60.0 * minutes)
            self.world.clockwork.passes(1.0)

    # -- laptops -------------------------------------------------------------------------------------------------------

    @rule(at=LAPTOPS, key=st.sampled_from(["talked", "not_home", "busy", "undo"]), after=st.integers(0, 5))
    def a_laptop_is_killed(self, at: int, key: str, after: int) -> None:
        action = TakeBack() if key == "undo" else Result(key)
        self.world.kill_in_the_act(self.laptop(at), action, after)

    @rule(at=LAPTOPS, what=st.sampled_from(["sign in", "end shift", "clock", "take along"]), hours=st.integers(-6, 6))
    def at_a_laptop(self, at: int, what: str, hours: int) -> None:
        laptop = self.laptop(at)
        match what:
            case "sign in":
                self.world.sign_in(laptop)
            case "end shift":
                laptop.end_shift()
                laptop.start()
            case "clock":
                laptop.skew = timedelta(hours=hours)
            case _:
                self.world.take_along(laptop)

    # -- the server ----------------------------------------------------------------------------------------------------

    @rule(
        what=st.sampled_from(["back up", "restore", "plug", "withdraw", "notice", "script"]),
        voter_id=st.sampled_from(VOTERS),
    )
    def at_the_server(self, what: str, voter_id: int) -> None:
        office = self.world.office
        match what:
            case "back up":
                self.world.back_up()
            case "restore":
                self.world.restore(revived=bool(voter_id % 2))
            case "plug":
                office.pull_the_plug()
            case "withdraw":
                office.withdraw(voter_id)
            case "notice":
                office.tell("Pizza at eight")
            case _:
                office.change_the_script()
        self.world.clockwork.passes(1.0)

    # -- the promise ---------------------------------------------------------------------------------------------------

    @invariant()
    def nothing_is_wrong(self) -> None:
        wrong = self.world.wrong_now()
        assert not wrong, "; ".join(wrong)

    def teardown(self) -> None:
        try:
            if sys.exception() is None:
                self.world.calm()
                wrong = [*self.world.wrong_now(), *self.world.wrong_when_calm()]
                assert not wrong, "; ".join(wrong)
        finally:
            AnyWorld.faults += self.world.faults
            self.world.close()


class OftenRestored(AnyWorld):
    """A world in which a server is often put back to before what it has just taken."""

    @rule(at=LAPTOPS)
    def forget(self, at: int) -> None:
        self.world.back_up()
        self.press_results_and_send(at, ["not_home"], Happens("well"))
        self.at_the_server("restore", VOTERS[0])


class OnSlowLines(AnyWorld):
    """A world in which the answer to a watch is often overtaken by many others."""

    @rule(at=LAPTOPS)
    def overtake(self, at: int) -> None:
        self.call_on_a_slow_line(at, ["not_home"] * 6, 0.0, 20.0, 0)


Safeguard = Callable[[], AbstractContextManager[None]]


def without(safeguard: Safeguard = nullcontext, world: type[AnyWorld] = AnyWorld, *, shrink: bool = False) -> Proof:
    """The proof in worlds without a safeguard; `shrink` looks for the fewest steps that bring a failure about."""
    phases = (Phase.generate, Phase.shrink) if shrink else (Phase.generate,)
    how = settings(
        max_examples=RUNS_A_SEED,
        stateful_step_count=STEPS,
        database=None,
        deadline=None,
        phases=phases,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )

    def prove(seeds: Sequence[int]) -> Findings:
        with in_small_batches(), safeguard():
            return sum((_run(world, one, how) for one in seeds), Findings())

    return prove


def _run(world: type[AnyWorld], one: int, how: settings) -> Findings:
    AnyWorld.runs = AnyWorld.faults = 0
    failures: tuple[str, ...] = ()
    try:
        run_state_machine_as_test(seed(one)(world), settings=how)
    except AssertionError as error:
        failures = (f"seed {one}: {error}; {_steps(error)}",)
    return Findings(AnyWorld.runs, AnyWorld.faults, failures)


def _steps(error: AssertionError) -> str:
    """The steps that Hypothesis found to bring the failure about."""
    lines = "\n".join(getattr(error, "__notes__", [])).splitlines()
    return "; ".join(line for line in lines if line.startswith("state.") and "nothing_is_wrong" not in line)


PROMISE = Promise(
    6,
    "A model of the world",
    "Whatever line, laptops and server do, each event is stored once and counted once, and nothing stays pending.",
    (Trials("runs of 50 steps", without(shrink=True), quick=2000 // RUNS_A_SEED, full=20000 // RUNS_A_SEED),),
    (
        Control("the server's uniqueness", without(careless.stores_twice), WITHIN),
        Control("the checks of what the server has", without(careless.believes_any_answer), WITHIN),
        Control("sending again what a server forgot", without(careless.never_sends_again, OftenRestored), WITHIN),
        Control("the check whether a lease is news", without(careless.believes_old_leases, OnSlowLines), WITHIN),
    ),
)
