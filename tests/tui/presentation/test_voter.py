from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest

from phonetui.client.phone_view import PhoneView
from phonetui.client.phone_words import ENDED
from phonetui.client.view import View
from phonetui.core.call_actions import Note, Result
from phonetui.core.eligibility import Verdict
from phonetui.core.pacer import Stage
from phonetui.core.person import group_number, voted
from phonetui.core.translation import speaking, tr
from phonetui.core.voter import Household, PastAttempt, Phone, PollingPlace, Voter
from phonetui.screen.line import width
from phonetui.tui.presentation.voter import short_voter_lines, voter_lines, whole_voter_lines
from tests.tui.presentation.drawn import KEYS, after, alone, of_role, text, view
from tests.tui.sample import FELIPE, HOUSEHOLDS, NOW, SOO_JIN, VERNON, WIDE

COLUMN = 22


def test_the_column_tells_who_it_is_and_how_to_reach_them() -> None:
    assert text(voter_lines(alone(SOO_JIN), KEYS, COLUMN, 30)) == [
        "Soo-Jin De La Cruz",
        "25 · ind · Spanish",
        "",
        "(812) 555-0166  cell",
        "(812) 555-0123  home",
        "",
        "1932 Mill Ct",
        "Evansville IN 47712",
        "voted 22, 24",
        "",
        "3:12 pm there (ZIP)",
        "",
        "Before",
        "Nov 14  not home",
        "",
        "Votes at",
        "Mill Creek School",
        "200 Mill Ct",
        "6 am to 6 pm",
        "register by Nov 9",
    ]


def test_accent_marks_the_number_to_dial_and_nothing_else() -> None:
    assert of_role(voter_lines(alone(SOO_JIN), KEYS, COLUMN, 30), "accent") == ["(812) 555-0166"]


def test_the_household_shows_who_is_on_the_line_and_who_has_a_result() -> None:
    shown = after(view(HOUSEHOLDS[0]), Result("talked"))
    lines = text(voter_lines(shown, KEYS, COLUMN, 30))
    assert lines[lines.index("Still on this call") :][:3] == [
        "Still on this call",
        "✓ Soo-Jin De La Cruz,…",
        "▸ Felipe, 77",
    ]


def test_those_at_the_same_address_with_another_number_are_shown() -> None:
    shown = view(HOUSEHOLDS[0], neighbours=(HOUSEHOLDS[1],))
    lines = text(voter_lines(shown, KEYS, COLUMN, 30))
    assert lines[lines.index("Same address") + 1] == "  Vernon Whitfield-Ab…"


def test_two_zones_that_disagree_are_both_told() -> None:
    lines = text(voter_lines(alone(VERNON), KEYS, COLUMN, 30))
    assert lines[lines.index("3:12 pm or 4:12 pm") + 1] == "there (area code)"


def test_how_the_time_is_known_is_never_cut_off() -> None:
    voter = msgspec.structs.replace(SOO_JIN, zone_source="area code")
    lines = text(voter_lines(alone(voter), KEYS, COLUMN, 30))
    assert lines[lines.index("3:12 pm") + 1] == "there (area code)"
    assert "3:12 pm there (area code)" in text(short_voter_lines(alone(voter), KEYS, 58, 8))[0]


def test_outside_hours_the_time_is_in_alarm_and_in_words() -> None:
    late = datetime(2026, 11, 22, 3, 30, tzinfo=UTC)
    closed = Verdict("outside_hours", late + timedelta(hours=12))
    lines = voter_lines(alone(SOO_JIN, now=late, verdict=closed), KEYS, COLUMN, 30)
    assert of_role(lines, "alarm") == ["9:30 pm there (ZIP)", "outside calling hours"]


def test_whoever_may_not_be_called_for_another_reason_is_marked_too() -> None:
    lines = voter_lines(alone(SOO_JIN, verdict=Verdict("lease_ended")), KEYS, COLUMN, 30)
    assert of_role(lines, "alarm") == ["3:12 pm there (ZIP)", "not to be called now"]


