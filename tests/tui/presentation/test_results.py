from __future__ import annotations

import msgspec

from phonetui.core.call_actions import Result
from phonetui.core.keymap import keymap
from phonetui.core.standard_dispositions import LEFT_MESSAGE
from phonetui.tui.presentation.results import result_lines, stacked_result_lines
from tests.tui.presentation.drawn import KEYS, after, of_role, text, view
from tests.tui.sample import CAMPAIGN


def test_every_result_has_its_line_in_groups() -> None:
    assert text(result_lines(view(), KEYS, 15, 21)) == [
        "n  Not home",
        "b  Busy",
        "w  Wrong number",
        "x  Disconnected",
        "",
        "r  Refused",
        "m  Moved",
        "l  Language",
        "",
        "c  Call back",
        "d  Deceased",
        "!  Do not call",
        "",
        "t  Talked",
    ]


def test_in_a_low_window_the_groups_move_together() -> None:
    assert "" not in text(result_lines(view(), KEYS, 15, 12))


def test_a_result_that_wants_its_key_twice_says_so_in_place() -> None:
    lines = result_lines(after(view(), Result("do_not_call")), KEYS, 15, 21)
    assert text(lines)[11] == "press ! again"
    assert of_role(lines, "alarm") == ["press ! again"]
    assert of_role(lines, "accent") == []


def test_without_a_voter_the_keys_are_quiet() -> None:
    lines = result_lines(view(None), KEYS, 15, 21)
    assert of_role(lines, "accent") == []
    assert of_role(lines, "text") == []


def test_clicking_a_result_is_pressing_its_key() -> None:
    (first, *_) = result_lines(view(), KEYS, 15, 21)
    assert {span.key for span in first} == {"n"}


def test_stacked_the_results_stand_in_two_columns() -> None:
    assert text(stacked_result_lines(view(), KEYS, 58, low=False))[0] == "n  Not home                  l  Language"


def test_stacked_in_a_low_window_in_three() -> None:
    assert text(stacked_result_lines(view(), KEYS, 58, low=True)) == [
        "n  Not home        r  Refused         d  Deceased",
        "b  Busy            m  Moved           !  Do not call",
        "w  Wrong number    l  Language        t  Talked",
        "x  Disconnected    c  Call back",
    ]


def test_a_label_too_long_for_three_columns_keeps_two() -> None:
    wordy = msgspec.structs.replace(LEFT_MESSAGE, label={"en": "Left a message with someone"})
    campaign = msgspec.structs.replace(CAMPAIGN, dispositions=(*CAMPAIGN.dispositions, wordy))
    lines = text(stacked_result_lines(view(campaign=campaign), keymap(campaign, {}), 58, low=True))
    assert len(lines) == 6
    assert lines[-1] == "m  Moved                     k  Left a message with some…"
