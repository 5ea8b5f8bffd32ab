from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest

from phonetui.core.campaign import MIDNIGHT, WEEKDAYS, Hours
from phonetui.core.recall import (
    Attempted,
    Standing,
    disposition_of,
    ends_number,
    ends_voter,
    quiet_until,
    standing,
)
from phonetui.core.standard_dispositions import BY_ID, QUIET
from tests.server.phone_bank import NEW_YORK, TURNOUT

ANN, BEN = "1", "2"
NOON = datetime(2026, 10, 6, 16, 0, tzinfo=UTC)
TOMORROW_AT_NINE = datetime(2026, 10, 7, 13, 0, tzinfo=UTC)
TOMORROW_AT_NOON = NOON + timedelta(days=1)


def attempt(
    voter_id: str, disposition: str, at: datetime = NOON, *, call_at: datetime | None = None, shared: bool = True
) -> Attempted:
    """An attempt; those made within the same day are one visit."""
    attempt_id = f"{voter_id}-{disposition}-{at:%d%H%M}"
    lent_at = at.replace(hour=12, minute=0)
    return Attempted(attempt_id, voter_id, "dana", lent_at, at, disposition_of(TURNOUT, disposition), shared, call_at)


def stands(members: list[str], *attempts: Attempted, in_all: int = 4) -> Standing:
    rules = msgspec.structs.replace(TURNOUT.calling, attempts_in_all=in_all)
    return standing(msgspec.structs.replace(TURNOUT, calling=rules), [NEW_YORK], members, attempts)


@pytest.mark.parametrize(
    ("disposition", "number", "voter"),
    [
        ("do_not_call", True, True),
        ("wrong_number", True, False),
        ("disconnected", True, False),
        ("refused", False, True),
        ("talked", False, True),
        ("not_home", False, False),
        ("language", False, False),
        ("call_back", False, False),
    ],
)
def test_what_ends_calls_to_a_number_and_what_to_a_voter(disposition: str, number: bool, voter: bool) -> None:
    ends = ends_number(BY_ID[disposition]), ends_voter(BY_ID[disposition])
    assert ends == (number, voter)


def test_who_says_do_not_call_ends_number_and_voter_whatever_else_the_campaign_says_of_it() -> None:
    suppresses = msgspec.structs.replace(BY_ID["do_not_call"], ends=False)
    assert ends_number(suppresses)
    assert ends_voter(suppresses)


def test_quiet_lasts_until_the_voters_day_else_for_the_campaigns_time() -> None:
    until = NOON + timedelta(days=20)
    quiet = Attempted("1", ANN, "dana", NOON, NOON, QUIET, shared=True)
    assert quiet_until(TURNOUT, [msgspec.structs.replace(quiet, call_at=until)], ANN) == until
    assert quiet_until(TURNOUT, [quiet], ANN) == NOON + timedelta(days=7)
    assert quiet_until(TURNOUT, [quiet], BEN) is None
    assert quiet_until(TURNOUT, [quiet, attempt(ANN, "language", TOMORROW_AT_NOON)], ANN) is None
    assert quiet_until(TURNOUT, [quiet, attempt(ANN, "not_home", TOMORROW_AT_NOON)], ANN) == NOON + timedelta(days=7)


def test_what_is_done_in_one_lease_is_one_visit() -> None:
    five_minutes_later = NOON + timedelta(minutes=5)
    assert stands([BEN], attempt(ANN, "refused"), attempt(BEN, "busy", five_minutes_later)).attempts == 1


def test_a_call_back_that_is_due_in_the_same_lease_is_another_visit_unless_the_call_went_on() -> None:
    due = NOON + timedelta(minutes=30)
    promise, busy = attempt(ANN, "call_back", call_at=due), attempt(ANN, "busy", due)
    assert stands([ANN], promise, busy).attempts == 2
    assert stands([ANN], promise, attempt(ANN, "busy", due - timedelta(minutes=1))).attempts == 1
    assert stands([ANN], promise, msgspec.structs.replace(busy, same_call=True)).attempts == 1


def test_who_was_not_asked_rests_from_the_visits_last_dialing_on() -> None:
    always = dict.fromkeys(WEEKDAYS, Hours(time(0), MIDNIGHT))
    campaign = msgspec.structs.replace(TURNOUT, calling=msgspec.structs.replace(TURNOUT.calling, hours=always))
    before_midnight = datetime(2026, 10, 6, 23, 50, tzinfo=ZoneInfo(NEW_YORK))
    after_midnight = before_midnight + timedelta(minutes=20)
    dialed = [
        msgspec.structs.replace(attempt(who, "refused", at, shared=False), lent_at=NOON)
        for who, at in ((ANN, before_midnight), ("3", after_midnight))
    ]
    assert standing(campaign, [NEW_YORK], [BEN], dialed).ready_at == datetime(2026, 10, 8, tzinfo=ZoneInfo(NEW_YORK))


def test_a_household_nobody_has_called_is_ready() -> None:
    assert stands([ANN, BEN]) == Standing("ready")


def test_a_household_with_nobody_left_is_closed() -> None:
    assert stands([], attempt(ANN, "refused")) == Standing("closed", 1)


