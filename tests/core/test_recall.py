from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

from phonetui.core.campaign import MIDNIGHT, WEEKDAYS, Hours
from phonetui.core.recall import Attempted, Standing, disposition_of, standing
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
