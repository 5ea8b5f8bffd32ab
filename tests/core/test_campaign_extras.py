"""What a campaign file says beyond rules, results and script: messages to send, phone banks, and settings."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from phonetui.core.campaign import FollowUp, PhoneBank
from phonetui.core.campaign_file import read
from tests.core.test_campaign_file import FILE, mistakes

FOLLOW_UPS = """\
follow_ups:
  - id: place
    by: text
    label: {en: Polling place, es: Lugar de votación}
    text: {en: "Vote at {polling_place|school}, {first_name}!", es: "¡Vote en {polling_place|la escuela}!"}
  - id: dates
    by: mail
    label: {en: Dates, es: Fechas}
    subject: {en: "Dates for {city}", es: "Fechas para {city}"}
    text: {en: Soon., es: Pronto.}
"""
PHONE_BANKS = """\
phone_banks:
  - {id: sat, starts: 2026-10-24 10:00, ends: 2026-10-24 13:00, label: {en: Saturday, es: Sábado}}
  - {starts: 2026-11-01T09:30, ends: 2026-11-01 12:00}
  - {starts: 2026-10-25 9:00, ends: 2026-10-25 12:00, label: {en: Sunday calls, es: Domingo}}
"""
#: The line on which what is added begins.
AT = FILE.count("\n") + 1


def test_messages_to_send_after_a_talk() -> None:
    place, dates = read(FILE + FOLLOW_UPS, "c.yaml").campaign.follow_ups
    assert (place.id, place.by, place.label["es"]) == ("place", "text", "Lugar de votación")
    assert dates == FollowUp(
        "dates",
        "mail",
        {"en": "Dates", "es": "Fechas"},
        {"en": "Soon.", "es": "Pronto."},
        {"en": "Dates for {city}", "es": "Fechas para {city}"},
    )


def test_phone_banks_are_by_the_clocks_of_the_campaigns_zone_and_named_by_label_or_beginning() -> None:
    saturday, sunday, another = read(FILE + PHONE_BANKS, "c.yaml").campaign.phone_banks
    assert saturday == PhoneBank(
        "sat",
        datetime(2026, 10, 24, 15, 0, tzinfo=UTC),
        datetime(2026, 10, 24, 18, 0, tzinfo=UTC),
        {"en": "Saturday", "es": "Sábado"},
    )
    assert (sunday.id, sunday.starts) == ("2026-11-01-0930", datetime(2026, 11, 1, 15, 30, tzinfo=UTC))
    assert another.id == "sunday-calls"


def test_practice_board_and_currency() -> None:
    campaign = read(FILE, "c.yaml").campaign
    assert (campaign.practice_first, campaign.board, campaign.currency) == (False, False, "USD")
    campaign = read(FILE + "practice_first: true\nboard: yes\ncurrency: CAD\n", "c.yaml").campaign
    assert (campaign.practice_first, campaign.board, campaign.currency) == (True, True, "CAD")


def test_a_result_may_ask_for_quiet_until_a_day() -> None:
    of_file = read(FILE.replace("  - not_home\n", "  - not_home\n  - quiet\n"), "c.yaml").campaign
    assert [one.quiet for one in of_file.dispositions] == [False, True, False, False]
    own = read(FILE.replace("    ends: true\nscript:", "    quiet: true\nscript:"), "c.yaml").campaign
    assert own.dispositions[-1].quiet


BANK = "phone_banks:\n  - {{starts: {}, ends: {}}}\n"


@pytest.mark.parametrize(
    ("added", "mistake"),
    [
        (
            "currency: dollars\n",
            "0: currency: expected the code of a currency, three capital letters, such as USD; found `dollars`",
        ),
        ("board: maybe\n", "0: board: expected true or false, such as true; found `maybe`"),
        (
            "practise_first: true\n",
            "0: practise_first: `practise_first` is not a key here; did you mean `practice_first`?",
        ),
        (
            FOLLOW_UPS.replace("by: text", "by: txt"),
            "2: follow_ups.1.by: `txt` is none of them; did you mean `text`?",
        ),
        (
            FOLLOW_UPS.replace('    subject: {en: "Dates for {city}", es: "Fechas para {city}"}\n', ""),
            "5: follow_ups.2.subject: `subject` is missing; add it, such as `subject: Where you vote`",
        ),
        (
            FOLLOW_UPS.replace("by: mail", "by: text"),
            "8: follow_ups.2.subject: a text message has no subject; drop it, or write `by: mail`",
        ),
        (
            FOLLOW_UPS.replace("{first_name}!", "{name}!"),
            "4: follow_ups.1.text.en: there is no field {name}; did you mean `last_name`?",
        ),
        (
            FOLLOW_UPS.replace("id: dates", "id: place"),
            "5: follow_ups.2.id: the follow-up `place` is here twice; choose another id",
        ),
        (
            BANK.format("Saturday", "2026-10-24 13:00"),
            "1: phone_banks.1.starts: expected a date, year first, and a time, such as 2026-10-24 10:00; "
            "found `Saturday`",
        ),
        (
            BANK.format("2026-10-32 10:00", "2026-10-24 13:00"),
            "1: phone_banks.1.starts: expected a date, year first, and a time, such as 2026-10-24 10:00; "
            "found `2026-10-32 10:00`",
        ),
        (
            BANK.format("2026-10-24 13:00", "2026-10-24 10:00"),
            "1: phone_banks.1.ends: it ends at 10:00, not after it starts at 13:00",
        ),
        (
            BANK.format("2026-12-24 10:00", "2026-12-24 13:00"),
            "1: phone_banks.1.starts: 2026-12-24 is no day of the campaign, which is from 2026-10-19 to 2026-11-03",
        ),
        (
            BANK.format("2027-03-14 02:30", "2027-03-14 05:00"),
            "1: phone_banks.1.starts: there is no 02:30 on 2027-03-14 in America/Chicago: "
            "the clocks go forward then; write an hour later",
        ),
        (
            PHONE_BANKS.replace("- {starts: 2026-11-01T09:30", "- {id: sat, starts: 2026-11-01 09:30"),
            "2: phone_banks.2.id: the phone bank `sat` is here twice; choose another id",
        ),
    ],
)
def test_every_mistake_is_one_sentence_with_its_line_and_key(added: str, mistake: str) -> None:
    line, _, rest = mistake.partition(": ")
    assert mistakes(FILE + added) == [f"c.yaml:{AT + int(line)}: {rest}"]


@pytest.mark.parametrize(
    ("marks", "mistake"),
    [
        ("quiet: true\n    ends: true", "quiet: who is quiet for a time is called again, so `ends` must be false"),
        (
            "quiet: true\n    call_back: true",
            "quiet: a result asks for the time of a call back or for quiet until a day; drop one of the two",
        ),
    ],
)
def test_quiet_goes_with_no_end_and_no_call_back(marks: str, mistake: str) -> None:
    text = FILE.replace("    ends: true\nscript:", f"    {marks}\nscript:")
    assert [message.partition("dispositions.3.")[2] for message in mistakes(text)] == [mistake]


def test_without_a_zone_phone_banks_say_nothing_more() -> None:
    found = mistakes(FILE.replace("America/Chicago", "America/Chicgo") + PHONE_BANKS)
    assert found == ["c.yaml:4: zone: there is no time zone `America/Chicgo`; did you mean `America/Chicago`?"]
