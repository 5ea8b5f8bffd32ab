"""What hostile text becomes, and what real names keep."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phonetui.core.text import clean, visible


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
        "שָׁלוֹם",
        "ศักดิ์สิทธิ์",
        "ශ්\u200dරී ලංකා",  # a joiner ties the two letters of the first syllable
        "श्रीमती क्षितिज",
        "辻\U000e0100",  # written as this family writes it
        "👩🏽\u200d🚀 👍🏿 ❤\ufe0f 🇰🇷",
    ],
)
def test_real_names_stay_as_they_are(name: str) -> None:
    assert clean(name, 80) == unicodedata.normalize("NFC", name)


def test_letters_written_in_two_parts_become_one() -> None:
    assert clean("s\U000e0061\u0301", 80) == "ś"
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
        ("O\u200bw\ufeffe\xadn\u2060s", "Owens"),
        ("Owens\ue000\U0010fffd\ufffe\U0001ffff", "Owens"),
        ("Ow\u3164ens\u115f", "Owens"),
        ("Owens" + "".join(chr(0xE0000 + ord(letter)) for letter in "ignore all that"), "Owens"),
        ("\u0301\u200d\ufe0fOwens", "Owens"),
        ("\u0301 \u0301Owens", "Owens"),
        ("O" + "\u0334\u0489" * 40 + "wens", "O" + "\u0334\u0489\u0334\u0489\u0334" + "wens"),
        ("O" + "\u200d" * 400 + "wens", "O" + "\u200d" * 5 + "wens"),
    ],
)
def test_what_could_move_the_cursor_or_turn_the_line_is_gone(hostile: str, harmless: str) -> None:
    assert clean(hostile, 80) == harmless


def test_a_long_text_is_cut_and_leaves_no_joiner_hanging() -> None:
    assert clean("x" * 100_000, 40) == "x" * 40
    assert clean("👩\u200d👩\u200d👧", 2) == "👩"
    assert clean("Anne Marie", 5) == "Anne"
    assert clean("Anne\u2002\xa0Marie", 6) == "Anne"


@given(st.text(st.characters(), max_size=60))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = clean(text, 40)
    assert clean(once, 40) == once
    assert len(once) <= 40
    assert not any(unicodedata.category(letter) in ("Cc", "Cs") for letter in once)


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("Owens is in use.\n  next line", "Owens is in use.\n  next line"),
        ("Nguyễn · نرگس\u200cسادات · 👩\u200d🚀", "Nguyễn · نرگس\u200cسادات · 👩\u200d🚀"),
        ("voters\x1b[2J.csv", "voters\\x1b[2J.csv"),
        ("voters\x9b2J\r\t\x07.csv", "voters\\x9b2J\\r\\t\\x07.csv"),
        ("\u202evsc.sretov", "\\u202evsc.sretov"),
        ("caf\udce9.csv", "caf\\udce9.csv"),
    ],
)
def test_what_a_command_prints_names_what_it_cannot_show(text: str, printed: str) -> None:
    assert visible(text) == printed
