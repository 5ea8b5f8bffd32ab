from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from phonetui.client.view import Line, Offered, Said
from phonetui.core.call_actions import Result
from phonetui.core.keymap import keymap
from phonetui.core.tally import Tally
from phonetui.screen.line import reach
from phonetui.screen.pane import safe
from phonetui.screen.picking import choice_lines
from phonetui.tui.presentation.bars import (
    confirming_lines,
    saved_lines,
    status_line,
    title_line,
    why_offline_line,
)
from tests.tui.presentation.drawn import KEYS, after, of_role, text, view
from tests.tui.sample import CAMPAIGN, NEW_YORK, NOW

SINCE = NOW - timedelta(minutes=31)
OFFLINE = Line("offline", SINCE, NOW + timedelta(seconds=12))


def test_the_title_names_the_campaign_and_counts_the_shift() -> None:
    assert text([title_line(view(), 78)]) == [
        "Riverside Votes · Weekend turnout                 12 calls · 3 talks · goal 40"
    ]


def test_one_call_is_one_call() -> None:
    shown = view(tally=Tally(attempts=1, talked_to=frozenset("a")))
    assert text([title_line(shown, 78)])[0].endswith("1 call · 1 talk · goal 40")


def test_in_a_narrow_window_the_goal_goes_then_the_name_is_shortened() -> None:
    assert text([title_line(view(), 58)]) == ["Riverside Votes · Weekend turnout       12 calls · 3 talks"]
    assert text([title_line(view(), 40)]) == ["Riverside Votes · W…  12 calls · 3 talks"]


def test_before_the_campaign_is_known_the_title_is_the_programs() -> None:
    assert text([title_line(msgspec.structs.replace(view(None), campaign=None), 78)]) == ["phonetui"]


def test_what_was_saved_is_said_with_the_way_back() -> None:
    lines = saved_lines(Said("Not home saved for Vernon", "saved", undo=True), KEYS, 78)
    assert text(lines) == ["✓ Not home saved for Vernon · u undo"]
    assert of_role(lines, "accent") == ["u"]


def test_a_long_sentence_leaves_room_for_the_way_back() -> None:
    said = Said("Not home saved for Vernon Maximilian Whitfield", "saved", undo=True)
    assert text(saved_lines(said, KEYS, 40)) == ["✓ Not home saved for Vernon Ma… · u undo"]


def test_the_way_back_has_the_users_own_key() -> None:
    own = keymap(CAMPAIGN, {"undo": ["z"]})
    assert text(saved_lines(Said("Saved", "saved", undo=True), own, 78)) == ["✓ Saved · z undo"]


def test_an_alarm_is_marked_without_colour_too() -> None:
    lines = saved_lines(Said("The disk is full.", "alarm"), KEYS, 78)
    assert text(lines) == ["! The disk is full."]
    assert of_role(lines, "alarm") == ["! The disk is full."]


def test_a_refusal_is_read_whole() -> None:
    said = Said("The disk of this laptop is full; free some space and press the key again.", "alarm")
    assert text(saved_lines(said, KEYS, 58)) == [
        "! The disk of this laptop is full; free some space and",
        "press the key again.",
    ]


def test_what_wants_its_key_again_is_said_in_full() -> None:
    assert text(confirming_lines(after(view(), Result("deceased")), KEYS, 78)) == [
        "Deceased for Soo-Jin? Press d again, or Esc."
    ]
    assert text(confirming_lines(after(view(), Result("do_not_call")), KEYS, 78)) == [
        "Do not call for all at this number? Press ! again, or Esc."
    ]


