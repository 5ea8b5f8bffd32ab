"""Counting what came of calls."""

from __future__ import annotations

from datetime import UTC, datetime

from phonetui.core.event import Outcome
from phonetui.core.tally import Tally, add, tally
from tests.core.example import CAMPAIGN


def outcome(voter_id: str, disposition: str, *, talked: bool = False, same_call: bool = False) -> Outcome:
    return Outcome(
        id=f"{voter_id}-{disposition}",
        seq=1,
        at=datetime(2026, 11, 3, 18, tzinfo=UTC),
        campaign_id=CAMPAIGN.campaign_id,
        voter_id=voter_id,
        disposition=disposition,
        number_ending="66",
        talked=talked,
        same_call=same_call,
    )


def counts(*outcomes: Outcome) -> tuple[int, int, int]:
    counted = tally(CAMPAIGN, outcomes)
    return counted.attempts, counted.contacts, counted.talks


def test_before_the_first_call_everything_is_nought() -> None:
    assert counts() == (0, 0, 0)
    assert Tally().contact_rate == 0


def test_every_dialing_is_an_attempt_and_only_some_reach_a_person() -> None:
    assert counts(outcome("v1", "not_home"), outcome("v2", "busy"), outcome("v3", "refused")) == (3, 1, 0)


def test_everyone_in_a_call_has_an_outcome() -> None:
    told = tally(CAMPAIGN, [outcome("v1", "talked"), outcome("v2", "refused", same_call=True)])
    assert (told.attempts, told.outcomes) == (1, 2)


def test_another_person_in_the_same_call_is_no_new_attempt() -> None:
    assert counts(outcome("v1", "talked"), outcome("v2", "refused", same_call=True)) == (1, 2, 1)


def test_a_voter_reached_twice_in_a_round_is_one_contact() -> None:
    assert counts(outcome("v1", "call_back"), outcome("v1", "refused")) == (2, 1, 0)


def test_a_talk_is_a_contact_in_which_the_script_was_begun() -> None:
    assert counts(outcome("v1", "refused", talked=True)) == (1, 1, 1)
    assert counts(outcome("v1", "not_home", talked=True)) == (1, 0, 0)


def test_a_result_that_the_campaign_no_longer_has_is_an_attempt_alone() -> None:
    assert counts(outcome("v1", "gone", talked=True)) == (1, 0, 0)


def test_counting_one_by_one_gives_the_same() -> None:
    outcomes = [outcome("v1", "not_home"), outcome("v1", "talked"), outcome("v2", "refused", same_call=True)]
    counted = Tally()
    for one in outcomes:
        counted = add(CAMPAIGN, counted, one)
    assert counted == tally(CAMPAIGN, outcomes)


def test_the_contact_rate_is_contacts_for_each_attempt() -> None:
    assert tally(CAMPAIGN, [outcome("v1", "not_home"), outcome("v2", "talked")]).contact_rate == 0.5
