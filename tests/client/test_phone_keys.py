"""Enter goes on with the next thing, and a line has the keys that its engine can do something for."""

from __future__ import annotations

import msgspec
import pytest

from phonetui.client.phone_keys import EnterDoes, enter_does, line_actions, offered_actions, taken_by_hand
from phonetui.client.phone_view import PhoneView
from phonetui.client.view import Line, Offered, View
from phonetui.core.call import Call, Phase
from phonetui.core.call_actions import Answer, Dial, Forward, Show
from phonetui.core.call_flow import act
from phonetui.core.campaign import Campaign
from phonetui.core.pacer import Stage
from phonetui.core.standard_dispositions import USUAL
from phonetui.core.tally import Tally
from phonetui.core.voter import Household
from phonetui.dial.dialer import Cap
from tests.client.people import NOON
from tests.core.example import CAMPAIGN as EXAMPLE
from tests.tui.sample import HOUSEHOLDS

CAMPAIGN = msgspec.structs.replace(EXAMPLE, dispositions=USUAL)
EVERYTHING: frozenset[Cap] = frozenset({"state", "hangup", "mute", "dtmf"})
SHOWN = PhoneView(engine="fake", caps=EVERYTHING, pace="preview", stage=Stage.SHOWN, can_dial=True)
BUSY = msgspec.structs.replace(SHOWN, stage=Stage.OVER, redials=True, offered="busy", said="Busy")


def seen(
    phone: PhoneView,
    *,
    dialed: bool = False,
    household: Household | None = HOUSEHOLDS[0],
    campaign: Campaign = CAMPAIGN,
) -> View:
    """What the caller sees of somebody to call."""
    voter_id = household.voters[0].voter_id if household else ""
    phase = Phase.CALLING if household else Phase.WAITING
    call = Call(phase=phase, household=household, voter_id=voter_id, dialed=dialed)
    tally = Tally()
    return View(
        campaign=campaign,
        caller_name="Dana",
        call=call,
        tally=tally,
        on_hand=1,
        unsent=0,
        rejected=0,
        line=Line("online"),
        now=NOON,
        phone=phone,
    )


@pytest.mark.parametrize(
    ("phone", "dialed", "does"),
    [
        (PhoneView(), False, "type"),
        (SHOWN, False, "dial"),
        (msgspec.structs.replace(SHOWN, pace="power"), False, "dial"),
        (msgspec.structs.replace(SHOWN, pace="manual"), False, "type"),
        (msgspec.structs.replace(SHOWN, stage=Stage.TALKING, can_dial=False), True, "type"),
        (BUSY, True, "save"),
        (msgspec.structs.replace(BUSY, offered=""), True, "type"),
        (msgspec.structs.replace(BUSY, offered="not_of_this_campaign"), True, "type"),
    ],
)
def test_enter_does_what_comes_next(phone: PhoneView, dialed: bool, does: EnterDoes) -> None:
    assert enter_does(seen(phone, dialed=dialed)) == does


def test_enter_dials_nobody_twice_unless_the_line_reached_nobody() -> None:
    assert enter_does(seen(SHOWN, dialed=True)) == "type"
    failed = msgspec.structs.replace(SHOWN, alarm=True, said="The line failed.")
    assert enter_does(seen(failed, dialed=True)) == "dial"


def test_enter_rings_nobody_who_is_being_talked_to_by_hand() -> None:
    failed = seen(msgspec.structs.replace(SHOWN, alarm=True, said="The line failed."))
    shown, _ = act(CAMPAIGN, Call(), Show(HOUSEHOLDS[0], NOON), 0.0)
    read_ahead, _ = act(CAMPAIGN, shown, Forward(), 1.0)
    assert enter_does(msgspec.structs.replace(failed, call=read_ahead)) == "dial"
    answered, _ = act(CAMPAIGN, read_ahead, Answer(1), 1.0)
    assert enter_does(msgspec.structs.replace(failed, call=answered)) == "type"


def test_a_number_copied_after_the_line_failed_is_dialed_by_hand_once_more() -> None:
    failed = seen(msgspec.structs.replace(SHOWN, alarm=True), dialed=True)

    assert taken_by_hand(failed) == Dial("hand", "redial")
    assert taken_by_hand(seen(PhoneView())) == Dial("hand", "key")


def test_without_a_voter_there_is_nobody_to_dial() -> None:
    assert enter_does(seen(SHOWN, household=None)) == "type"


def test_an_engine_has_the_keys_for_what_it_can_do() -> None:
    assert line_actions("hand", ()) == ("large",)
    assert line_actions("qr", ()) == ("large", "dial", "pace")
    assert line_actions("fake", EVERYTHING) == ("dial", "hang_up", "mute", "keypad", "pace")


def test_what_the_desk_offers_is_there_beside_the_line() -> None:
    plugged = msgspec.structs.replace(seen(SHOWN), offered={"plug": Offered("plug")})
    assert offered_actions(plugged) == ("plug", "dial", "hang_up", "mute", "keypad", "pace")


def test_a_result_that_wants_its_key_once_more_is_not_answered_by_dialing_or_by_another_result() -> None:
    shown = seen(SHOWN)
    asked = msgspec.structs.replace(shown.call, phase=Phase.CONFIRMING, confirming="do_not_call")
    assert enter_does(msgspec.structs.replace(shown, call=asked)) == "type"
    assert enter_does(msgspec.structs.replace(seen(BUSY, dialed=True), call=asked)) == "type"
    busy_asked = msgspec.structs.replace(asked, confirming="busy")
    assert enter_does(msgspec.structs.replace(seen(BUSY, dialed=True), call=busy_asked)) == "save"
