"""Following a talk up: to whom, in which language, and to which number or address."""

from __future__ import annotations

import msgspec
import pytest

from phonetui.core import call_flow
from phonetui.core.call import Call
from phonetui.core.call_actions import Answer, Forward, Show
from phonetui.core.campaign import Campaign, FollowUp
from phonetui.core.follow_up import Message, Spoken, message, whom_to_follow_up
from phonetui.core.refusal import Refused
from phonetui.core.voter import Phone, Voter
from tests.tui.sample import CAMPAIGN, FELIPE, HOUSEHOLDS, NOW, SOO_JIN, VERNON

PLACE = FollowUp(
    "place",
    "text",
    {"en": "Polling place", "es": "Lugar de votación"},
    {"en": "{first_name}, you vote at {polling_place}.", "es": "{first_name}, le toca votar en {polling_place}."},
)
EVENT = FollowUp("event", "mail", {"en": "Event"}, {"en": "See you there!\n{caller}"}, {"en": "On {election}"})
FALL = msgspec.structs.replace(CAMPAIGN, follow_ups=(PLACE, EVENT))
MAILED = msgspec.structs.replace(FELIPE, email="felipe@example.org")


def call(*actions: Answer | Forward) -> Call:
    """Soo-Jin on the screen, after these keys."""
    on_screen, _ = call_flow.act(FALL, Call(), Show(HOUSEHOLDS[0], NOW), 0.0)
    for action in actions:
        on_screen, _ = call_flow.act(FALL, on_screen, action, 1.0)
    return on_screen


def refusal(campaign: Campaign, on_screen: Call, last: Spoken | None = None) -> str:
    with pytest.raises(Refused) as refused:
        whom_to_follow_up(campaign, on_screen, last)
    return str(refused.value)


# -- whom --------------------------------------------------------------------------------------------------------------


def test_who_is_being_talked_to_comes_before_who_was() -> None:
    spoken = whom_to_follow_up(FALL, call(Forward()), Spoken(VERNON, "talked"))
    assert (spoken.voter, spoken.language) == (SOO_JIN, "es")


def test_before_the_script_has_begun_it_is_who_was_talked_to_last() -> None:
    last = Spoken(VERNON, "talked", "en")
    assert whom_to_follow_up(FALL, call(), last) is last
    assert whom_to_follow_up(FALL, Call(), last) is last  # nobody on the screen


def test_who_was_not_reached_gets_no_message() -> None:
    sentence = "A message follows a talk: press the key during one, or right after its result."
    assert refusal(FALL, call()) == sentence
    assert refusal(FALL, call(), Spoken(VERNON, "not_home")) == sentence
    assert refusal(FALL, call(), Spoken(VERNON, "gone with the old file")) == sentence


def test_who_asked_not_to_be_called_gets_none_either() -> None:
    assert refusal(FALL, call(), Spoken(VERNON, "do_not_call")) == (
        "Vernon asked not to be contacted; nothing is sent."
    )


def test_a_campaign_without_messages_says_so() -> None:
    assert refusal(CAMPAIGN, call(Forward())) == "This campaign has prepared no messages to send."


# -- what --------------------------------------------------------------------------------------------------------------


def test_a_text_is_filled_in_and_goes_to_the_cell() -> None:
    assert message(FALL, PLACE, Spoken(SOO_JIN), "Dana") == Message(
        "place", "text", "+18125550166", "Soo-Jin, le toca votar en Mill Creek School."
    )
    in_english = message(FALL, PLACE, Spoken(SOO_JIN, language="en"), "Dana")
    assert in_english.text == "Soo-Jin, you vote at Mill Creek School."
    assert in_english.shown_to == "(812) 555-0166"


def test_a_mail_has_a_subject_and_goes_to_the_address() -> None:
    sent = message(FALL, EVENT, Spoken(MAILED), "Dana")
    assert sent == Message("event", "mail", "felipe@example.org", "See you there!\nDana", "On Tuesday, December 8")
    assert sent.shown_to == "felipe@example.org"


@pytest.mark.parametrize(
    ("follow_up", "sentence"),
    [
        (PLACE, "The campaign has no mobile number for Felipe."),
        (EVENT, "The campaign has no mail address for Felipe."),
    ],
)
def test_a_voter_without_mobile_or_mail_is_told_of(follow_up: FollowUp, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        message(FALL, follow_up, Spoken(FELIPE), "Dana")
    assert str(refused.value) == sentence


def test_a_number_of_no_known_kind_may_be_a_mobile_but_a_cell_is_surer() -> None:
    home, unknown, cell = Phone("+1", "home"), Phone("+2"), Phone("+3", "cell")
    assert Voter("v", "A", "B", phones=(home, unknown, cell)).mobile == "+3"
    assert Voter("v", "A", "B", phones=(home, unknown)).mobile == "+2"
    assert Voter("v", "A", "B", phones=(home,)).mobile == ""
