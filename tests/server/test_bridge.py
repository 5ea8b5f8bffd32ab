"""The bridge, over real HTTP and WebSockets to a small Asterisk."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from phonetui.core.phone_call import Ending
from phonetui.core.refusal import Refused
from phonetui.server.ari import LONGEST
from phonetui.server.bridge import AWAY

from .bridge_people import CAMPAIGN, DANA, DANAS_PHONE, VOTER, Floor, call, floor, settled, volunteer
from .conftest import Clock

DANAS, VOTERS = "calls.volunteer.1", "calls.voter.a"


def on_the_floor(clock: Clock, story: Callable[[Floor], Awaitable[None]], longest: float = LONGEST) -> None:
    async def told() -> None:
        async with floor(clock, longest) as here:
            await story(here)

    asyncio.run(told())


# -- the usual evening -------------------------------------------------------------------------------------------------


def test_the_volunteer_is_rung_once_and_each_voter_into_that_call(clock: Clock) -> None:
    async def story(here: Floor) -> None:
        await here.connects()
        for call_id in ("a", "b", "c"):
            name = await here.talks(call_id)
            assert here.ari.bridges == {"calls.line.1": {DANAS, name}}
            here.ari.hangs_up(name)
            await here.hears(call("ended", "completed", call=call_id))
        assert here.ari.bridges == {"calls.line.1": {DANAS}}
        assert here.ari.asked.count(f"POST /channels/{DANAS}") == 1

    on_the_floor(clock, story)


def test_both_see_the_campaigns_number_and_no_number_is_in_an_address(clock: Clock) -> None:
    async def story(here: Floor) -> None:
        await here.connects()
        await here.talks()
        dialed = {name: (each.endpoint, each.shown) for name, each in here.ari.channels.items()}
        assert dialed == {
            DANAS: (f"PJSIP/{DANAS_PHONE}@carrier", CAMPAIGN),
            VOTERS: (f"PJSIP/{VOTER}@carrier", CAMPAIGN),
        }
        assert "555" not in "".join(here.ari.asked)

    on_the_floor(clock, story)


def test_the_caller_hangs_up_a_talk_and_keeps_the_line(clock: Clock) -> None:
    async def story(here: Floor) -> None:
        await here.connects()
        await here.talks()
        here.bridge.hang_up(DANA, "a")
        await here.hears(call("ended", "completed"))
        assert here.ari.channels.keys() == {DANAS}
        await here.talks("b")

    on_the_floor(clock, story)


@pytest.mark.parametrize("rung", [False, True])
def test_the_caller_stops_what_rings(clock: Clock, rung: bool) -> None:
    async def story(here: Floor) -> None:
        await here.connects()
        await (here.rings() if rung else here.dials())
        here.bridge.hang_up(DANA, "a")
        await here.hears(call("ended", "canceled"))
        assert here.ari.channels.keys() == {DANAS}

    on_the_floor(clock, story)


def test_a_carriers_own_tone_is_ringing_too(clock: Clock) -> None:
    async def story(here: Floor) -> None:
        await here.connects()
        here.ari.plays_tone(await here.dials())
        await here.hears(call("ringing"))

    on_the_floor(clock, story)


def test_who_answers_at_once_was_never_ringing(clock: Clock) -> None:
    async def story(here: Floor) -> None:
        await here.connects()
        here.ari.answers(await here.dials())
        await here.hears(call("talking"))

    on_the_floor(clock, story)


def test_two_callers_have_lines_of_their_own(clock: Clock) -> None:
    async def story(here: Floor) -> None:
        await here.connects()
        await here.connects("2", caller="eli")
        danas = await here.dials("a")
        elis = await here.dials("b", caller="eli")
        here.ari.answers(elis)
        await here.hears(call("talking", call="b"), caller="eli")
        here.ari.answers(danas)
        await here.hears(call("talking", call="a"))
        assert here.ari.bridges == {"calls.line.1": {DANAS, danas}, "calls.line.2": {"calls.volunteer.2", elis}}

    on_the_floor(clock, story)


def test_mute_is_the_volunteers_and_ends_with_the_next_call(clock: Clock) -> None:
    async def story(here: Floor) -> None:
        await here.connects()
        name = await here.talks()
        await here.bridge.mute(DANA, True)
        await here.bridge.mute(DANA, True)
        assert (here.ari.channels[DANAS].muted, here.ari.channels[name].muted) == (True, False)
        await here.bridge.mute(DANA, False)
        assert not here.ari.channels[DANAS].muted
        await here.bridge.mute(DANA, True)
        here.ari.hangs_up(name)
        await here.hears(call("ended", "completed"))
        await here.dials("b")
        assert not here.ari.channels[DANAS].muted
        assert here.ari.asked.count(f"POST /channels/{DANAS}/mute") == 2

    on_the_floor(clock, story)


def test_keys_are_heard_by_the_voters_side_alone(clock: Clock) -> None:
    async def story(here: Floor) -> None:
        await here.connects()
        with pytest.raises(Refused) as refused:
            await here.bridge.press(DANA, "a", "1")
        assert str(refused.value) == "Nobody is on the line who could hear keys."
        name = await here.talks()
        await here.bridge.press(DANA, "a", "12*#")
        assert (here.ari.channels[name].keys, here.ari.channels[DANAS].keys) == ("12*#", "")
        with pytest.raises(Refused) as refused:
            await here.bridge.press(DANA, "a", "w12")
        assert str(refused.value) == "A phone has the keys 0 to 9, * and #."

    on_the_floor(clock, story)


def test_the_caller_leaves_and_nothing_is_left(clock: Clock) -> None:
    async def story(here: Floor) -> None:
        await here.connects()
        await here.talks()
        here.bridge.disconnect(DANA)
        await here.hears(volunteer("gone", "completed"), call("ended", "completed"))
        await here.ari.until(lambda: not here.ari.bridges)
        assert here.ari.channels == {}
        await here.connects("2")

    on_the_floor(clock, story)


# -- what is not answered ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cause", "status", "dialed", "ending"),
    [
        (17, 486, "BUSY", "busy"),
        (17, 0, "BUSY", "busy"),
        (19, 480, "NOANSWER", "no_answer"),
        (18, 408, "NOANSWER", "no_answer"),
        (21, 603, "CONGESTION", "declined"),
        (21, 0, "CONGESTION", "declined"),
        (21, 403, "CONGESTION", "auth_error"),
        (1, 404, "CONGESTION", "bad_number"),
        (22, 410, "CONGESTION", "bad_number"),
        (28, 484, "CONGESTION", "bad_number"),
        (127, 607, "CONGESTION", "blocked"),
        (127, 608, "CONGESTION", "blocked"),
        (34, 503, "CONGESTION", "trunk_error"),
        (38, 500, "CONGESTION", "trunk_error"),
        (58, 488, "CONGESTION", "media_error"),
        (0, 0, "CHANUNAVAIL", "trunk_error"),
        (127, 0, "CONGESTION", "trunk_error"),
        (16, 0, "NOANSWER", "no_answer"),
        (16, 0, "", "unknown"),
    ],
)
def test_why_nobody_answered_is_told(clock: Clock, cause: int, status: int, dialed: str, ending: Ending) -> None:
    async def story(here: Floor) -> None:
        await here.connects()
        here.ari.hangs_up(await here.rings(), cause, status, dialed)
        await here.hears(call("ended", ending))
        await here.talks("b")

    on_the_floor(clock, story)


def test_a_phone_rings_as_long_as_the_caller_wants(clock: Clock) -> None:
    async def story(here: Floor) -> None:
        await here.connects()
        await here.rings()
        here.passes(24.9)
        assert here.nothing_told
        here.passes(0.1)
        await here.hears(call("ended", "no_answer"))
        assert here.ari.channels.keys() == {DANAS}

    on_the_floor(clock, story)


def test_nobody_gets_less_time_than_a_person_needs(clock: Clock) -> None:
    async def story(here: Floor) -> None:
        await here.connects()
        here.bridge.call(DANA, "a", VOTER, CAMPAIGN, ring_timeout=2)
        await here.ari.until(lambda: VOTERS in here.ari.channels)
        here.ari.rings(VOTERS)
        await here.hears(call("dialing"), call("ringing"))
        here.passes(14.9)
        assert here.nothing_told
        here.passes(0.1)
        await here.hears(call("ended", "no_answer"))

    on_the_floor(clock, story)


def test_a_carrier_that_stays_silent_is_a_failing_trunk(clock: Clock) -> None:
    async def story(here: Floor) -> None:
        await here.connects()
        await here.dials()
        here.passes(15)
        await here.hears(call("ended", "trunk_error"))

    on_the_floor(clock, story)


def test_the_phone_system_ends_a_ringing_by_itself_should_the_server_be_gone(clock: Clock) -> None:
    async def story(here: Floor) -> None:
        await here.connects()
        await here.rings()
        assert {name: each.seconds for name, each in here.ari.channels.items()} == {DANAS: 45, VOTERS: 45}

    on_the_floor(clock, story)


def test_a_trunk_that_cannot_be_used_is_told(clock: Clock) -> None:
    async def story(here: Floor) -> None:
        await here.connects()
        here.ari.refuses[VOTERS] = 500
        here.bridge.call(DANA, "a", VOTER, CAMPAIGN)
        await here.hears(call("dialing"))
        await here.ari.until(lambda: f"DELETE /channels/{VOTERS}" in here.ari.asked)
        here.ari.refuses.clear()
        await here.looks_at_the_clock_until(lambda: not here.nothing_told)
        await here.hears(call("ended", "trunk_error"))

    on_the_floor(clock, story)


def test_a_voter_who_cannot_be_put_through_is_not_kept(clock: Clock) -> None:
    async def story(here: Floor) -> None:
        await here.connects()
        here.ari.refuses["/addChannel"] = 409
        here.ari.answers(await here.rings())
        await here.hears(call("ended", "media_error"))
        assert here.ari.channels.keys() == {DANAS}

    on_the_floor(clock, story)


# -- the volunteer's phone ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cause", "dialed", "ending"), [(17, "BUSY", "busy"), (21, "CONGESTION", "declined"), (0, "NOANSWER", "no_answer")]
)
def test_the_volunteers_phone_is_not_answered(clock: Clock, cause: int, dialed: str, ending: Ending) -> None:
    async def story(here: Floor) -> None:
        here.bridge.connect(DANA, "1", DANAS_PHONE, CAMPAIGN)
        await here.ari.until(lambda: DANAS in here.ari.channels)
        here.ari.hangs_up(DANAS, cause, 0, dialed)
        await here.hears(volunteer("ringing"), volunteer("gone", ending))
        await here.connects("2")

    on_the_floor(clock, story)


def test_the_volunteers_phone_rings_forty_seconds(clock: Clock) -> None:
    async def story(here: Floor) -> None:
        here.bridge.connect(DANA, "1", DANAS_PHONE, CAMPAIGN)
        await here.ari.until(lambda: DANAS in here.ari.channels)
        await here.hears(volunteer("ringing"))
        here.passes(40)
        await here.hears(volunteer("gone", "no_answer"))

    on_the_floor(clock, story)


def test_a_volunteer_who_drops_ends_the_voters_call_at_once(clock: Clock) -> None:
    async def story(here: Floor) -> None:
        await here.connects()
        await here.talks()
        here.ari.hangs_up(DANAS)  # no clock is looked at from here on
        await here.hears(volunteer("gone", "completed"), call("ended", "completed"))
        await here.ari.until(lambda: not here.ari.bridges)
        assert here.ari.channels == {}

    on_the_floor(clock, story)


def test_no_voters_phone_rings_on_without_a_volunteer(clock: Clock) -> None:
    async def story(here: Floor) -> None:
        await here.connects()
        await here.rings()
        here.ari.hangs_up(DANAS)
        await here.hears(volunteer("gone", "completed"), call("ended", "canceled"))
        assert here.ari.channels == {}
        with pytest.raises(Refused) as refused:
            here.bridge.call(DANA, "b", VOTER, CAMPAIGN)
        assert str(refused.value) == "Your phone is not connected; connect it first."

    on_the_floor(clock, story)


def test_a_volunteer_who_cannot_be_put_through_is_let_go(clock: Clock) -> None:
    async def story(here: Floor) -> None:
        here.ari.refuses["/bridges/calls.line.1"] = 500
        here.bridge.connect(DANA, "1", DANAS_PHONE, CAMPAIGN)
        await here.ari.until(lambda: DANAS in here.ari.channels)
        here.ari.answers(DANAS)
        await here.hears(volunteer("ringing"), volunteer("gone", "media_error"))
        here.ari.refuses.clear()

    on_the_floor(clock, story)


# -- what comes twice, or late -----------------------------------------------------------------------------------------


def test_a_request_that_comes_twice_rings_once(clock: Clock) -> None:
    async def story(here: Floor) -> None:
        await here.connects()
        here.bridge.connect(DANA, "1", DANAS_PHONE, CAMPAIGN)
        await here.talks()
        here.bridge.call(DANA, "a", VOTER, CAMPAIGN)
        here.ari.hangs_up(VOTERS)
        await here.hears(call("ended", "completed"))
        here.bridge.call(DANA, "a", VOTER, CAMPAIGN)
        assert here.told_last == (volunteer("there"), call("ended", "completed"))
        assert [asked for asked in here.ari.asked if asked.startswith("POST /channels/")] == [
            f"POST /channels/{DANAS}",
            f"POST /channels/{VOTERS}",
        ]

    on_the_floor(clock, story)


def test_one_call_at_a_time_and_one_phone(clock: Clock) -> None:
    async def story(here: Floor) -> None:
        await here.connects()
        await here.rings()
        with pytest.raises(Refused) as refused:
            here.bridge.call(DANA, "b", VOTER, CAMPAIGN)
        assert str(refused.value) == "There is a call already; hang up first."
        with pytest.raises(Refused) as refused:
            here.bridge.connect(DANA, "2", DANAS_PHONE, CAMPAIGN)
        assert str(refused.value) == "Your phone is connected already, or rings; hang up to connect another."
        assert here.nothing_told

    on_the_floor(clock, story)


def test_no_second_voter_comes_in_before_the_first_is_out(clock: Clock) -> None:
    async def story(here: Floor) -> None:
        await here.connects()
        await here.talks()
        here.ari.slow = asyncio.Event()
        here.bridge.hang_up(DANA, "a")
        with pytest.raises(Refused):
            here.bridge.call(DANA, "b", VOTER, CAMPAIGN)
        assert here.nothing_told
        here.ari.slow.set()
        await here.hears(call("ended", "completed"))
        await here.talks("b")

    on_the_floor(clock, story)


def test_who_answers_in_the_moment_of_the_hang_up_is_not_put_through(clock: Clock) -> None:
    async def story(here: Floor) -> None:
        await here.connects()
        name = await here.rings()
        here.ari.slow = asyncio.Event()
        here.bridge.hang_up(DANA, "a")
        await here.ari.until(lambda: f"DELETE /channels/{name}" in here.ari.asked)
        here.ari.answers(name)
        here.ari.hangs_up(name)
        await here.hears(call("ended", "canceled"))
        here.ari.slow.set()
        await here.talks("b")
        assert here.ari.asked.count("POST /bridges/calls.line.1/addChannel") == 2

    on_the_floor(clock, story)


def test_a_hang_up_of_an_earlier_call_leaves_this_one_alone(clock: Clock) -> None:
    async def story(here: Floor) -> None:
        await here.connects()
        here.ari.hangs_up(await here.talks("a"))
        await here.hears(call("ended", "completed", call="a"))
        name = await here.talks("b")
        here.bridge.hang_up(DANA, "a")
        assert here.nothing_told
        assert name in here.ari.channels

    on_the_floor(clock, story)


def test_events_out_of_order_and_of_strangers_change_nothing(clock: Clock) -> None:
    async def story(here: Floor) -> None:
        await here.connects()
        name = await here.talks()
        here.ari.says("ChannelStateChange", name)
        here.ari.dials(name, "RINGING")
        here.ari.says("StasisStart", name, args=[])
        stranger = here.ari.channels[name].shape() | {"id": "1765370000.12"}
        here.ari.sends({"type": "StasisStart", "channel": stranger, "args": []})
        here.ari.sends({"type": "ChannelDestroyed", "channel": stranger, "cause": 16, "cause_txt": ""})
        here.ari.sends({"type": "PlaybackFinished", "playback": {"id": "1"}})
        here.ari.sends({"type": "StasisStart", "channel": {"id": 5}})
        here.ari.sends("no JSON")
        here.ari.hangs_up(name)
        await here.hears(call("ended", "completed"))
        await here.talks("b")
        assert not [asked for asked in here.ari.asked if "1765370000.12" in asked]
        assert here.ari.asked.count("POST /bridges/calls.line.1/addChannel") == 3

    on_the_floor(clock, story)


def test_the_end_of_a_call_that_is_over_is_not_the_end_of_the_next(clock: Clock) -> None:
    async def story(here: Floor) -> None:
        await here.connects()
        first = await here.talks("a")
        over = here.ari.channels[first].shape()
        here.bridge.hang_up(DANA, "a")
        await here.hears(call("ended", "completed", call="a"))
        await here.talks("b")
        here.ari.sends({"type": "ChannelDestroyed", "channel": over, "cause": 16, "cause_txt": ""})
        here.ari.hangs_up(DANAS)
        await here.hears(volunteer("gone", "completed"), call("ended", "completed", call="b"))

    on_the_floor(clock, story)


def test_a_channel_of_ours_that_nobody_waits_for_is_ended(clock: Clock) -> None:
    async def story(here: Floor) -> None:
        here.ari.originate({"endpoint": "PJSIP/x", "app": "calls", "callerId": "", "timeout": 45}, "calls.voter.z")
        await here.ari.until(lambda: not here.ari.channels)

    on_the_floor(clock, story)


def test_a_transferred_voter_is_let_go_of(clock: Clock) -> None:
    async def story(here: Floor) -> None:
        await here.connects()
        name = await here.talks()
        here.ari.says("StasisEnd", name)
        await here.hears(call("ended", "completed"))
        await here.ari.until(lambda: name not in here.ari.channels)

    on_the_floor(clock, story)


@pytest.mark.parametrize("call_id", ["", "a/b", "a.b", "../x", "a?b", "x" * 65])
def test_an_id_that_could_be_something_else_is_refused(clock: Clock, call_id: str) -> None:
    async def story(here: Floor) -> None:
        for ask in (here.bridge.connect, here.bridge.call):
            with pytest.raises(Refused) as refused:
                ask(DANA, call_id, VOTER, CAMPAIGN)
            assert str(refused.value) == "The id of a call has up to 64 letters, digits and hyphens."

    on_the_floor(clock, story)


def test_what_is_no_number_is_not_dialed(clock: Clock) -> None:
    async def story(here: Floor) -> None:
        await here.connects()
        for number in ("911", "8125550166", "+1812555016x", "+18125550166&PJSIP/boss", ""):
            with pytest.raises(Refused) as refused:
                here.bridge.call(DANA, "a", number, CAMPAIGN)
            assert str(refused.value) == "This number cannot be dialed by the phone system; dial it by hand."
        await here.talks("a")  # the id was not used up

    on_the_floor(clock, story)


# -- the phone system fails --------------------------------------------------------------------------------------------


def test_while_the_phone_system_is_away_callers_are_told_to_dial_by_hand(clock: Clock) -> None:
    async def story(here: Floor) -> None:
        await here.ari.goes_away()
        await settled(lambda: not here.bridge.reachable)
        for ask in (here.bridge.connect, here.bridge.call):
            with pytest.raises(Refused) as refused:
                ask(DANA, "1", VOTER, CAMPAIGN)
            assert str(refused.value) == AWAY
        await here.ari.starts()
        here.again.opened.set()
        await settled(lambda: here.bridge.reachable)
        await here.connects()

    on_the_floor(clock, story)


def test_a_request_that_comes_again_while_the_phone_system_is_away_is_no_failure(clock: Clock) -> None:
    async def story(here: Floor) -> None:
        await here.connects()
        await here.talks()
        here.ari.cuts_events()
        await here.hears(volunteer("unsure"))
        here.bridge.connect(DANA, "1", DANAS_PHONE, CAMPAIGN)
        here.bridge.call(DANA, "a", VOTER, CAMPAIGN)
        assert here.told_last == (volunteer("unsure"), call("talking"))
        assert here.nothing_told

    on_the_floor(clock, story)


def test_a_talk_outlives_lost_events(clock: Clock) -> None:
    async def story(here: Floor) -> None:
        await here.connects()
        name = await here.talks()
        here.ari.cuts_events()
        await here.hears(volunteer("unsure"))
        here.again.opened.set()
        await here.hears(volunteer("there"))
        assert here.ari.bridges == {"calls.line.1": {DANAS, name}}
        here.passes(60)
        here.ari.hangs_up(name)
        await here.hears(call("ended", "completed"))

    on_the_floor(clock, story)


def test_what_ended_while_nothing_was_heard_is_found_out(clock: Clock) -> None:
    async def story(here: Floor) -> None:
        await here.connects()
        name = await here.talks()
        here.ari.cuts_events()
        await here.hears(volunteer("unsure"))
        here.ari.hangs_up(name)
        here.again.opened.set()
        await here.hears(call("ended", "unknown"), volunteer("there"))

    on_the_floor(clock, story)


def test_what_rings_when_events_are_lost_is_stopped(clock: Clock) -> None:
    async def story(here: Floor) -> None:
        await here.connects()
        await here.rings()
        here.ari.cuts_events()
        await here.hears(volunteer("unsure"), call("ended", "unknown"))
        assert here.ari.channels.keys() == {DANAS}
        here.again.opened.set()
        await here.hears(volunteer("there"))

    on_the_floor(clock, story)


def test_a_phone_system_that_restarts_has_lost_every_call(clock: Clock) -> None:
    async def story(here: Floor) -> None:
        await here.connects()
        await here.talks()
        await here.ari.goes_away()
        here.ari.dies()
        await here.hears(volunteer("unsure"))
        await here.ari.starts()
        here.again.opened.set()
        await here.hears(call("ended", "unknown"), volunteer("gone", "unknown"))
        await settled(lambda: here.bridge.reachable)
        await here.connects("2")

    on_the_floor(clock, story)


def test_a_phone_system_that_stays_away_takes_the_calls_with_it(clock: Clock) -> None:
    async def story(here: Floor) -> None:
        await here.connects()
        await here.talks()
        await here.ari.goes_away()
        await here.hears(volunteer("unsure"))
        here.passes(9.9)
        assert here.nothing_told
        here.passes(0.1)
        await here.hears(call("ended", "unknown"), volunteer("gone", "unknown"))
        await here.ari.starts()  # with both still in their talk: nobody is left to end it but we
        here.again.opened.set()
        await here.ari.until(lambda: not here.ari.channels and not here.ari.bridges)

    on_the_floor(clock, story)


def test_a_slow_phone_system_is_not_waited_for_and_rings_nobody_later(clock: Clock) -> None:
    async def story(here: Floor) -> None:
        await here.connects()
        slow = here.ari.slow = asyncio.Event()
        here.bridge.call(DANA, "a", VOTER, CAMPAIGN)
        await here.hears(call("dialing"))
        await here.ari.until(lambda: f"DELETE /channels/{VOTERS}" in here.ari.asked)  # it gave up on the first
        here.ari.slow = None
        slow.set()
        await here.looks_at_the_clock_until(lambda: not here.nothing_told)
        await here.hears(call("ended", "trunk_error"))
        await here.ari.until(lambda: VOTERS not in here.ari.channels)

    on_the_floor(clock, story, longest=2.0)


def test_a_hang_up_that_is_never_confirmed_gives_the_whole_line_up(clock: Clock) -> None:
    async def story(here: Floor) -> None:
        await here.connects()
        await here.talks()
        here.ari.refuses[VOTERS] = 500
        here.bridge.hang_up(DANA, "a")
        await here.ari.until(lambda: f"DELETE /channels/{VOTERS}" in here.ari.asked)
        here.passes(10)
        await here.hears(call("ended", "completed"), volunteer("gone", "unknown"))
        here.ari.refuses.clear()
        await here.looks_at_the_clock_until(lambda: not here.ari.channels)

    on_the_floor(clock, story)


def test_another_server_that_takes_the_application_is_left_alone(clock: Clock) -> None:
    async def story(here: Floor) -> None:
        await here.connects()
        here.ari.sends({"type": "ApplicationReplaced"})
        await here.hears(volunteer("unsure"))
        assert here.again.asked == []
        with pytest.raises(Refused) as refused:
            here.bridge.call(DANA, "a", VOTER, CAMPAIGN)
        assert str(refused.value) == AWAY

    on_the_floor(clock, story)


def test_after_a_restart_of_the_server_what_is_still_up_is_ended(clock: Clock) -> None:
    async def story(here: Floor) -> None:
        await here.connects()
        await here.talks()
        here.ari.originate({"endpoint": "PJSIP/x", "app": "calls", "callerId": "", "timeout": 45}, "1765370000.12")
        here.ari.make_bridge({"type": "mixing"}, "somebody-elses")
        after = Floor(here.ari, clock)  # the first never said that it ends
        after.bridge.start()
        await here.ari.until(lambda: here.ari.channels.keys() == {"1765370000.12"})
        await here.ari.until(lambda: here.ari.bridges.keys() == {"somebody-elses"})
        await settled(lambda: after.bridge.reachable)
        await after.connects("2")
        await after.bridge.close()
        here.ari.dies()

    on_the_floor(clock, story)


def test_a_stopping_server_hangs_up(clock: Clock) -> None:
    async def story(here: Floor) -> None:
        await here.connects()
        await here.talks()

    on_the_floor(clock, story)  # which looks, at its end, at what is left
