from __future__ import annotations

import msgspec
import pytest

from phonetui.core.actions import ACTIONS, BY_ID
from phonetui.core.campaign import Campaign
from phonetui.core.keymap import keymap
from phonetui.core.keys import key_named, pressed, show_key
from phonetui.core.refusal import Refused
from phonetui.core.standard_dispositions import LEFT_MESSAGE
from tests.tui.sample import CAMPAIGN


def with_message_key(key: str) -> Campaign:
    left_message = msgspec.structs.replace(LEFT_MESSAGE, key=key)
    return msgspec.structs.replace(CAMPAIGN, dispositions=(*CAMPAIGN.dispositions, left_message))


def test_every_action_and_every_result_has_a_key() -> None:
    keys = keymap(CAMPAIGN, {})
    assert all(keys.first(action.id) for action in ACTIONS if not action.offered)
    assert keys.results == {disposition.id: disposition.key for disposition in CAMPAIGN.dispositions}
    assert keys.moved == {}


def test_a_key_does_what_the_registry_or_the_campaign_says() -> None:
    keys = keymap(CAMPAIGN, {})
    assert keys.find("?") is BY_ID["help"]
    assert keys.find("/") is BY_ID["answers"]
    assert keys.find("!") is CAMPAIGN.disposition("do_not_call")
    assert keys.find("z") is BY_ID["blank"]
    assert keys.find("k") is None


def test_with_caps_lock_on_the_keys_still_work() -> None:
    assert keymap(CAMPAIGN, {}).find("N") is CAMPAIGN.disposition("not_home")


def test_a_capital_of_its_own_is_not_its_small_letter() -> None:
    keys = keymap(with_message_key("N"), {})
    assert keys.find("N") == with_message_key("N").disposition("left_message")
    assert keys.find("n") == CAMPAIGN.disposition("not_home")


def test_before_there_is_a_campaign_the_actions_are_there() -> None:
    assert keymap(None, {}).find("q") is BY_ID["quit"]


def test_what_the_desk_does_not_offer_has_no_key() -> None:
    assert keymap(CAMPAIGN, {}).find("f9") is None
    assert keymap(CAMPAIGN, {}).first("plug") == ""
    offered = keymap(CAMPAIGN, {}, {"plug"})
    assert offered.find("f9") is BY_ID["plug"]
    assert offered.shown("plug") == "F9"


def test_the_users_keys_replace_the_usual_ones() -> None:
    keys = keymap(CAMPAIGN, {"note": ["ctrl+n", "o"]})
    assert keys.find("ctrl+n") is keys.find("o") is BY_ID["note"]
    assert keys.find("i") is None


@pytest.mark.parametrize("none", [[], ["<disabled>"]])
def test_the_user_can_take_an_action_all_its_keys(none: list[str]) -> None:
    keys = keymap(CAMPAIGN, {"quit": none})
    assert keys.find("q") is None
    assert keys.shown("quit") == ""


def test_a_result_can_have_keys_of_the_users_own() -> None:
    keys = keymap(CAMPAIGN, {"not_home": ["a", "f2"]})
    assert keys.find("a") is keys.find("f2") is CAMPAIGN.disposition("not_home")
    assert keys.find("n") is None
    assert keys.results["not_home"] == "a"
    assert keys.moved == {}


def test_a_key_for_a_result_that_this_campaign_does_not_have_does_nothing() -> None:
    assert keymap(CAMPAIGN, {"left_message": ["k"]}).find("k") is None


def test_an_answer_keeps_its_number_where_another_answers_key_was_taken() -> None:
    keys = keymap(CAMPAIGN, {"note": ["2"]})
    assert [keys.answer(number) for number in (1, 2, 3)] == ["1", "", "3"]
    assert keys.find("2") is BY_ID["note"]


def test_a_usual_key_given_to_another_action_leaves_its_own() -> None:
    keys = keymap(CAMPAIGN, {"note": ["s"]})
    assert keys.find("s") is BY_ID["note"]
    assert keys.actions["skip"] == ()


