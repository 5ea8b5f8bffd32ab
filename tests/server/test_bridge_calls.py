"""A caller's line, whatever comes, in whatever order, against a phone system that may fail at each step."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import count, pairwise
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phonetui.core.bridge_call import VolunteerLeg
from phonetui.core.phone_call import CallEvent
from phonetui.core.refusal import Refused
from phonetui.server.bridge_calls import UNDER_WAY, VOLUNTEER, VOTER, Line
from phonetui.server.phone_orders import (
    Close,
    Effects,
    HangUp,
    Heard,
    Join,
    Mute,
    Names,
    News,
    Open,
    Order,
    Ring,
)

What = Literal["dialed", "rings", "answered", "lost"]

NOON = datetime(2026, 10, 6, 16, 0, tzinfo=UTC)
STEPS = (
    *("is_there", "is_there", "talks", "talks", "talks", "hangs_up"),
    *("connects", "calls", "calls", "hangs_up", "disconnects"),
    *("carried_out", "carried_out", "carried_out", "last_carried_out", "fails", "done_but_not_heard_of"),
    *("rings", "answers", "answers", "phone_hangs_up", "second_event"),
    *("cut", "heard_again", "second_passes", "minute_passes"),
)


class World:
    """A line, a phone system, and what is between them. Each step is one thing that can happen."""

    def __init__(self) -> None:
        self.now = NOON
        self.names = Names("calls")
        self.line = Line(self.names, "dana")
        self.channels: dict[str, str] = {}
        self.bridges: dict[str, set[str]] = {}
        self.pending: list[Order] = []
        self.heard = True
        self.told: list[News] = []
        self._ids = map(str, count(1))

    def step(self, name: str) -> None:
        getattr(self, name)()
        for inside in self.bridges.values():
            assert len([name for name in inside if ".voter." in name]) <= 1, "two voters meet"

    def take(self, effects: Effects) -> None:
        for effect in effects:
            if isinstance(effect, News):
                self.told.append(effect)
            else:
                self.pending.append(effect)

    # -- what usually happens

    def is_there(self) -> None:
        for step in (self.connects, self.last_carried_out, self.answers, self.last_carried_out):
            step()

    def talks(self) -> None:
        for step in (self.calls, self.last_carried_out, self.rings, self.answers, self.last_carried_out):
            step()

    # -- the caller

    def connects(self) -> None:
        self._asks(lambda: self.line.connect(next(self._ids), "PJSIP/dana", "+1", self.now))

    def calls(self) -> None:
        self._asks(lambda: self.line.call(next(self._ids), "PJSIP/voter", "+1", 25, self.now))

    def hangs_up(self) -> None:
        if self.line.call_told is not None:
            self.take(self.line.hang_up(self.line.call_told.call_id, self.now))

    def disconnects(self) -> None:
        self.take(self.line.disconnect(self.now))

    def _asks(self, ask: Callable[[], Effects]) -> None:
        if self.heard:
            with suppress(Refused):
                self.take(ask())

    # -- orders on their way

    def carried_out(self) -> None:
        if self.pending:
            self._carry(self.pending.pop(0))

    def last_carried_out(self) -> None:
        if self.pending:
            self._carry(self.pending.pop())

    def fails(self) -> None:
        if self.pending:
            self._failed(self.pending.pop(0))

    def done_but_not_heard_of(self) -> None:
        """The answer is lost on its way."""
        if self.pending:
            order = self.pending.pop(0)
            self._do(order)
            self._failed(order)

    def _carry(self, order: Order) -> None:
        if self._do(order):
            self.take(self.line.done(order, self.now))
        else:
            self._failed(order)

    def _failed(self, order: Order) -> None:
        if isinstance(order, HangUp | Close):
            self.pending.append(order)
        self.take(self.line.failed(order, self.now))

    def _do(self, order: Order) -> bool:
        match order:
            case Ring():
                self.channels[order.channel_id] = "Down"
                self._say(order.channel_id, "dialed")
            case HangUp() if order.channel_id in self.channels:
                self._ends(order.channel_id)
            case Open():
                self.bridges[order.bridge_id] = set()
                return self._add(order.bridge_id, order.channel_id)
            case Join():
                return self._add(order.bridge_id, order.channel_id)
            case Close():
                self.bridges.pop(order.bridge_id, None)
            case Mute():
                return order.channel_id in self.channels
        return True

    def _add(self, bridge_id: str, channel_id: str) -> bool:
        possible = bridge_id in self.bridges and self.channels.get(channel_id) == "Up"
        if possible:
            self.bridges[bridge_id].add(channel_id)
        return possible

    # -- phones

    def rings(self) -> None:
        self._change("Ringing", "rings")

    def answers(self) -> None:
        if self.heard:  # else the application is not there to take the call
            self._change("Up", "answered")

    def phone_hangs_up(self) -> None:
        for name in list(self.channels)[-1:]:
            self._ends(name)

    def second_event(self) -> None:
        for name, state in self.channels.items():
            self._say(name, "answered" if state == "Up" else "rings")

    def _change(self, state: str, what: What) -> None:
        for name in [name for name, state in self.channels.items() if state != "Up"][-1:]:
            self.channels[name] = state
            self._say(name, what)

    def _ends(self, name: str) -> None:
        del self.channels[name]
        for inside in self.bridges.values():
            inside.discard(name)
        self._say(name, "lost")

    def _say(self, name: str, what: What) -> None:
        if not self.heard:
            return
        if name in self.line.channels:
            self.take(self.line.heard(Heard(name, what), self.now))
        elif what != "lost":
            self.pending.append(HangUp(name))

    # -- the line to the phone system, and time

    def cut(self) -> None:
        if self.heard:
            self.heard = False
            self.take(self.line.ari_lost(self.now))

    def heard_again(self) -> None:
        if self.heard:
            return
        self.heard = True
        placed = {name for name, placed in self.line.channels.items() if placed}
        self.take(self.line.found(placed - self.channels.keys(), self.now))
        self.pending += [HangUp(name) for name in self.channels.keys() - self.line.channels]
        self.pending += [Close(name) for name in self.bridges.keys() - {self.line.bridge_id}]

    def second_passes(self) -> None:
        self._passes(1)

    def minute_passes(self) -> None:
        self._passes(60)

    def _passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)
        self.take(self.line.due(self.now))


@given(st.lists(st.sampled_from(STEPS), max_size=60))
@settings(max_examples=400, deadline=None, derandomize=True)
def test_whatever_happens_two_voters_never_meet_and_nothing_is_left(steps: list[str]) -> None:
    world = World()
    for step in steps:
        world.step(step)
    world.step("heard_again")
    world.step("disconnects")
    for _ in range(1000):
        if not world.pending:
            break
        world.step("carried_out")
    world.step("minute_passes")
    assert (world.pending, world.channels, world.bridges) == ([], {}, {})
    assert world.line.volunteer in ("none", "gone")
    assert world.line.voter in ("none", "ended")
    _check_what_was_told(world.told)


def _check_what_was_told(told: list[News]) -> None:
    calls: dict[str, list[str]] = defaultdict(list)
    legs: dict[str, list[str]] = defaultdict(list)
    for news in told:
        over = news.state in ("ended", "gone")
        assert (news.ending is not None) == over
        if isinstance(news, CallEvent):
            calls[news.call_id].append(news.state)
        else:
            legs[news.leg_id].append(news.state)
    for states in calls.values():
        assert states in (
            ["dialing", *ringing, *talking, "ended"] for ringing in ([], ["ringing"]) for talking in ([], ["talking"])
        )
    for states in legs.values():
        assert (states[0], states[-1]) == ("ringing", "gone")
        assert all(two in _VOLUNTEERS_STEPS for two in pairwise(states))


_VOLUNTEERS_STEPS = {(before, after) for (before, _), after in VOLUNTEER.items()}


def test_a_bridge_that_comes_after_its_volunteer_left_is_taken_away() -> None:
    line = Line(Names("calls"), "dana")
    line.connect("1", "PJSIP/dana", "+1", NOON)
    [opened] = line.heard(Heard("calls.volunteer.1", "answered"), NOON)
    gone = line.heard(Heard("calls.volunteer.1", "lost"), NOON)
    assert gone == [VolunteerLeg("1", "gone", "completed"), Close("calls.line.1")]
    assert isinstance(opened, Open)
    assert line.done(opened, NOON) == [Close("calls.line.1")]
    assert line.failed(opened, NOON) == [Close("calls.line.1")]


def test_every_state_of_a_leg_can_be_left() -> None:
    assert {state for state, happening in VOTER if happening == "lost"} == set(UNDER_WAY)
    assert {state for state, happening in VOLUNTEER if happening == "lost"} == {"ringing", "there", "unsure"}


def test_a_line_remembers_the_ids_of_an_evening_and_not_of_a_year() -> None:
    line = Line(Names("calls"), "dana")
    for number in range(502):
        line.connect(f"leg-{number}", "PJSIP/dana", "+1", NOON)
        line.done(HangUp(f"calls.volunteer.leg-{number}"), NOON)
    assert line.connect("leg-501", "PJSIP/dana", "+1", NOON) == []
    assert line.connect("leg-0", "PJSIP/dana", "+1", NOON)[0] == VolunteerLeg("leg-0", "ringing")


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("calls.volunteer.1", True),
        ("calls.voter.1", True),
        ("calls.line.1", True),
        ("calls-2.voter.1", False),
        ("calls.other.1", False),
        ("1765370000.12", False),
    ],
)
def test_a_server_knows_its_own_channels(name: str, ours: bool) -> None:
    assert Names("calls").ours(name) is ours
