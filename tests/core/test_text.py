"""What hostile text becomes, and what real names keep."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phonetui.core.text import clean


@pytest.mark.parametrize(
    "name",
    [
        "Soo-Jin De La Cruz",
        "D'Angelo St. John",
        "محمد عبد الله",
        "نرگس\u200cسادات",  # Persian writes this name with a zero-width non-joiner
        "김수진",
        "Nguyễn Thị Hồng Nhung",
        "Weiß",
        "👩\u200d👩\u200d👧\u200d👦 and 🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
        "\u200fשלום\u200e",
    ],
)
def test_real_names_stay_as_they_are(name: str) -> None:
    assert clean(name, 80) == unicodedata.normalize("NFC", name)


def test_letters_written_in_two_parts_become_one() -> None:
    assert clean("Jose\u0301", 80) == "José"
    assert clean("\u1112\u1161\u11ab", 80) == "한"


@pytest.mark.parametrize(
    ("hostile", "harmless"),
    [
        ("\x1b[2JOwens", "[2JOwens"),
        ("Owens\x00\x07\x7f", "Owens"),
        ("Owens\x9b31m", "Owens31m"),
        ("Owens \u202egro.live\u202c", "Owens gro.live"),
        ("\u2066Owens\u2069", "Owens"),
        ("Owens\ud83d", "Owens"),
        ("12 Mill Ct\r\nApt 4", "12 Mill Ct  Apt 4"),
        ("12\tMill\u2028Ct\x85", "12 Mill Ct"),
        ("  Owens \xa0 ", "Owens"),
    ],
)
def test_what_could_move_the_cursor_or_turn_the_line_is_gone(hostile: str, harmless: str) -> None:
    assert clean(hostile, 80) == harmless


def test_a_long_text_is_cut_and_leaves_no_joiner_hanging() -> None:
    assert clean("x" * 100_000, 40) == "x" * 40
    assert clean("👩\u200d👩\u200d👧", 2) == "👩"
    assert clean("Anne Marie", 5) == "Anne"


@given(st.text(st.characters(), max_size=60))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = clean(text, 40)
    assert clean(once, 40) == once
    assert len(once) <= 40
    assert not any(unicodedata.category(letter) in ("Cc", "Cs") for letter in once)
