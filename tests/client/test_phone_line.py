"""A caller has the voters dialed: by a key, by a countdown, and never when nobody is there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta

import msgspec
import pytest

from phonetui.client import phone_line
from phonetui.client.phone_line import PhoneLine
from phonetui.client.practice_desk import PracticeDesk
from phonetui.core.call_actions import Action, Dial, Result, TakeBack
from phonetui.core.campaign import Dialing
from phonetui.core.phone_call import CallEvent, Ending, Pace
from phonetui.core.refusal import Refused
from phonetui.core.standard_dispositions import USUAL
from phonetui.core.voter import Household, Phone, PhoneKind, Voter
from phonetui.dial.calls_told import CallsTold
from phonetui.dial.dialer import Cap
from tests.client.people import NOON
from tests.core.example import CAMPAIGN as EXAMPLE

POWER = Dialing(paces=("manual", "preview", "power"), power_mobiles=True)


class Clock:
    """Stands still until time passes."""

    def __init__(self) -> None:
        self.seconds = 100.0
        self.ids = 0

    def passes(self, seconds: float) -> None:
        self.seconds += seconds

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.seconds)

    def tick(self) -> float:
        return self.seconds

    def new_id(self) -> str:
        self.ids += 1
        return f"made-{self.ids}"


class Engine:
    """Does what the story says, when it says so."""

    def __init__(self, caps: frozenset[Cap] = frozenset({"state", "hangup", "mute", "dtmf"})) -> None:
        self.caps = caps
        self.told = CallsTold()
        self.dialed: list[str] = []
        self.did: list[str] = []
        self.refuses = ""

    async def start(self) -> str:
        return "a phone"

    async def dial(self, number: str, ring_timeout: float) -> str:
        if self.refuses:
            raise Refused(self.refuses)
        self.dialed.append(number)
        return f"call {len(self.dialed)}"

    async def hangup(self) -> None:
        self.did.append("hangs up")

    async def mute(self, on: bool) -> None:
        self.did.append("mutes" if on else "is heard")

    async def dtmf(self, digits: str) -> None:
        self.did.append(f"presses {digits}")

    def events(self) -> AsyncIterator[CallEvent]:
        return self.told.events()

    async def close(self) -> None:
        self.did.append("closes")
        self.told.close()


class Caller:
    """Sits at a desk where nobody is called in earnest."""

    def __init__(self, pace: Pace, dialing: Dialing, engine: Engine) -> None:
        campaign = msgspec.structs.replace(EXAMPLE, dispositions=USUAL, dialing=dialing)
        self.clock = Clock()
        self.engine = engine
        self.waits: list[float] = []
        self.time = asyncio.Event()
        self.phone = PhoneLine(self.clock, engine, "fake", pace, 3.0, wait=self._wait)
        self.desk = PracticeDesk(campaign, "Dana", self.clock, phone=self.phone)
        self.acts: list[Action] = []
        carry_out = self.desk.act

        async def act(action: Action) -> None:
            self.acts.append(action)
            await carry_out(action)

        self.desk.act = act  # type: ignore[method-assign]

    async def _wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        await self.time.wait()
        self.clock.passes(seconds)

    @property
    def number(self) -> str:
        household = self.desk.view.call.household
        return household.number if household else ""

    async def hears(self, state: str, ending: Ending | None = None, call: int = 0) -> None:
        call_id = f"call {call or len(self.engine.dialed)}"
        self.engine.told.tell(msgspec.convert({"call_id": call_id, "state": state, "ending": ending}, CallEvent))
        await turns()

    async def dials(self) -> None:
        self.phone.dial()
        await turns()

    async def saves(self, disposition: str = "not_home") -> None:
        self.clock.passes(1)
        await self.desk.act(Result(disposition))
        await turns()


async def turns() -> None:
    for _ in range(8):
        await asyncio.sleep(0)


def calls(
    story: Callable[[Caller], Awaitable[None]],
    pace: Pace = "preview",
    dialing: Dialing = POWER,
    engine: Engine | None = None,
) -> Caller:
    async def told() -> Caller:
        caller = Caller(pace, dialing, engine or Engine())
        await caller.desk.start()
        caller.desk.listen(lambda: None)
        caller.phone.listen(caller.desk, lambda: None)()
        await turns()
        await story(caller)
        await caller.desk.close()
        return caller

    return asyncio.run(told())


def test_a_key_dials_whoever_is_shown_and_their_answer_is_told() -> None:
    async def story(dana: Caller) -> None:
        assert dana.desk.view.phone.can_dial
        await dana.dials()
        assert dana.engine.dialed == [dana.number]
        await dana.hears("ringing")
        assert (dana.phone.view.state, dana.phone.view.in_call) == ("ringing", True)
        await dana.hears("talking")
        dana.clock.passes(5)
        assert (dana.phone.view.talked_for, dana.phone.view.answers) == (5.0, 1)

    dana = calls(story)

    assert [(act.engine, act.by) for act in dana.acts if isinstance(act, Dial)] == [("fake", "key")]
    assert dana.engine.did == ["closes"]


def test_what_the_end_of_a_call_suggests_is_offered_and_not_saved() -> None:
    async def story(dana: Caller) -> None:
        before = dana.number
        await dana.dials()
        await dana.hears("ended", "busy")
        assert (dana.phone.view.offered, dana.phone.view.said, dana.number) == ("busy", "Busy", before)
        await dana.saves("busy")
        assert dana.number != before
        assert (dana.phone.view.offered, dana.phone.view.said) == ("", "")

    calls(story)


def test_a_result_in_mid_call_hangs_up() -> None:
    async def story(dana: Caller) -> None:
        await dana.dials()
        await dana.hears("talking")
        await dana.saves("refused")
        assert dana.engine.did == ["hangs up"]
        await dana.hears("ended", "completed", call=1)
        assert dana.phone.view.offered == ""

    calls(story)


def test_a_countdown_dials_the_next_voter_after_a_result() -> None:
    async def story(dana: Caller) -> None:
        assert not dana.phone.stop_countdown()  # nobody is dialed before the first key
        await dana.saves()
        assert (dana.phone.view.seconds_left, dana.engine.dialed) == (3.0, [])
        dana.time.set()
        await turns()
        assert dana.engine.dialed == [dana.number]

    dana = calls(story, "power")

    assert [act.by for act in dana.acts if isinstance(act, Dial)] == ["countdown"]


def test_news_while_a_result_is_written_down_does_not_keep_the_next_voter_from_being_dialed() -> None:
    async def story(dana: Caller) -> None:
        heard, hear = dana.phone.listen(dana.desk, lambda: None), dana.phone.hear

        def hear_and_get_news(action: Action) -> None:
            hear(action)
            heard()

        dana.phone.hear = hear_and_get_news  # type: ignore[method-assign]
        await dana.saves()
        assert dana.phone.view.seconds_left == 3.0

    calls(story, "power")


def test_any_key_stops_the_countdown_and_does_nothing_else() -> None:
    async def story(dana: Caller) -> None:
        await dana.saves()
        assert dana.phone.stop_countdown()
        assert not dana.phone.stop_countdown()
        dana.time.set()
        await turns()
        assert dana.engine.dialed == []
        await dana.dials()
        assert len(dana.engine.dialed) == 1

    calls(story, "power")


@pytest.mark.parametrize(
    "dialing", [Dialing(), Dialing(paces=("manual", "preview", "power")), Dialing(paces=("manual", "power"))]
)
def test_without_the_campaigns_word_no_countdown_dials_a_mobile(dialing: Dialing) -> None:
    async def story(dana: Caller) -> None:
        await dana.saves()
        assert dana.phone.view.seconds_left is None

    calls(story, "power", dialing)


def test_who_comes_back_by_an_undo_is_not_dialed_by_a_countdown() -> None:
    async def story(dana: Caller) -> None:
        await dana.saves()
        dana.phone.stop_countdown()
        await dana.desk.act(TakeBack())
        await turns()
        assert dana.phone.view.seconds_left is None

    calls(story, "power")


def test_a_pause_takes_effect_after_this_call() -> None:
    async def story(dana: Caller) -> None:
        await dana.dials()
        await dana.hears("talking")
        dana.phone.pause()
        assert (dana.phone.view.pauses, dana.engine.did) == (True, [])
        await dana.saves("refused")
        assert dana.phone.view.seconds_left is None
        dana.phone.pause()
        await dana.saves()
        assert dana.phone.view.seconds_left == 3.0

    calls(story, "power")


def test_a_line_that_fails_twice_rests_and_nothing_is_counted() -> None:
    async def story(dana: Caller) -> None:
        await dana.dials()
        await dana.hears("ended", "trunk_error")
        assert dana.phone.view.said == "The line failed, and nobody was called; try again, or dial by hand."
        assert (dana.phone.view.alarm, dana.phone.view.can_dial, dana.phone.view.offered) == (True, True, "")
        await dana.dials()
        await dana.hears("ended", "trunk_error")
        assert dana.phone.view.pauses
        assert dana.phone.view.said == (
            "The line failed twice in a row, so the pace rests; dial by hand, or try it again."
        )

    dana = calls(story, "power")

    assert not any(isinstance(act, Result) for act in dana.acts)


def test_a_number_that_is_marked_as_unwanted_is_for_the_supervisor() -> None:
    async def story(dana: Caller) -> None:
        await dana.dials()
        await dana.hears("ended", "blocked")
        assert dana.phone.view.said == (
            "The call was blocked: the campaign's number is marked as unwanted; your supervisor is told."
        )

    calls(story)


def test_the_same_attempt_is_dialed_again_twice_and_no_more() -> None:
    async def story(dana: Caller) -> None:
        for times in (1, 2, 3):
            await dana.dials()
            await dana.hears("ended", "no_answer")
            assert dana.phone.view.redials == (times < 3)
        await dana.dials()
        assert len(dana.engine.dialed) == 3

    dana = calls(story)

    assert [act.by for act in dana.acts if isinstance(act, Dial)] == ["key", "redial", "redial"]


def test_an_engine_that_refuses_says_why_and_the_voter_stays() -> None:
    engine = Engine()
    engine.refuses = "baresip is not installed here; dial by hand."

    async def story(dana: Caller) -> None:
        before = dana.number
        await dana.dials()
        assert dana.phone.view.said == "baresip is not installed here; dial by hand."
        assert (dana.number, dana.phone.view.can_dial) == (before, True)

    calls(story, engine=engine)


def test_a_result_that_overtakes_the_dialing_dials_nobody_in_their_place() -> None:
    async def story(dana: Caller) -> None:
        dana.phone.dial()
        await dana.saves()
        assert (dana.engine.dialed, dana.desk.view.call.dialed) == ([], False)
        assert dana.phone.view.can_dial

    calls(story)


def test_a_voter_who_gets_a_result_while_the_engine_dials_is_not_left_ringing() -> None:
    class Slow(Engine):
        async def dial(self, number: str, ring_timeout: float) -> str:
            call_id = await super().dial(number, ring_timeout)
            await turns()
            return call_id

    async def story(dana: Caller) -> None:
        dana.phone.dial()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert len(dana.engine.dialed) == 1
        await dana.saves()
        await turns()
        assert "hangs up" in dana.engine.did

    calls(story, engine=Slow())


def test_who_hangs_up_while_the_engine_is_only_just_made_ready_rings_nobody_after() -> None:
    class Unready(Engine):
        async def dial(self, number: str, ring_timeout: float) -> str:
            await turns()
            self.did.append("rings")
            return await super().dial(number, ring_timeout)

    async def story(dana: Caller) -> None:
        dana.phone.dial()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        dana.phone.hang_up()
        await turns()
        await turns()
        assert dana.engine.did[-2:] == ["rings", "hangs up"]
        await dana.hears("ended", "canceled")
        assert (dana.phone.view.in_call, dana.phone.view.said) == (False, "You hung up before anybody answered")

    calls(story, engine=Unready())


def test_the_caller_mutes_presses_keys_and_hangs_up() -> None:
    async def story(dana: Caller) -> None:
        with pytest.raises(Refused, match=r"^There is no call\.$"):
            dana.phone.hang_up()
        await dana.dials()
        await dana.hears("talking")
        dana.phone.mute()
        await turns()
        assert dana.phone.view.muted
        dana.phone.mute()
        dana.phone.press("12#")
        dana.phone.hang_up()
        await turns()
        assert not dana.phone.view.muted

    assert calls(story).engine.did == ["mutes", "is heard", "presses 12#", "hangs up", "closes"]


def test_a_phone_that_takes_the_number_has_the_call() -> None:
    async def story(dana: Caller) -> None:
        await dana.dials()
        await dana.hears("handed_off")
        assert dana.phone.view.said == "Your phone has the number"
        with pytest.raises(Refused, match=r"^Your phone has the call; end it, mute it and press its keys there\.$"):
            dana.phone.mute()

    calls(story, engine=Engine(frozenset()))


def test_who_dials_by_hand_is_told_how_to_have_it_done() -> None:
    line = PhoneLine(Clock())

    assert line.view.engine == "hand"
    with pytest.raises(Refused, match=r"^You dial by hand; choose what dials with phonetui settings set dialer\.$"):
        line.dial()


class Starting(Engine):
    """Takes its time before the first number, as one that has to be started."""

    def __init__(self) -> None:
        super().__init__()
        self.ready = asyncio.Event()

    async def dial(self, number: str, ring_timeout: float) -> str:
        await self.ready.wait()
        self.did.append(f"rings {number}")
        return await super().dial(number, ring_timeout)


def test_while_one_is_being_dialed_nobody_else_is() -> None:
    async def story(dana: Caller) -> None:
        first = dana.number
        await dana.dials()
        await dana.saves()
        second = dana.number
        await dana.dials()
        assert dana.engine.did == ["hangs up"]
        engine.ready.set()
        await turns()
        assert dana.engine.did == ["hangs up", f"rings {first}", "hangs up", f"rings {second}"]
        await dana.hears("talking", call=1)
        assert dana.phone.view.state == "dialing"  # the first was given up: nothing of it is the second's
        await dana.hears("talking", call=2)
        assert (dana.phone.view.state, dana.phone.view.answers) == ("talking", 1)

    engine = Starting()
    calls(story, engine=engine)


def test_who_had_a_result_before_it_was_their_turn_is_not_called() -> None:
    async def story(dana: Caller) -> None:
        first = dana.number
        await dana.dials()
        for _ in range(2):
            await dana.saves()
            await dana.dials()
        engine.ready.set()
        await turns()
        assert [done for done in engine.did if done.startswith("rings")] == [f"rings {first}", f"rings {dana.number}"]

    engine = Starting()
    calls(story, engine=engine)


def test_a_countdown_that_ended_while_the_laptop_slept_dials_nobody() -> None:
    async def story(dana: Caller) -> None:
        await dana.saves()
        dana.clock.passes(3600)
        dana.time.set()
        await turns()
        assert (dana.engine.dialed, dana.phone.view.seconds_left, dana.phone.view.can_dial) == ([], None, True)

    calls(story, "power")


def test_a_fault_of_our_own_leaves_the_caller_free_and_is_reported_at_the_end() -> None:
    class Faulty(Engine):
        async def dial(self, number: str, ring_timeout: float) -> str:
            raise ZeroDivisionError

    async def story(dana: Caller) -> None:
        await dana.dials()
        assert dana.phone.view.said == "phonetui itself failed to dial; dial by hand, everything is saved."
        assert (dana.phone.view.in_call, dana.phone.view.can_dial) == (False, True)
        await dana.saves()

    with pytest.raises(ZeroDivisionError):
        calls(story, engine=Faulty())


@pytest.mark.parametrize(("kinds", "counts"), [(("home", "home"), True), (("home", "cell"), False), ((), False)])
def test_one_who_says_that_the_number_is_a_mobile_is_enough(kinds: tuple[PhoneKind, ...], counts: bool) -> None:
    people = [
        Voter(f"v{kind}{place}", "Ana", "Diaz", phones=(Phone("+18125550101", kind),))
        for place, kind in enumerate(kinds)
    ]
    household = Household("h1", "+18125550101", tuple(people) or (Voter("v1", "Ana", "Diaz"),))

    assert phone_line._by_itself(EXAMPLE, household) == counts
