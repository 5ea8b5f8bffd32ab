"""The sets of keys that come with the application."""

from __future__ import annotations

from typing import get_args

import msgspec
import pytest

from phonetui.client.settings import KeySetName
from phonetui.core import standard_dispositions
from phonetui.core.actions import ACTIONS, BY_ID
from phonetui.core.key_sets import KEY_SETS, keys_of
from phonetui.core.keymap import Keys, keymap
from phonetui.core.refusal import Refused
from tests.core.example import CAMPAIGN as EXAMPLE

CAMPAIGN = msgspec.structs.replace(EXAMPLE, dispositions=tuple(standard_dispositions.BY_ID.values()))
#: What the left hand reaches, two rows of digits included.
LEFT = set("`12345qwertasdfgzxcvb" + "~!@#$%QWERTASDFGZXCVB") | {"space", "tab", "escape"}


def is_plain(key: str) -> bool:
    """Whether every keyboard has the key and every terminal sends it: no Ctrl, no Alt, no F-key, none that moves."""
    return len(key) == 1 or key in ("space", "enter", "tab", "backspace", "escape")


def test_the_settings_offer_every_set() -> None:
    assert set(KEY_SETS) == set(get_args(KeySetName))


@pytest.mark.parametrize("name", KEY_SETS)
def test_a_set_gives_no_key_twice_and_names_only_what_there_is(name: str) -> None:
    keys = keymap(CAMPAIGN, keys_of(name, {}))
    given = [key for each in KEY_SETS[name].values() for key in each]
    assert len(given) == len(set(given))
    assert set(KEY_SETS[name]) <= {*BY_ID, *standard_dispositions.BY_ID}
    assert not keys.moved


@pytest.mark.parametrize("name", KEY_SETS)
def test_a_shift_needs_neither_ctrl_nor_alt_nor_an_f_key(name: str) -> None:
    keys = keymap(CAMPAIGN, keys_of(name, {}))
    for action in ACTIONS:
        found = action.offered or any(map(is_plain, keys.actions[action.id]))
        assert found, f"give “{action.id}” a plain key, in core/actions.py or in the set “{name}” of core/key_sets.py"
    assert all(map(is_plain, keys.results.values()))


def test_the_left_hand_reaches_everything_that_a_shift_needs() -> None:
    keys = keymap(CAMPAIGN, keys_of("left-handed", {}))
    for action in ACTIONS:
        found = action.offered or LEFT & set(keys.actions[action.id])
        assert found, (
            f"give “{action.id}” a key of the left hand in core/key_sets.py; free are {LEFT - set(keys.bound)}"
        )
    assert set(keys.results.values()) <= LEFT


def test_ones_own_keys_come_before_those_of_the_set() -> None:
    keys = keymap(CAMPAIGN, keys_of("vim", {"skip": ["j"], "note": ["<disabled>"]}))
    assert keys.find("j") is BY_ID["skip"]
    assert keys.actions["forward"][0] == "space"
    assert keys.first("back") == "k"
    assert keys.actions["note"] == ()


def test_a_result_whose_key_in_the_set_is_ones_own_now_has_another() -> None:
    keys = keymap(CAMPAIGN, keys_of("left-handed", {"note": ["a"]}))
    assert keys.find("a") is BY_ID["note"]
    assert keys.results["not_home"] == "n"


@pytest.mark.parametrize(
    ("key_set", "own", "sentence"),
    [
        (
            "usual",
            {"note": ["u"]},
            "Your keys give u to “note”, which leaves “undo” without any; give that another key, or `<disabled>`.",
        ),
        (
            "left-handed",
            {"note": ["D"]},
            "Your keys give D to “note”, which leaves “correct” without any; give that another key, or `<disabled>`.",
        ),
    ],
)
def test_no_action_loses_its_last_key_without_a_word(key_set: str, own: Keys, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        keys_of(key_set, own)
    assert str(refused.value) == sentence
    assert keymap(CAMPAIGN, keys_of("left-handed", {"note": ["u"]})).first("undo") == "z"
    assert keymap(CAMPAIGN, keys_of("usual", {"note": ["u"], "undo": ["k"]})).first("undo") == "k"
    assert keymap(CAMPAIGN, keys_of("usual", {"note": ["u"], "undo": ["<disabled>"]})).first("undo") == ""


def test_a_key_that_does_not_exist_is_refused_with_a_set_too() -> None:
    with pytest.raises(Refused, match="Your keys name an action “skipp” that does not exist; the nearest is “skip”"):
        keys_of("vim", {"skipp": ["j"]})