def test_online_the_status_is_quiet_and_the_footer_beside_it() -> None:
    line = status_line(view(), KEYS, 78)
    assert text([line]) == ["● online · all sent · 24 on hand     s skip  i note  y copy  / answers  ? help"]
    assert of_role([line], "alarm") == []


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"unsent": 3}, "● online · 3 unsent · 24 on hand"),
        ({"unsent": 3, "rejected": 1}, "● online · 3 unsent · 1 rejected, F8 why · 24 on hand"),
        ({"line": Line("slow"), "unsent": 3}, "◐ slow · 3 unsent · 24 on hand"),
        ({"line": Line("connecting")}, "◌ connecting · all sent · 24 on hand"),
        ({"line": OFFLINE, "unsent": 3}, "○ offline since 3:41 pm · 3 unsent · 24 on hand · next try in 12 s · F5 now"),
        ({"line": OFFLINE, "on_hand": 2}, "○ offline since 3:41 pm · all sent · 2 on hand · next try in 12 s · F5 now"),
        ({"line": Line("offline", SINCE), "unsent": 3}, "○ offline since 3:41 pm · 3 unsent · 24 on hand · trying now"),
        ({"line": Line("signed_out")}, "○ signed out · all sent · F5 signs in"),
    ],
)
def test_the_status_tells_the_truth(changes: dict[str, Any], status: str) -> None:
    assert text([status_line(view(**changes), KEYS, 120, NEW_YORK)])[0].startswith(f"{status}  ")


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0.2, "1 s"),
        (30, "30 s"),
        (30.5, "35 s"),
        (41, "45 s"),
        (114, "115 s"),
        (117, "2 min"),
        (270, "4 min"),
        (299, "5 min"),
    ],
)
def test_a_long_wait_is_told_in_longer_steps(seconds: float, told: str) -> None:
    line = Line("offline", SINCE, NOW + timedelta(seconds=seconds))
    assert f"next try in {told} · F5" in text([status_line(view(line=line), KEYS, 120, NEW_YORK)])[0]


def test_a_try_that_is_due_is_under_way() -> None:
    line = Line("offline", SINCE, NOW)
    assert "trying now" in text([status_line(view(line=line), KEYS, 120, NEW_YORK)])[0]


def test_counting_down_changes_the_wait_alone() -> None:
    lines = [
        status_line(view(line=Line("offline", SINCE, NOW + timedelta(seconds=seconds))), KEYS, 78, NEW_YORK)
        for seconds in (12, 11)
    ]
    changed = [(old.text, new.text) for old, new in zip(*lines, strict=True) if old != new]
    assert changed == [("12 s", "11 s")]


def test_offline_with_voters_running_out_cannot_wait() -> None:
    assert of_role([status_line(view(line=OFFLINE), KEYS, 78)], "alarm") == []
    assert of_role([status_line(view(line=OFFLINE, on_hand=5), KEYS, 78)], "alarm") != []


def test_why_the_last_try_failed_is_told() -> None:
    why = "The campaign server did not answer within a minute."
    assert text([why_offline_line(view(line=Line("offline", SINCE, why=why)), 78)]) == [why]
    assert why_offline_line(view(), 78) == ()


def test_a_long_reason_is_told_without_what_to_do_rather_than_cut_off() -> None:
    why = "Nothing answers at calls.example.org; check the address, or ask whether the server is running."
    down = view(line=Line("offline", SINCE, why=why))
    assert text([why_offline_line(down, 100)]) == [why]
    assert text([why_offline_line(down, 78)]) == ["Nothing answers at calls.example.org."]


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (78, "○ offline 3:41 pm · 3 unsent · 24 on hand · try in 12 s / F5    s skip  ? help"),
        (58, "○ offline 3:41 pm · 3 unsent · try in 12 s / F5     ? help"),
        (40, "○ offline · 3 unsent · F5 now     ? help"),
    ],
)
def test_in_a_narrow_window_the_status_says_it_in_fewer_words(width: int, line: str) -> None:
    assert text([status_line(view(line=OFFLINE, unsent=3), KEYS, width, NEW_YORK)]) == [line]


@pytest.mark.parametrize(
    ("width", "seconds", "line"),
    [
        (58, 12, "○ offline 3:41 pm · 113 unsent · try in 12 s / F5   ? help"),
        (58, 0, "○ offline 3:41 pm · 113 unsent · trying now         ? help"),
        (78, 12, "○ offline 3:41 pm · 113 unsent · 87 on hand · try in 12 s / F5  s skip  ? help"),
    ],
)
def test_voters_taken_along_give_way_to_since_when_and_the_key_that_tries_now(
    width: int, seconds: int, line: str
) -> None:
    down = Line("offline", SINCE, NOW + timedelta(seconds=seconds))
    along = view(line=down, unsent=113, on_hand=87, on_hand_until=NOW + timedelta(hours=5), taken_along=True)
    assert text([status_line(along, KEYS, width, NEW_YORK)]) == [line]


def test_in_the_narrowest_window_what_is_rejected_gives_way_before_the_key() -> None:
    down = view(line=OFFLINE, unsent=113, rejected=12, on_hand=2)
    line = text([status_line(down, KEYS, 58, NEW_YORK)])[0]
    assert line.startswith("○ offline 3:41 pm · 113 unsent · F5 now  ")


