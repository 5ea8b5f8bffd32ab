"""What a caller who is new is shown of the desk, and asked before the first call."""

from __future__ import annotations

from phonetui.core.actions import BY_ID
from phonetui.core.keymap import keymap
from phonetui.core.tour import STOPS
from tests.core.example import CAMPAIGN


def test_it_goes_from_whom_to_call_to_what_is_kept_and_ends_before_the_first_call() -> None:
    assert [stop.part for stop in STOPS] == ["voter", "script", "results", "status", None]
    assert STOPS[-1].sentence == "Before the first call: phone charged, headphones on, script read?"


def test_every_key_that_it_names_is_that_of_an_action() -> None:
    assert {action_id for stop in STOPS for action_id, _ in stop.keys} <= set(BY_ID)


def test_it_names_the_callers_own_keys_and_none_that_they_have_taken_away() -> None:
    keys = keymap(CAMPAIGN, {"copy": ["k"], "details": ["<disabled>"]})
    assert STOPS[0].told(keys.shown) == "Whom you call: dial the number on your own phone. k copies it."
