"""What a shift amounts to, however it came about."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from phonetui.client.shift import Shift
from phonetui.core.event import Attempt, Outcome, Undo, current
from phonetui.core.tally import Tally, tally
from tests.core.example import CAMPAIGN

AT = datetime(2026, 11, 3, 17, 0, tzinfo=UTC)


def outcome(
    seq: int, disposition: str, *, voter_id: str = "v1", supersedes: str = "", same_call: bool = False
) -> Outcome:
    return Outcome(
        id=f"e{seq}",
        seq=seq,
        at=AT,
        campaign_id=CAMPAIGN.campaign_id,
        voter_id=voter_id,
        disposition=disposition,
        number_ending="66",
        supersedes=supersedes,
        same_call=same_call,
    )


def undo(seq: int, of: str) -> Undo:
    return Undo(id=f"e{seq}", seq=seq, at=AT, campaign_id=CAMPAIGN.campaign_id, voter_id="v1", supersedes=of)


def test_calls_are_counted_as_they_are_made() -> None:
    shift = Shift([outcome(1, "not_home")])
    assert shift.tally(CAMPAIGN).attempts == 1
    shift.add([outcome(2, "talked", voter_id="v2")])
    assert (shift.tally(CAMPAIGN).attempts, shift.tally(CAMPAIGN).contacts, shift.tally(CAMPAIGN).talks) == (2, 1, 1)


def test_what_is_taken_back_does_not_count() -> None:
    shift = Shift([])
    assert shift.tally(CAMPAIGN) == Tally()
    shift.add([outcome(1, "talked")])
    shift.add([undo(2, "e1"), outcome(3, "not_home")])
    assert (shift.tally(CAMPAIGN).attempts, shift.tally(CAMPAIGN).talks) == (1, 0)


def test_a_newer_campaign_counts_by_its_own_dispositions() -> None:
    shift = Shift([outcome(1, "refused")])
    assert shift.tally(CAMPAIGN).contacts == 1
    dropped = tuple(one for one in CAMPAIGN.dispositions if one.id != "refused")
    assert shift.tally(msgspec.structs.replace(CAMPAIGN, dispositions=dropped)).contacts == 0


def test_before_there_is_a_campaign_nothing_is_counted() -> None:
    assert Shift([outcome(1, "talked")]).tally(None) == Tally()


@st.composite
def shifts(draw: st.DrawFn) -> list[Attempt]:
    attempts: list[Attempt] = []
    for seq in range(1, draw(st.integers(1, 8)) + 1):
        before = [attempt.id for attempt in attempts]
        of = draw(st.sampled_from(["", *before]))
        if of and draw(st.booleans()):
            attempts.append(undo(seq, of))
        else:
            disposition = draw(st.sampled_from([one.id for one in CAMPAIGN.dispositions]))
            voter_id = draw(st.sampled_from(["v1", "v2"]))
            attempts.append(outcome(seq, disposition, voter_id=voter_id, supersedes=of, same_call=draw(st.booleans())))
    return attempts


@given(shifts())
def test_counting_on_comes_to_the_same_as_counting_all(attempts: list[Attempt]) -> None:
    shift = Shift([])
    for made, attempt in enumerate(attempts, 1):
        shift.add([attempt])
        assert shift.tally(CAMPAIGN) == tally(CAMPAIGN, current(attempts[:made]).values())