def test_a_promised_call_is_marked_first_of_all() -> None:
    promised_at = NOW.astimezone(ZoneInfo("America/Chicago"))
    promised = alone(SOO_JIN, promised_at=promised_at, promised_by_you=True)
    lines = voter_lines(promised, KEYS, COLUMN, 30)
    assert text(lines)[:2] == ["You promised to call", "at 3:12 pm"]
    assert "You promised to call at 3:12 pm" in " ".join(text(short_voter_lines(promised, KEYS, 58, 8)))


def test_an_unknown_zone_is_said() -> None:
    stranger = msgspec.structs.replace(WIDE, zones=(), zone_source="")
    assert "time there not known" in text(voter_lines(alone(stranger), KEYS, COLUMN, 30))


def test_earlier_attempts_stand_with_their_notes_the_last_one_first() -> None:
    lines = text(voter_lines(alone(VERNON), KEYS, COLUMN, 30))
    assert lines[lines.index("Before") :][:5] == [
        "Before",
        "Nov 14  not home",
        "dog barks, call after",
        "six",
        "Nov 7  busy",
    ]


def test_a_disposition_that_the_campaign_no_longer_has_stands_by_its_id() -> None:
    voter = msgspec.structs.replace(SOO_JIN, attempts=(PastAttempt(NOW, "left_flyer"),))
    assert "Nov 21  left_flyer" in text(voter_lines(alone(voter), KEYS, COLUMN, 30))


def test_a_long_name_is_shortened_and_wide_ones_keep_the_column() -> None:
    assert text(voter_lines(alone(VERNON), KEYS, COLUMN, 30))[0] == "Vernon Maximilian Whi…"
    lines = voter_lines(alone(WIDE), KEYS, COLUMN, 30)
    assert text(lines)[0] == "金秀珍 🌻 Nguyễn Thị…"
    assert all(width(line) <= COLUMN for line in lines)


def test_the_note_of_this_call_is_shown() -> None:
    lines = text(voter_lines(after(alone(SOO_JIN), Note("prefers mornings")), KEYS, COLUMN, 30))
    assert lines[lines.index("Note") + 1] == "prefers mornings"


def test_where_there_is_room_a_long_address_of_the_polling_place_goes_on_in_the_next_line() -> None:
    library = PollingPlace("Garfield Public Library", "2968 Sycamore Street")
    voter = msgspec.structs.replace(FELIPE, polling_place=library)
    assert text(voter_lines(alone(voter), KEYS, COLUMN, 21))[-3:] == [
        "Garfield Public",
        "Library",
        "2968 Sycamore Street",
    ]
    assert "Garfield Public Libra…" in text(voter_lines(alone(voter), KEYS, COLUMN, 13))


def test_where_there_is_much_room_nothing_is_cut() -> None:
    by_when = "Early voting ends on the Friday before. Ballots by mail must arrive by the evening of the day itself."
    voter = msgspec.structs.replace(FELIPE, polling_place=PollingPlace("Library", "", "", by_when))
    shown = " ".join(text(voter_lines(alone(voter), KEYS, COLUMN, 37)))
    assert by_when in shown


def test_in_a_low_window_the_quiet_lines_go_and_the_rest_is_offered() -> None:
    assert text(voter_lines(view(HOUSEHOLDS[0]), KEYS, COLUMN, 9)) == [
        "Soo-Jin De La Cruz",
        "(812) 555-0166  cell",
        "3:12 pm there (ZIP)",
        "Same number",
        "▸ Soo-Jin, 25",
        "  Felipe Acosta, 77",
        "Before",
        "Nov 14  not home",
        "Tab more",
    ]


def test_nothing_is_left_out_when_all_is_asked_for() -> None:
    lines = text(whole_voter_lines(view(HOUSEHOLDS[1]), KEYS, 30))
    assert lines[:2] == ["Vernon Maximilian", "Whitfield-Abernathy III"]
    assert lines[-4:] == ["Before", "Nov 14  not home", "dog barks, call after six", "Nov 7  busy"]


def test_stacked_the_voter_takes_four_lines() -> None:
    assert text(short_voter_lines(view(HOUSEHOLDS[0]), KEYS, 58, 4)) == [
        "Soo-Jin De La Cruz                     3:12 pm there (ZIP)",
        "(812) 555-0166  cell · (812) 555-0123  home",
        "same number: ▸ Soo-Jin, 25 · Felipe Acosta, 77",
        "25 · ind · Spanish · 1932 Mill Ct · Evansville…   Tab more",
    ]


