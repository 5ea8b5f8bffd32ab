"""What a caller reads of a campaign before choosing it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest

from phonetui.client.open_campaigns import about, appointments, find_phone_bank, phone_bank_line, typed_name
from phonetui.core.campaign import MIDNIGHT, Hours, PhoneBank
from phonetui.core.refusal import Refused
from phonetui.core.translation import use
from phonetui.wire import Membership, OpenPhoneBank
from tests.tui.other_campaigns import SCHOOLS, TURNOUT

SATURDAY_NOON = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
ALL_DAY = Hours(MIDNIGHT, MIDNIGHT)
CHICAGO = ZoneInfo("America/Chicago")
LATE = PhoneBank(
    "late", datetime(2026, 11, 28, 22, 0, tzinfo=CHICAGO), datetime(2026, 11, 29, 1, 0, tzinfo=CHICAGO), {"en": "Late"}
)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {},
            "Today 9:00 am to 9:00 pm where the voters live. In English and Spanish. "
            "About 4,300 households left to call, 3 callers now.",
        ),
        ({"holidays": (date(2026, 11, 21),)}, "No calls today, a holiday. In"),
        ({"hours": {}}, "No calls today. In"),
        ({"hours": {"sat": ALL_DAY}}, "Today all day. In"),
        (
            {"starts": date(2026, 11, 22)},
            "Calls begin on Sunday, November 22. In English and Spanish. About 4,300 households left to call.",
        ),
        (
            {"starts": date(2026, 11, 28), "left_to_call": 0, "callers_now": 0, "practice": "wanted"},
            "Calls begin on Saturday, November 28. In English and Spanish. Practise once first: phonetui practice.",
        ),
        ({"state": "paused"}, "Paused: no voters are given out now. In"),
        ({"left_to_call": 10_000}, "More than 10,000 households left to call, 3 callers now."),
        ({"left_to_call": 1, "callers_now": 1}, "1 household left to call, one caller now."),
        ({"left_to_call": 0, "callers_now": 0}, "0 households left to call, nobody calls now."),
        ({"languages": ()}, "where the voters live. About 4,300"),
        ({"practice": "wanted"}, "Practise once first: phonetui practice."),
        ({"practice": "done"}, "3 callers now."),
    ],
)
def test_a_campaign_in_words(changes: dict[str, object], said: str) -> None:
    assert said in about(msgspec.structs.replace(TURNOUT, **changes), SATURDAY_NOON)


def test_a_zone_that_no_computer_knows_is_no_obstacle() -> None:
    assert about(msgspec.structs.replace(TURNOUT, zone="Nowhere/Land"), SATURDAY_NOON)


@pytest.mark.parametrize(
    ("zone", "when"),
    [
        ("America/Chicago", "Saturday, November 28, 10:00 pm to Sunday, November 29, 1:00 am your time"),
        (
            "America/Denver",
            "Saturday, November 28, 9:00 pm to Sunday, November 29, 12:00 am your time "
            "(10:00 pm to Sunday, November 29, 1:00 am at the campaign)",
        ),
        (
            "Europe/Madrid",
            "Sunday, November 29, 5:00 am to 8:00 am your time "
            "(Saturday, November 28, 10:00 pm to Sunday, November 29, 1:00 am at the campaign)",
        ),
    ],
)
def test_a_phone_bank_is_told_by_the_callers_clock_and_by_the_campaigns_where_that_is_another(
    zone: str, when: str
) -> None:
    line = phone_bank_line(TURNOUT, OpenPhoneBank(LATE), ZoneInfo(zone))
    assert line == f"{when}: Late. Nobody signed up yet."


def test_a_phone_bank_of_a_campaign_in_no_known_zone_is_told_all_the_same() -> None:
    nowhere = msgspec.structs.replace(TURNOUT, zone="Nowhere/Land")
    assert "10:00 pm to Sunday, November 29, 1:00 am your time" in phone_bank_line(
        nowhere, OpenPhoneBank(LATE), CHICAGO
    )


def test_a_phone_bank_is_named_as_it_must_be_typed() -> None:
    [saturday] = TURNOUT.phone_banks
    schools = msgspec.structs.replace(SCHOOLS, phone_banks=(saturday, OpenPhoneBank(LATE)))
    every = [TURNOUT, schools]
    assert typed_name([TURNOUT], TURNOUT, saturday) == "saturday"
    assert typed_name(every, TURNOUT, saturday) == "weekend-turnout/saturday"
    assert typed_name(every, schools, schools.phone_banks[1]) == "late"
    for campaign in every:
        for bank in campaign.phone_banks:
            assert find_phone_bank(every, typed_name(every, campaign, bank)) == (campaign, bank)


def test_the_same_name_in_two_campaigns_wants_the_campaign_too() -> None:
    schools = msgspec.structs.replace(SCHOOLS, phone_banks=TURNOUT.phone_banks)
    with pytest.raises(Refused) as refused:
        find_phone_bank([TURNOUT, schools], "pizza night")
    assert str(refused.value) == (
        "There are several phone banks pizza night; say which: weekend-turnout/saturday, schools/saturday."
    )
    campaign, _ = find_phone_bank([TURNOUT, schools], "schools/Pizza Night")
    assert campaign is schools


def test_a_calendar_gets_what_one_signed_up_for_alone() -> None:
    mine = OpenPhoneBank(LATE, 1, you=True)
    campaign: Membership = msgspec.structs.replace(TURNOUT, phone_banks=(*TURNOUT.phone_banks, mine))
    [appointment] = appointments([campaign], "https://calls.example.org")
    assert appointment.uid == "late.weekend-turnout@calls.example.org"
    assert appointment.ends - appointment.starts == timedelta(hours=3)


def test_a_phone_bank_is_called_as_in_the_callers_language() -> None:
    both = msgspec.structs.replace(LATE, label={"en": "Late", "es": "Noche"})
    use("es")
    assert "Noche" in phone_bank_line(TURNOUT, OpenPhoneBank(both), CHICAGO)
    use("en")
    assert "Late" in phone_bank_line(TURNOUT, OpenPhoneBank(both), CHICAGO)