def test_nobody_at_home_counts_for_all() -> None:
    tomorrow = attempt(ANN, "not_home", TOMORROW_AT_NOON)
    assert stands([ANN, BEN], attempt(ANN, "not_home"), tomorrow, in_all=2) == Standing("closed", 2)


def test_what_was_dialed_for_one_person_does_not_count_for_the_household() -> None:
    other_number = attempt(ANN, "not_home", shared=False)
    assert stands([ANN, BEN], other_number, in_all=1) == Standing("resting", 1, TOMORROW_AT_NINE)


def test_a_wrong_number_of_one_person_leaves_the_household_to_be_called() -> None:
    other_number = attempt(ANN, "wrong_number", shared=False)
    assert stands([ANN], other_number) == Standing("resting", 1, TOMORROW_AT_NINE)
    assert stands([ANN], attempt(ANN, "refused")).state == "closed"


def test_what_came_last_of_a_visit_counts() -> None:
    at_five, later = NOON + timedelta(hours=5), NOON + timedelta(hours=5, minutes=5)
    assert stands([ANN], attempt(ANN, "busy", at_five), attempt(ANN, "refused", later)).state == "closed"
    others = attempt(BEN, "busy", at_five), attempt("3", "not_home", later)
    assert stands([ANN], *others).ready_at == TOMORROW_AT_NINE + timedelta(hours=4, minutes=5)


def test_who_was_not_asked_waits_for_another_day() -> None:
    assert stands([BEN], attempt(ANN, "talked")) == Standing("resting", 1, TOMORROW_AT_NINE)


def test_where_zones_disagree_no_day_takes_more_attempts_by_either_calendar() -> None:
    always = dict.fromkeys(WEEKDAYS, Hours(time(0), MIDNIGHT))
    rules = msgspec.structs.replace(TURNOUT.calling, hours=always, attempts_per_day=2)
    campaign, zones = msgspec.structs.replace(TURNOUT, calling=rules), ["America/Chicago", NEW_YORK]
    half_past_midnight_in_new_york = datetime(2026, 10, 7, 4, 30, tzinfo=UTC)
    times = [half_past_midnight_in_new_york, half_past_midnight_in_new_york + timedelta(hours=9)]
    calls = [msgspec.structs.replace(attempt(ANN, "busy", at), lent_at=at) for at in times]
    assert [call.at.astimezone(ZoneInfo(zone)).day for call in calls for zone in zones] == [6, 7, 7, 7]
    midnight_in_chicago = datetime(2026, 10, 8, 5, 0, tzinfo=UTC)
    assert standing(campaign, zones, [ANN], calls).ready_at == midnight_in_chicago


def test_a_cool_down_is_kept_when_it_is_longer_than_the_night() -> None:
    assert stands([ANN], attempt(ANN, "not_home", NOON + timedelta(hours=5))).ready_at == TOMORROW_AT_NINE + timedelta(
        hours=4
    )


def test_a_promise_comes_before_everybody_else() -> None:
    call_at = NOON + timedelta(days=3)
    promise = attempt(ANN, "call_back", call_at=call_at)
    assert stands([ANN, BEN], promise) == Standing("resting", 1, call_at, "promised", "dana", ANN)


def test_of_two_promises_the_one_that_is_due_first_is_kept_first() -> None:
    later = attempt(ANN, "call_back", call_at=NOON + timedelta(days=3))
    sooner = attempt(BEN, "call_back", call_at=NOON + timedelta(days=2))
    assert stands([ANN, BEN], later, sooner) == Standing(
        "resting", 1, NOON + timedelta(days=2), "promised", "dana", BEN
    )


def test_quiet_that_ends_before_the_number_may_be_dialed_again_makes_no_call_sooner() -> None:
    quiet = Attempted("1", ANN, "dana", NOON, NOON, QUIET, shared=True, call_at=NOON + timedelta(hours=1))
    assert stands([ANN], quiet) == Standing("resting", 1, TOMORROW_AT_NINE, "quiet")


def test_an_earlier_call_to_somebody_else_does_not_use_a_promise_up() -> None:
    call_at = NOON + timedelta(days=3)
    promise = attempt(ANN, "call_back", call_at=call_at)
    nobody_home = attempt(BEN, "not_home", TOMORROW_AT_NOON)
    assert stands([ANN, BEN], promise, nobody_home) == Standing("resting", 2, call_at, "promised", "dana", ANN)


def test_a_promise_is_kept_once() -> None:
    promise = attempt(ANN, "call_back", call_at=TOMORROW_AT_NINE)
    nobody_home = attempt(BEN, "not_home", TOMORROW_AT_NOON)
    stood = stands([ANN, BEN], promise, nobody_home)
    assert (stood.state, stood.promised_to) == ("resting", "")


def test_a_promise_to_one_who_ended_binds_nobody() -> None:
    promise = attempt(ANN, "call_back", call_at=NOON + timedelta(days=3))
    assert stands([BEN], promise).promised_to == ""


def test_a_campaign_without_hours_left_closes_its_households() -> None:
    last_evening = datetime(2026, 11, 4, 1, 30, tzinfo=UTC)
    assert stands([ANN], attempt(ANN, "not_home", last_evening)) == Standing("closed", 1)
