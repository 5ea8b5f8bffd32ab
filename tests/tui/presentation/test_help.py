from __future__ import annotations

from phonetui.core.actions import ACTIONS
from phonetui.core.key_sets import keys_of
from phonetui.core.keymap import keymap
from phonetui.tui.presentation.help import help_lines
from tests.tui.presentation.drawn import KEYS, text, view
from tests.tui.sample import CAMPAIGN


def test_help_lists_every_action_and_every_result() -> None:
    lines = text(help_lines(view(), KEYS, 78))
    read = " ".join(" ".join(lines).split())  # what is long has lines of its own
    for action in ACTIONS:
        assert (action.help in read) != action.offered, action.id
    assert "n  Not home               r  Refused                d  Deceased (twice)" in lines


def test_a_remapped_key_is_shown_and_an_action_without_keys_left_out() -> None:
    own = keymap(CAMPAIGN, {"note": ["ctrl+n"], "remark": []})
    lines = text(help_lines(view(), own, 78))
    assert any(line.split()[:3] == ["Ctrl+N", "Note", "Write"] for line in lines)
    assert not any("Script" in line for line in lines)


def test_keys_that_do_not_follow_one_another_look_like_no_range() -> None:
    lines = text(help_lines(view(), keymap(CAMPAIGN, keys_of("vim", {})), 78))
    assert any(line.startswith("j Space…  Go on") for line in lines)
    assert any(line.startswith("1 … 9     Answer") for line in lines)


def test_a_result_that_had_to_move_is_explained() -> None:
    own = keymap(CAMPAIGN, {"note": ["n"]})
    lines = text(help_lines(view(), own, 78))
    assert "h  Not home               r  Refused                d  Deceased (twice)" in lines
    assert lines[-2:] == [
        "Some results have another key here than in the campaign's file, for you gave",
        "theirs to an action.",
    ]