@pytest.mark.parametrize("width", [58, 78])
@pytest.mark.parametrize("seconds", [0, 9, 29, 118])
def test_how_many_are_unsent_fits_at_any_time(width: int, seconds: int) -> None:
    since = NOW - timedelta(hours=3, minutes=20)  # 12:52 pm
    shown = view(line=Line("offline", since, NOW + timedelta(seconds=seconds)), unsent=113)
    line = text([status_line(shown, KEYS, width, NEW_YORK)])[0]
    assert "12:52 pm · 113 unsent · " in line
    assert "try" in line or "F5" in line
    assert line.endswith("? help")


def test_without_a_voter_the_footer_offers_what_needs_none() -> None:
    assert text([status_line(view(None), KEYS, 78)]) == [
        "● online · all sent · 24 on hand  q quit  F5 try now  u undo  F6 along  ? help"
    ]


def test_what_this_desk_alone_offers_comes_first_with_what_its_key_does_now() -> None:
    keys = keymap(CAMPAIGN, {}, {"plug"})
    offered = {"plug": Offered("pull plug")}
    assert text([status_line(view(offered=offered), keys, 78)]) == [
        "● online · all sent · 24 on hand  F9 pull plug  s skip  i note  y copy  ? help"
    ]


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (78, "○ offline 3:41 pm · 3 unsent · try in 12 s / F5     F9 plug in  s skip  ? help"),
        (58, "○ offline 3:41 pm · 3 unsent · F5 now   F9 plug in  ? help"),
    ],
)
def test_its_key_stays_in_view_while_there_is_much_to_tell(width: int, line: str) -> None:
    keys = keymap(CAMPAIGN, {}, {"plug"})
    down = view(line=OFFLINE, unsent=3, offered={"plug": Offered("plug in", "the plug is out")})
    assert text([status_line(down, keys, width, NEW_YORK)]) == [line]


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (78, "Riverside Votes · Weekend turnout         the plug is out · 12 calls · 3 talks"),
        (58, "Riverside Votes · W…  the plug is out · 12 calls · 3 talks"),
    ],
)
def test_what_it_has_brought_about_stands_in_the_title(width: int, line: str) -> None:
    title = title_line(view(offered={"plug": Offered("plug in", "the plug is out")}), width)
    assert text([title]) == [line]
    assert of_role([title], "alarm") == ["the plug is out · "]


def test_a_choice_is_asked_in_as_many_lines_as_it_takes() -> None:
    choices = [("1", "tonight 7:00 pm"), ("2", "tomorrow 3:12 pm"), ("3", "other")]
    assert text(choice_lines("Call back", choices, 78)) == [
        "Call back  1 tonight 7:00 pm  2 tomorrow 3:12 pm  3 other           Esc closes"
    ]
    assert text(choice_lines("Call back", choices, 58)) == [
        "Call back  1 tonight 7:00 pm  2 tomorrow 3:12 pm  3 other",
        "                                                Esc closes",
    ]


@pytest.mark.parametrize("width", [58, 78])
def test_the_way_out_of_a_choice_is_seen_whatever_the_words_of_it_are(width: int) -> None:
    words = "Llamar\tluego\n漢字👍🏽 " * 9
    for length in range(len(words)):
        label = words[:length]
        lines = [safe(line, width) for line in choice_lines(label, [("1", label), ("2", "other")], width)]
        assert text(lines)[-1].endswith(("Esc", "Esc closes")), label
        assert all(reach(line) <= width for line in lines), label


@pytest.mark.parametrize(
    ("width", "state", "line"),
    [
        (78, "online", "● online · all sent · 87 on hand until 9:12 pm  s skip  i note  y copy  ? help"),
        (58, "online", "● online · all sent · 87 on hand until 9:12 pm      ? help"),
        (78, "offline", "○ offline since 3:41 pm · all sent · 87 on hand until 9:12 pm · F5 now  ? help"),
        (58, "offline", "○ offline 3:41 pm · all sent · try in 12 s / F5     ? help"),
    ],
)
def test_voters_taken_along_are_there_until_a_time(width: int, state: str, line: str) -> None:
    connection = OFFLINE if state == "offline" else Line("online")
    along = view(on_hand=87, on_hand_until=NOW + timedelta(hours=5), taken_along=True, line=connection)
    assert text([status_line(along, KEYS, width, NEW_YORK)]) == [line]
