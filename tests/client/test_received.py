"""Whatever a server sends, nothing but plain text gets through."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phonetui.client.campaign_server import NotPhonetui
from phonetui.client.received import LONGEST_LINE, MOST_LINES, cleaned
from phonetui.core.voter import PastAttempt, Voter
from phonetui.wire import Lease, Membership, Notice, Session
from tests.client.people import NOON, lease, reply
from tests.core.test_call import CAMPAIGN

FORBIDDEN = {chr(code) for code in (*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A))}


def texts(value: object) -> list[str]:
    """Every text in the value."""
    return [text for text in _walk(msgspec.to_builtins(value)) if isinstance(text, str)]


def _walk(value: object) -> list[object]:
    if isinstance(value, dict):
        return [found for item in value.values() for found in _walk(item)]
    if isinstance(value, list | tuple):
        return [found for item in value for found in _walk(item)]
    return [value]


def test_what_is_clean_stays_as_it_is() -> None:
    answer = reply(leases=(lease(1, names=("José", "Nguyễn", "김", "عمر", "👩‍👩‍👧")),), campaign=CAMPAIGN)
    assert cleaned(answer) == answer


@given(st.text(max_size=200))
def test_no_control_sequence_gets_through(payload: str) -> None:
    voter = Voter("v1", payload, payload, party=payload, attempts=(PastAttempt(NOON, "not_home", payload),))
    household = msgspec.structs.replace(lease(1).household, voters=(voter,), address_key=payload)
    answer = reply(
        leases=(Lease(household, NOON, {"v1": "t"}),),
        notices=(Notice("n1", payload),),
        campaign=msgspec.structs.replace(CAMPAIGN, name=payload, defaults={"first_name": {"en": payload}}),
    )
    for text in texts(cleaned(answer)):
        assert not FORBIDDEN & set(text.replace("\n", ""))


def test_a_script_keeps_its_lines() -> None:
    notice = cleaned(Notice("n1", "Hi,\n\tthis is \x1b[1mDana\x1b[0m.\r\nBye."))
    assert notice.text == "Hi,\nthis is [1mDana[0m.\nBye."


def test_huge_texts_are_cut() -> None:
    text = cleaned(Notice("n1", "\n".join(["x" * 10_000] * 1_000))).text
    assert [len(line) for line in text.split("\n")] == [LONGEST_LINE] * MOST_LINES


@pytest.mark.parametrize(
    "value",
    [
        Notice("n\x07", "x"),
        msgspec.structs.replace(lease(1).household, household_id="h\x1b[2J"),
        msgspec.structs.replace(lease(1).household, number="+1812\n5550001"),
        msgspec.structs.replace(lease(1).household, household_id="h" + "\u0336" * 9),
        Lease(lease(1).household, NOON, {"v1\x00": "t"}),
        Lease(lease(1).household, NOON, {"v1": "t\u202e"}),
        Session("token\r\nX-Header: 1", "c", "n", "e", ()),
        Session("t", "c", "n", "e", (Membership("fall\x1b", "n", "o", "caller", "open"),)),
    ],
)
def test_an_id_is_taken_as_it_is_or_not_at_all(value: object) -> None:
    with pytest.raises(NotPhonetui) as refused:
        cleaned(value)
    assert str(refused.value) == "The campaign server sent an id that is none; nothing of its answer was taken."


@pytest.mark.parametrize("until", [NOON.replace(tzinfo=None), NOON.replace(year=1), NOON.replace(year=9999)])
def test_a_time_is_one_that_can_be_counted_with(until: object) -> None:
    with pytest.raises(NotPhonetui) as refused:
        cleaned(msgspec.structs.replace(lease(1), until=until))
    assert str(refused.value) == "The campaign server sent a time that is none; nothing of its answer was taken."


def test_other_values_stay() -> None:
    again_after = CAMPAIGN.dispositions[0].again_after
    assert cleaned(CAMPAIGN).dispositions[0].again_after == again_after
    assert isinstance(again_after, timedelta)


@pytest.mark.parametrize(
    "changes",
    [
        {"zone": "../../etc/passwd"},
        {"zone": "Mars/Olympus"},
        {"dispositions": ()},
        {"dispositions": CAMPAIGN.dispositions * 4},
        {"dispositions": (msgspec.structs.replace(CAMPAIGN.dispositions[0], key="not a key"),)},
    ],
)
def test_a_campaign_that_no_screen_could_show_is_not_taken(changes: dict[str, object]) -> None:
    with pytest.raises(NotPhonetui) as refused:
        cleaned(reply(campaign=msgspec.structs.replace(CAMPAIGN, **changes)))
    assert str(refused.value) == ("The campaign server sent a campaign that is none; nothing of its answer was taken.")


def test_a_household_of_nobody_is_not_taken() -> None:
    with pytest.raises(NotPhonetui) as refused:
        cleaned(msgspec.structs.replace(lease(1).household, voters=()))
    assert str(refused.value) == "The campaign server sent a household of nobody; nothing of its answer was taken."
