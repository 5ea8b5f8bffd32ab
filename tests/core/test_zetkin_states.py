"""What a result is in Zetkin."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from phonetui.core.event import Outcome
from phonetui.core.standard_dispositions import BY_ID
from phonetui.core.zetkin_states import MEANINGS, dispositions, report

AT = datetime(2026, 10, 6, 16, 0, tzinfo=UTC)


def outcome(disposition: str, note: str = "", **more: object) -> Outcome:
    event = Outcome(id="e1", seq=1, at=AT, campaign_id="c", disposition=disposition, number_ending="66", note=note)
    return msgspec.structs.replace(event, **more)


@pytest.mark.parametrize(
    ("disposition", "state", "notes", "message", "needed"),
    [
        ("talked", 1, "hm", None, False),
        ("not_home", 11, "hm", None, False),
        ("busy", 12, "hm", None, False),
        ("left_message", 15, "hm", None, False),
        ("wrong_number", 21, "hm", None, False),
        ("disconnected", 21, "Disconnected: hm", None, False),
        ("refused", 1, "Refused: hm", None, False),
        ("moved", 21, "Moved: hm", None, False),
        ("language", 14, "Other language: hm", None, False),
        ("call_back", 13, "hm", None, False),
        ("deceased", 21, "Deceased: hm", "Deceased: hm", True),
        ("do_not_call", 1, "Do not call: hm", "Do not call: hm", True),
    ],
)
def test_each_result_says_what_it_means(
    disposition: str, state: int, notes: str, message: str | None, needed: bool
) -> None:
    made = report(outcome(disposition, "hm"))
    assert made is not None
    assert (made.state, made.notes, made.message_to_organizer, made.organizer_action_needed) == (
        state,
        notes,
        message,
        needed,
    )


def test_every_result_of_the_screen_has_a_meaning() -> None:
    assert [each.id for each in dispositions(timedelta(hours=3))] == list(MEANINGS)
    assert report(outcome("quiet")) is None


def test_whoever_was_not_reached_rests_for_the_cool_down() -> None:
    by_id = {each.id: each for each in dispositions(timedelta(hours=3))}
    assert by_id["busy"].again_after == timedelta(hours=3)
    assert by_id["talked"] == BY_ID["talked"]


def test_a_time_to_call_back_goes_with_a_call_back_alone() -> None:
    promised = report(outcome("call_back", call_at=AT + timedelta(hours=2), to_me=True))
    assert promised is not None
    assert promised.call_back_after == "2026-10-06T18:00:00Z"
    assert promised.notes == "Wants the same caller."
    missed = report(outcome("not_home", call_at=AT))
    assert missed is not None
    assert msgspec.json.encode(missed) == (
        b'{"state":11,"notes":null,"message_to_organizer":null,"organizer_action_needed":false}'
    )


def test_where_callers_write_no_notes_their_words_go_to_the_organiser() -> None:
    made = report(outcome("refused", "angry"), with_notes=False)
    assert made is not None
    assert (made.notes, made.message_to_organizer, made.organizer_action_needed) == (None, "Refused: angry", False)


def test_words_for_the_organiser_want_something_done() -> None:
    made = report(outcome("talked"), ["Wrong on record, the number: 070"])
    assert made is not None
    assert made.message_to_organizer == "Wrong on record, the number: 070"
    assert made.organizer_action_needed
