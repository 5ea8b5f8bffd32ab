"""What stands of a voter's attempts after undo and correction, however the events arrive."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import permutations

import pytest

from phonetui.core.event import Attempt, Outcome, Undo, current, root

NOON = datetime(2026, 10, 6, 16, 0, tzinfo=UTC)


def outcome(event_id: str, seq: int, disposition: str = "talked", supersedes: str = "") -> Outcome:
    return Outcome(
        id=event_id,
        seq=seq,
        at=NOON,
        campaign_id="turnout",
        voter_id="1",
        supersedes=supersedes,
        disposition=disposition,
        number_ending="66",
    )


def undo(event_id: str, seq: int, supersedes: str) -> Undo:
    return Undo(id=event_id, seq=seq, at=NOON, campaign_id="turnout", voter_id="1", supersedes=supersedes)


def stands(*events: Attempt) -> dict[str, str]:
    """The dispositions that stand, by attempt: the same in whatever order the events come, and if they come twice."""
    [told] = {
        tuple(sorted((attempt_id, event.disposition) for attempt_id, event in current([*order, *order]).items()))
        for order in permutations(events)
    }
    return dict(told)


def test_an_outcome_stands_until_it_is_taken_back() -> None:
    talked = outcome("a", 1)
    assert stands() == {}
    assert stands(talked) == {"a": "talked"}
    assert stands(talked, undo("b", 2, "a")) == {}


def test_a_correction_stands_in_its_place_and_can_be_corrected_or_taken_back() -> None:
    talked, refused = outcome("a", 1), outcome("b", 2, "refused", "a")
    assert stands(talked, refused) == {"a": "refused"}
    assert stands(talked, refused, outcome("c", 3, "busy", "b")) == {"a": "busy"}
    assert stands(talked, refused, undo("c", 3, "b")) == {}


def test_attempts_do_not_touch_each_other() -> None:
    assert stands(outcome("a", 1), outcome("b", 2, "busy"), undo("c", 3, "a")) == {"b": "busy"}


def test_of_two_corrections_the_longer_chain_stands_then_the_later_one_then_the_greater_id() -> None:
    talked = outcome("a", 1)
    here, further = outcome("b", 9, "refused", "a"), outcome("c", 2, "busy", "a")
    assert stands(talked, here, further) == {"a": "refused"}
    assert stands(talked, here, further, outcome("d", 3, "moved", "c")) == {"a": "moved"}
    at_once = outcome("c", 9, "busy", "a")
    assert stands(talked, here, at_once) == {"a": "busy"}


def test_an_undo_and_a_correction_from_two_devices_end_the_same_everywhere() -> None:
    talked = outcome("a", 1)
    assert stands(talked, undo("b", 2, "a"), outcome("c", 3, "refused", "a")) == {"a": "refused"}
    assert stands(talked, undo("c", 3, "a"), outcome("b", 2, "refused", "a")) == {}


def test_what_waits_for_an_event_that_is_not_here_is_told_by_that_ones_id() -> None:
    assert stands(outcome("c", 3, "busy", "b")) == {"b": "busy"}
    assert stands(undo("c", 3, "b")) == {}
    assert stands(outcome("c", 3, "busy", "b"), outcome("d", 4, "moved", "c")) == {"b": "moved"}


@pytest.mark.parametrize("known", [3, 2, 1])
def test_an_attempt_is_followed_back_as_far_as_its_events_are_known(known: int) -> None:
    chain = [outcome("a", 1), outcome("b", 2, supersedes="a"), outcome("c", 3, supersedes="b")]
    by_id: dict[str, Attempt] = {event.id: event for event in chain[-known:]}
    assert root(chain[-1], by_id) == {3: "a", 2: "a", 1: "b"}[known]


@pytest.mark.parametrize("first", ["a", "b"])
def test_events_that_supersede_each_other_come_to_an_end(first: str) -> None:
    circle: dict[str, Attempt] = {"a": outcome("a", 1, supersedes="b"), "b": outcome("b", 2, supersedes="a")}
    assert root(circle[first], circle) in circle
    assert len(current(circle.values())) == len({root(event, circle) for event in circle.values()})