def test_stacked_a_time_that_does_not_fit_beside_the_name_stands_below_it() -> None:
    assert text(short_voter_lines(alone(VERNON), KEYS, 58, 4))[:2] == [
        "Vernon Maximilian Whitfield-Abernathy III",
        "3:12 pm or 4:12 pm there (area code)",
    ]


def test_a_voter_of_whom_little_is_known_has_no_empty_lines() -> None:
    bare = Voter(voter_id="b", first_name="Ana", last_name="", phones=(Phone("+18125550100"),), zones=SOO_JIN.zones)
    assert text(voter_lines(alone(bare), KEYS, COLUMN, 30)) == ["Ana", "", "(812) 555-0100", "", "3:12 pm there"]


def test_without_a_voter_nothing_is_drawn() -> None:
    assert voter_lines(view(None), KEYS, COLUMN, 20) == []
    assert short_voter_lines(view(None), KEYS, 58, 4) == []


@pytest.mark.parametrize(
    ("number", "grouped"),
    [("+18125550166", "(812) 555-0166"), ("+442079460123", "+442079460123"), ("", "")],
)
def test_numbers_are_grouped_as_they_are_dialed(number: str, grouped: str) -> None:
    assert group_number(number) == grouped


def test_a_full_household_keeps_all_its_names_in_a_low_window() -> None:
    eight = tuple(msgspec.structs.replace(FELIPE, voter_id=str(n), first_name=f"Felipe{n}") for n in range(8))
    shown = view(Household(household_id="h", number=FELIPE.number, voters=eight))
    lines = text(voter_lines(shown, KEYS, COLUMN, 17))
    assert [line for line in lines if "Felipe" in line][1:] == [
        "▸ Felipe0, 77",
        *(f"  Felipe{n}, 77" for n in range(1, 8)),
    ]


@pytest.mark.parametrize(
    ("elections", "shown"),
    [
        ((), ""),
        (("2022 general", "2024 general"), "voted 22, 24"),
        (("2022 primary", "2022 general", "2024 primary"), "voted 22 · primary 22, 24"),
        (("2023 mayor",), "voted mayor 23"),
    ],
)
def test_the_elections_a_voter_voted_in_are_short_enough_for_a_column(elections: tuple[str, ...], shown: str) -> None:
    assert voted(msgspec.structs.replace(VERNON, elections=elections)) == shown


def test_the_next_of_the_household_is_not_dialed_again() -> None:
    shown = after(view(), Result("refused"))
    lines = voter_lines(shown, KEYS, COLUMN, 30)
    assert "Still on this call" in text(lines)
    assert "Same number" not in text(lines)
    assert of_role(lines, "accent") == []
    assert any("still on this call: " in line for line in text(short_voter_lines(shown, KEYS, 60, 6)))


RINGING = PhoneView(engine="fake", pace="power", stage=Stage.PLACED, state="ringing")
TALKING = msgspec.structs.replace(RINGING, stage=Stage.TALKING, state="talking", talked_for=42)
STANDS = [
    msgspec.structs.replace(RINGING, stage=Stage.SHOWN, state=None),
    msgspec.structs.replace(RINGING, stage=Stage.COUNTING, seconds_left=2.0),
    RINGING,
    TALKING,
    msgspec.structs.replace(TALKING, muted=True, pauses=True),
    *(msgspec.structs.replace(RINGING, stage=Stage.OVER, said=told) for told in ENDED.values()),
]


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("phones", [SOO_JIN.phones, SOO_JIN.phones[:1]])
def test_what_is_below_the_call_stays_in_place_however_it_stands(language: str, phones: tuple[Phone, ...]) -> None:
    called = alone(msgspec.structs.replace(SOO_JIN, phones=phones))
    with speaking(language):
        columns = [voter_lines(with_line(called, phone), KEYS, COLUMN, 30) for phone in STANDS]
    assert len({text(column).index("1932 Mill Ct") for column in columns}) == 1
    assert len({len(column) for column in columns}) == 1


def with_line(shown: View, phone: PhoneView) -> View:
    if phone.said:
        phone = msgspec.structs.replace(phone, said=tr(phone.said))
    return msgspec.structs.replace(shown, phone=phone)
