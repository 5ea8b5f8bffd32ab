"""What a day amounts to, over however many shifts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec

from phonetui.client.today import Today
from phonetui.core.tally import Tally
from tests.client.test_shift import AT, outcome, undo
from tests.core.example import CAMPAIGN

YESTERDAY = AT - timedelta(days=1)


def test_all_shifts_of_the_day_count_and_those_of_other_days_do_not() -> None:
    yesterdays = msgspec.structs.replace(outcome(1, "talked"), at=YESTERDAY)
    today = Today([yesterdays, outcome(2, "not_home"), outcome(3, "talked", voter_id="v2")])
    counted = today.tally(CAMPAIGN, AT)
    assert (counted.attempts, counted.contacts, counted.talks) == (2, 1, 1)
    assert counted.results == {"not_home": 1, "talked": 1}
    assert today.tally(CAMPAIGN, YESTERDAY).attempts == 1


def test_the_day_goes_on_counting() -> None:
    today = Today([outcome(1, "talked")])
    assert today.tally(CAMPAIGN, AT).attempts == 1
    today.add([undo(2, "e1"), outcome(3, "not_home")])
    assert today.tally(CAMPAIGN, AT).results == {"not_home": 1}


def test_a_day_begins_at_midnight_where_the_campaign_is() -> None:
    late = datetime(2026, 11, 4, 4, 59, tzinfo=UTC)  # one minute to midnight in New York
    today = Today([msgspec.structs.replace(outcome(1, "talked"), at=late)])
    assert today.tally(CAMPAIGN, AT).attempts == 1
    assert today.tally(CAMPAIGN, late + timedelta(minutes=2)).attempts == 0


def test_without_a_campaign_there_is_nothing_to_count_by() -> None:
    assert Today([outcome(1, "talked")]).tally(None, AT) == Tally()
