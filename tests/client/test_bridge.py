"""The laptop's half of the bridge: what it asks with each exchange, and what it makes of the answers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
import pytest

from phonetui.client import bridge
from phonetui.client.bridge import BridgeDialer
from phonetui.client.bridge_words import OWN_PHONE
from phonetui.client.campaign_server import Offline
from phonetui.client.engines import open_line
from phonetui.client.folders import folders_in
from phonetui.client.hand import Hand
from phonetui.client.settings import Settings
from phonetui.core.bridge_call import REFUSED, TROUBLE, PhoneState, VolunteerLeg
from phonetui.core.phone_call import CallEvent, Ending
from phonetui.core.refusal import Refused
from phonetui.core.voter import Household
from tests.client.people import household, lease, reply
from tests.client.test_outbox import Laptop
from tests.client.test_phone_line import Clock, turns

OWN_NUMBER = "+18125550100"
ANA = household(1)


class Bridged:
    """A laptop whose campaign places the calls; the story says what comes of each exchange."""

    def __init__(self, own_number: str = OWN_NUMBER, dialed: Household = ANA) -> None:
        self.laptop = Laptop()
        lent = msgspec.structs.replace(lease(1), household=dialed)
        self.laptop.outbox.hand = Hand([lent, lease(2)])
        self.clock = Clock()
        self.dialer = BridgeDialer(own_number, self.clock, self.laptop.outbox)
        self.said: list[str] = []
        self.dialer.says = self.said.append
        self.told: list[CallEvent] = []
        self.placing: asyncio.Task[str] | None = None
        self._dialed = dialed
        self._seq = 0

    async def dials(self) -> None:
        self.placing = asyncio.create_task(self.dialer.dial(self._dialed.line, 25.0))
        await turns()

    @property
    def call_id(self) -> str:
        return self.dialer.ask.call.call_id if self.dialer.ask.call else ""

    @property
    def leg_id(self) -> str:
        return self.dialer.ask.leg_id

    async def hears(self, **state: object) -> None:
        """An answer to an exchange."""
        self._seq += 1
        self.dialer.hear(msgspec.structs.replace(PhoneState(self._seq), **state))
        await turns()

    async def talks(self) -> str:
        await self.dials()
        call_id = self.call_id
        await self.hears(leg=VolunteerLeg(self.leg_id, "there"), call=CallEvent(call_id, "talking"))
        return call_id

    async def refusal(self) -> str:
        assert self.placing is not None
        with pytest.raises(Refused) as refused:
            await self.placing
        return str(refused.value)


def with_a_bridge(story: Callable[[Bridged], Awaitable[None]], own_number: str = OWN_NUMBER) -> list[CallEvent]:
    """What was told of the calls."""

    async def told() -> list[CallEvent]:
        caller = Bridged(own_number)
        await story(caller)
        await caller.dialer.close()
        return [event async for event in caller.dialer.events()]

    return asyncio.run(told())


def test_the_whole_of_it_is_asked_with_every_exchange() -> None:
    async def story(caller: Bridged) -> None:
        before = caller.laptop.sends()
        assert before.phone is not None
        assert (before.phone.leg_id, before.phone.call) == ("", None)
        await caller.dials()
        assert caller.dialer.ask.own_number == OWN_NUMBER
        asked = caller.dialer.ask.call
        assert asked is not None
        assert (asked.voter_id, asked.ticket) == ("v1a", "ticket-v1a")
        assert caller.dialer.ask.seq > before.phone.seq
        await caller.hears(call=CallEvent(asked.call_id, "dialing"))
        assert caller.placing is not None
        assert await caller.placing == asked.call_id
        assert caller.dialer.ask.heard == 1

    with_a_bridge(story)


def test_older_and_repeated_answers_say_nothing() -> None:
    async def story(caller: Bridged) -> None:
        call_id = await caller.talks()
        caller.dialer.hear(PhoneState(0, call=CallEvent(call_id, "ended", "busy")))
        await caller.hears(call=CallEvent(call_id, "talking"))
        await caller.hears(call=CallEvent(call_id, "ringing"))
        await caller.hears(call=CallEvent(call_id, "ended", "completed"))
        await caller.hears(call=CallEvent("another", "ended", "busy"))
        assert caller.dialer.ask.call is None
        assert caller.leg_id

    assert [(event.state, event.ending) for event in with_a_bridge(story)] == [
        ("talking", None),
        ("ended", "completed"),
    ]


def test_the_caller_is_told_of_their_own_phone() -> None:
    async def story(caller: Bridged) -> None:
        await caller.dials()
        await caller.hears(leg=VolunteerLeg(caller.leg_id, "ringing"))
        await caller.hears(leg=VolunteerLeg(caller.leg_id, "there"), call=CallEvent(caller.call_id, "talking"))
        await caller.hears(leg=VolunteerLeg(caller.leg_id, "unsure"), call=CallEvent(caller.call_id, "talking"))
        leg_id = caller.leg_id
        await caller.hears(leg=VolunteerLeg(leg_id, "gone", "completed"))
        assert caller.said == [
            "Your own phone rings; take the call, and stay on it between voters.",
            "",
            "The campaign's phone system is not heard just now; the call may go on.",
            "Your own phone has hung up; dial to have it rung again.",
        ]
        assert (caller.leg_id, caller.call_id) == ("", "")
        await caller.dials()
        assert caller.leg_id not in ("", leg_id)

    with_a_bridge(story)


@pytest.mark.parametrize("ending", [*OWN_PHONE, "trunk_error"])
def test_a_caller_whose_phone_was_not_answered_hears_what_to_do(ending: Ending) -> None:
    async def story(caller: Bridged) -> None:
        await caller.dials()
        await caller.hears(leg=VolunteerLeg(caller.leg_id, "gone", ending))
        wanted = OWN_PHONE.get(ending, "Your own phone could not be rung; dial to try it again.")
        assert await caller.refusal() == wanted

    with_a_bridge(story)


@pytest.mark.parametrize("code", [*REFUSED, "of-a-newer-server"])
@pytest.mark.parametrize("hidden", [False, True])
def test_why_nobody_was_rung_is_said_with_a_way_on(code: str, hidden: bool) -> None:
    async def story() -> None:
        caller = Bridged(dialed=msgspec.structs.replace(ANA, number="") if hidden else ANA)
        await caller.dials()
        await caller.hears(refused=code, refused_id=caller.call_id)
        why = REFUSED.get(code, "The campaign's server does not say whether it rings anybody.")
        way_on = " Dial by hand meanwhile."
        if hidden:
            way_on = " The campaign hides its numbers, so wait a little, and dial again."
        is_trouble = code in TROUBLE or code not in REFUSED
        assert await caller.refusal() == f"{why}{way_on if is_trouble else ''}"
        assert caller.call_id == ""

    asyncio.run(story())


def test_who_is_no_longer_lent_is_not_asked_for() -> None:
    async def story(caller: Bridged) -> None:
        caller.laptop.outbox.hand = Hand()
        await caller.dials()
        assert await caller.refusal() == "This voter is not yours to call any more; skip them."
        assert caller.leg_id == ""

    with_a_bridge(story)


def test_without_a_number_of_ones_own_nobody_is_rung() -> None:
    async def story(caller: Bridged) -> None:
        await caller.dials()
        assert await caller.refusal() == (
            "No phone of yours is set; type phonetui settings set own_number NUMBER, or dial by hand."
        )

    with_a_bridge(story, "")


def test_a_server_that_says_nothing_is_not_waited_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bridge, "PATIENCE", 0.0)

    async def story(caller: Bridged) -> None:
        await caller.dials()
        assert await caller.refusal() == (
            "The campaign's server does not say whether it rings anybody. Dial by hand meanwhile."
        )
        assert caller.call_id == ""

    with_a_bridge(story)


def test_without_a_line_to_the_server_it_is_said_at_once() -> None:
    async def story(caller: Bridged) -> None:
        await caller.dials()
        caller.laptop.outbox.failed(caller.laptop.sends(), Offline("No route."), 1000.0)
        assert await caller.refusal() == (
            "There is no line to the campaign's server, which places the calls. Dial by hand meanwhile."
        )
        assert caller.leg_id == ""  # when the line is back, no phone rings out of the blue

    with_a_bridge(story)


def test_a_call_of_which_nothing_is_heard_for_a_minute_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bridge, "SILENCE", 0.0)

    async def story(caller: Bridged) -> None:
        await caller.talks()
        caller.dialer.lost(caller.dialer.ask)
        await asyncio.sleep(0.001)
        assert (caller.leg_id, caller.call_id) == ("", "")

    assert with_a_bridge(story)[-1].ending == "unknown"


def test_a_server_that_has_started_anew_has_lost_the_call() -> None:
    async def story(caller: Bridged) -> None:
        await caller.talks()
        await caller.hears(refused="lost", refused_id=caller.leg_id)
        assert caller.leg_id == ""

    assert with_a_bridge(story)[-1].ending == "unknown"


def test_a_refusal_of_nothing_that_was_asked_changes_nothing() -> None:
    async def story(caller: Bridged) -> None:
        before = caller.dialer.ask.seq
        await caller.hears(refused="no-bridge")
        assert caller.dialer.ask.seq == before

    with_a_bridge(story)


def test_hanging_up_before_anybody_rings_is_the_end_of_that_call() -> None:
    async def story(caller: Bridged) -> None:
        await caller.dials()
        call_id = caller.call_id
        await caller.dialer.hangup()
        assert caller.placing is not None
        assert await caller.placing == call_id
        assert (caller.call_id, caller.leg_id) == ("", "")
        await caller.hears(call=CallEvent(call_id, "dialing"))  # it was rung meanwhile

    assert [(event.state, event.ending) for event in with_a_bridge(story)] == [("ended", "canceled")]


def test_hanging_up_while_the_callers_own_phone_rings_lets_it_ring() -> None:
    async def story(caller: Bridged) -> None:
        await caller.dials()
        leg_id = caller.leg_id
        await caller.hears(leg=VolunteerLeg(leg_id, "ringing"))
        await caller.dialer.hangup()
        assert (caller.call_id, caller.leg_id) == ("", leg_id)

    with_a_bridge(story)


def test_who_is_muted_is_muted_there(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(caller: Bridged) -> None:
        call_id = await caller.talks()
        muting = asyncio.create_task(caller.dialer.mute(True))
        await turns()
        assert caller.dialer.ask.muted
        assert not muting.done()
        await caller.hears(call=CallEvent(call_id, "talking"), muted=True)
        await muting
        monkeypatch.setattr(bridge, "PATIENCE", 0.0)
        with pytest.raises(Refused) as refused:
            await caller.dialer.mute(False)
        assert str(refused.value) == "That did not get through to the campaign's phone system; try again."
        assert caller.dialer.ask.muted

    with_a_bridge(story)


def test_keys_are_pressed_while_somebody_is_on_the_line() -> None:
    async def story(caller: Bridged) -> None:
        with pytest.raises(Refused) as refused:
            await caller.dialer.dtmf("1")
        assert str(refused.value) == "Nobody is on the line."
        await caller.talks()
        await caller.dialer.dtmf("1")
        await caller.dialer.dtmf("2#")
        assert caller.dialer.ask.keys == "12#"
        with pytest.raises(Refused) as refused:
            await caller.dialer.dtmf("x")
        assert str(refused.value) == "x: a phone has the keys 0 to 9, * and #."

    with_a_bridge(story)


def test_a_watch_that_tells_of_the_phones_is_followed_by_the_next_at_once() -> None:
    async def story(caller: Bridged) -> None:
        laptop = caller.laptop
        caller.clock.seconds = laptop.tick
        laptop.hears(laptop.sends(), reply())
        watch = laptop.passes(50).watches()
        laptop.hears(watch, reply(phone=PhoneState(7, leg=VolunteerLeg("old", "gone", "completed"))))
        assert caller.dialer.ask.heard == 7
        watch = laptop.watches()
        assert watch.phone is not None
        assert watch.phone.heard == 7
        laptop.hears(watch, reply(phone=PhoneState(7)))
        assert laptop.outbox.next_watch(laptop.tick) is None  # nothing new is not asked for in a loop

    with_a_bridge(story)


def test_while_the_callers_phone_is_connected_the_laptop_is_heard_of_often() -> None:
    async def story(caller: Bridged) -> None:
        laptop = caller.laptop
        caller.clock.seconds = laptop.tick
        laptop.hears(laptop.sends(), reply())
        waits = []
        for leg_id in ("", "", "1", "1", ""):
            caller.dialer._change(leg_id=leg_id)
            watch = laptop.watches()
            waits.append(watch.wait)
            laptop.passes(watch.wait).hears(watch, reply())
        assert waits == [25, 50, 25, 25, 300]

    with_a_bridge(story)


def test_the_last_exchange_lets_the_callers_phone_go() -> None:
    async def story(caller: Bridged) -> None:
        await caller.talks()
        await caller.dialer.close()
        request = caller.laptop.sends()
        assert request.phone is not None
        assert (request.phone.leg_id, request.phone.call) == ("", None)

    with_a_bridge(story)


def test_a_blocked_call_is_told_once() -> None:
    async def story(caller: Bridged) -> None:
        told: list[str] = []
        caller.dialer.blocked = lambda: told.append("blocked")
        await caller.dials()
        state = {"leg": VolunteerLeg(caller.leg_id, "there"), "call": CallEvent(caller.call_id, "ended", "blocked")}
        for _ in range(2):
            await caller.hears(**state)
        assert told == ["blocked"]

    with_a_bridge(story)


def test_the_settings_name_the_phone_that_is_rung() -> None:
    laptop = Laptop()
    settings = Settings(dialer="bridge", own_number=OWN_NUMBER)
    line = open_line(settings, folders_in(Path("nowhere")), Clock(), "", laptop.outbox, lambda: None)
    assert laptop.outbox.bridge is not None
    laptop.outbox.bridge.says("Your own phone rings.")
    assert (line.view.engine, line.view.said) == ("bridge", "Your own phone rings.")
