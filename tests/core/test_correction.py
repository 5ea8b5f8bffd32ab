"""Which corrections make sense, and what a corrected call says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from phonetui.core.correction import Correction, as_it_reads, check, corrected
from phonetui.core.event import Outcome
from phonetui.core.refusal import Refused
from tests.core.example import CALL_BACK, CAMPAIGN, NOT_HOME, REFUSED, TALKED

AT = datetime(2026, 11, 4, 17, tzinfo=UTC)
TALK = Outcome(
    id="e1",
    seq=1,
    at=AT,
    campaign_id="fall",
    voter_id="v1",
    ticket="t1",
    disposition="talked",
    number_ending="01",
    answers={"vote": "yes"},
    note="kind",
    talked=True,
    shown_at=AT - timedelta(minutes=4),
)
NOBODY = msgspec.structs.replace(TALK, disposition="not_home", answers={}, note="", talked=False)


def refusal(outcome: Outcome, to: Correction) -> str:
    """Why the correction is refused."""
    with pytest.raises(Refused) as refused:
        check(CAMPAIGN, outcome, to)
    return str(refused.value)


def test_another_result_note_and_answer_take_the_place_of_the_earlier() -> None:
    to = Correction("refused", {"vote": "no"}, " less kind ")
    assert check(CAMPAIGN, TALK, to) is REFUSED
    later = corrected(TALK, to, REFUSED, event_id="e9", seq=9, at=AT + timedelta(hours=1), version=4)
    assert (later.id, later.seq, later.supersedes, later.ticket) == ("e9", 9, "e1", "t1")
    assert (later.disposition, later.answers, later.note, later.talked) == (
        "refused",
        {"vote": "no"},
        "less kind",
        True,
    )
    assert (later.shown_at, later.number_ending, later.campaign_version) == (TALK.shown_at, "01", 4)


def test_without_its_answers_a_talk_may_become_nobody_home() -> None:
    to = Correction("not_home")
    assert check(CAMPAIGN, TALK, to) is NOT_HOME
    assert not corrected(TALK, to, NOT_HOME, event_id="e2", seq=2, at=AT, version=1).talked


def test_nobody_home_gives_no_answers() -> None:
    assert refusal(TALK, msgspec.structs.replace(as_it_reads(TALK), disposition="not_home")) == (
        "“Not home” means that nobody was spoken with, and there are answers; take them out first."
    )


def test_a_correction_changes_something() -> None:
    assert refusal(TALK, as_it_reads(TALK)) == "Nothing was changed."


def test_a_result_that_the_campaign_has_not_is_none() -> None:
    assert refusal(TALK, Correction("busy-bee")) == "The campaign has no such result any more; choose another."


def test_who_was_handed_the_telephone_was_at_home() -> None:
    second = msgspec.structs.replace(TALK, same_call=True, answers={})
    assert refusal(second, Correction("not_home")) == (
        "Somebody else at this number was spoken with in the same call; “Not home” cannot be."
    )


def test_a_talk_without_the_disclosure_is_none() -> None:
    assert refusal(NOBODY, Correction("talked")) == (
        "The disclosure was not read out in this call, so “Talked” cannot be saved."
    )
    read_out = msgspec.structs.replace(NOBODY, disposition="refused", talked=True)
    assert check(CAMPAIGN, read_out, Correction("talked")) is TALKED


def test_a_call_back_needs_its_time_and_no_other_result_keeps_it() -> None:
    assert refusal(NOBODY, Correction("call_back")) == "“Call back” needs a time."
    to = Correction("call_back", call_at=AT + timedelta(days=1), to_me=True)
    promised = corrected(NOBODY, to, check(CAMPAIGN, NOBODY, to), event_id="e2", seq=2, at=AT, version=1)
    assert (promised.call_at, promised.to_me) == (AT + timedelta(days=1), True)
    back = msgspec.structs.replace(as_it_reads(promised), disposition="refused")
    again = corrected(promised, back, REFUSED, event_id="e3", seq=3, at=AT, version=1)
    assert (again.call_at, again.to_me) == (None, False)
    assert CALL_BACK.call_back


def test_answers_to_what_the_script_asks_no_more_stay_and_no_new_one_comes() -> None:
    earlier = msgspec.structs.replace(TALK, answers={"vote": "yes", "dropped": "x"})
    assert check(CAMPAIGN, earlier, msgspec.structs.replace(as_it_reads(earlier), note="")) is TALKED
    assert refusal(TALK, msgspec.structs.replace(as_it_reads(TALK), answers={"dropped": "x"})) == (
        "The script does not ask that question any more."
    )