def test_a_result_whose_key_the_user_took_moves_to_a_letter_of_its_label() -> None:
    keys = keymap(CAMPAIGN, {"note": ["n"]})
    assert keys.find("n") is BY_ID["note"]
    assert keys.moved == {"not_home": "h"}
    assert keys.find("h") is CAMPAIGN.disposition("not_home")


def test_a_result_that_claims_a_reserved_key_moves_too() -> None:
    assert keymap(with_message_key("s"), {}).moved == {"left_message": "h"}


def test_two_results_with_one_key_both_get_one() -> None:
    keys = keymap(with_message_key("n"), {})
    assert keys.results["not_home"] == "n"
    assert keys.results["left_message"] == "h"


@pytest.mark.parametrize(
    ("own", "sentence"),
    [
        ({"notes": ["o"]}, "Your keys name an action “notes” that does not exist; the nearest is “note”."),
        ({"zzz": ["o"]}, "Your keys name an action “zzz” that does not exist; `phonetui keys` shows them all."),
        ({"go_on": ["o"]}, "Your keys name an action “go_on” that does not exist; the nearest is “forward”."),
        ({"note": ["spacee"]}, "Your keys give “note” a key “spacee” that does not exist; the nearest is “space”."),
        ({"note": ["o"], "skip": ["o"]}, "Your keys give o to both “note” and “skip”; change one of them."),
        ({"note": ["o"], "busy": ["o"]}, "Your keys give o to both “note” and “busy”; change one of them."),
        (
            {"note": ["meta+o"]},
            "Your keys give “note” a key “meta+o” that does not exist; a key is a character, or a name such as space "
            "or f2.",
        ),
        ({"quit": ["escape"]}, "Your keys give “quit” Esc, which closes always; choose another key."),
        ({"undo": ["Ctrl+C"]}, "Your keys give “undo” Ctrl+C, which leaves always; choose another key."),
        (
            {"busy": ["<disabled>"]},
            "Your keys leave “busy” without a key; a result always has one, such as `busy: [b]`.",
        ),
    ],
)
def test_keys_that_cannot_be_are_refused_by_name(own: dict[str, list[str]], sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        keymap(CAMPAIGN, own)
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("key", "character", "name"),
    [
        ("n", "n", "n"),
        ("exclamation_mark", "!", "!"),
        ("space", " ", "space"),
        ("f5", None, "f5"),
        ("tab", "\t", "tab"),
        ("alt+n", "n", "alt+n"),
        ("ctrl+j", "\n", "enter"),
    ],
)
def test_a_press_is_known_by_the_character_it_writes(key: str, character: str | None, name: str) -> None:
    assert pressed(key, character) == name


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("f5", "F5"),
        ("space", "Space"),
        ("escape", "Esc"),
        ("f", "f"),
        ("!", "!"),
        ("ctrl+n", "Ctrl+N"),
        ("alt+up", "Alt+Up"),
        ("+", "+"),
    ],
)
def test_keys_are_shown_as_they_stand_on_the_keyboard(key: str, shown: str) -> None:
    assert show_key(key) == shown


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("n", "n"),
        ("N", "N"),
        ("shift+n", "N"),
        ("slash", "/"),
        ("question_mark", "?"),
        ("plus", "+"),
        ("ctrl++", "ctrl++"),
        ("Ctrl+N", "ctrl+n"),
        ("shift+ctrl+F5", "ctrl+shift+f5"),
        ("PageUp", "pageup"),
        (" ", None),
        ("", None),
        ("alt+N", "alt+shift+n"),
        ("alt+shift+n", "alt+shift+n"),
        ("ctrl+i", "tab"),
        ("ctrl+h", "backspace"),
        ("f25", None),
        ("super+n", None),
        ("ctrl+ctrl+n", None),
        ("\x1b", None),
    ],
)
def test_a_key_is_written_by_its_character_or_its_name(written: str, key: str | None) -> None:
    assert key_named(written) == key
