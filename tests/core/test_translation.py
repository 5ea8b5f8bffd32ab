"""The interface in the caller's language: English, Spanish, or whatever there is a catalogue for."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from phonetui.core.translation import languages, later, number, preferred, speaking, spoken, tr, tr_c, tr_n, use
from tests.core.example import CAMPAIGN

#: An invented language that counts as Polish does; this one file is all that a third language takes.
DOTTED = r"""
msgid ""
msgstr ""
"Language: pl\n"
"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n>1 && n<5 ? 1 : 2);\n"
"Content-Type: text/plain; charset=utf-8\n"

msgid "Not home"
msgstr "N.o.t"

msgid "{name} was called {times} times."
msgstr "{times} × {name}."

msgid "{n} call"
msgid_plural "{n} calls"
msgstr[0] "o.n.e"
msgstr[1] "t.w.o"
msgstr[2] "{n} c.s"

msgctxt "month"
msgid "May"
msgstr "M.y"

#, fuzzy
msgid "Perhaps"
msgstr "P.s"
"""
OF_ONE_COUNTRY = r"""
msgid ""
msgstr ""
"Language: pl_US\n"
"Content-Type: text/plain; charset=utf-8\n"

msgid "Not home"
msgstr "N!o!t"
"""


@pytest.fixture
def catalogues(tmp_path: Path) -> Path:
    """The folder of the catalogues, with an invented language alone."""
    (tmp_path / "pl.po").write_text(DOTTED, encoding="utf-8")
    (tmp_path / "pl_US.po").write_text(OF_ONE_COUNTRY, encoding="utf-8")
    return tmp_path


def test_without_a_choice_it_is_english() -> None:
    assert spoken() == "en"
    assert tr("Not home") == "Not home"
    assert tr("{name} was called.", name="Ana") == "Ana was called."
    assert [tr_n("{n} call", "{n} calls", n) for n in (0, 1, 1194)] == ["0 calls", "1 call", "1,194 calls"]
    assert tr_c("month", "May") == "May"


def test_a_third_language_is_one_more_file(catalogues: Path) -> None:
    assert languages(catalogues) == ("en", "pl", "pl_US")
    use("pl", catalogues)
    assert spoken() == "pl"
    assert tr("Not home") == "N.o.t"
    assert tr("{name} was called {times} times.", name="Ana", times=2) == "2 × Ana."
    assert [tr_n("{n} call", "{n} calls", n) for n in (1, 2, 5)] == ["o.n.e", "t.w.o", "5 c.s"]
    assert tr_c("month", "May") == "M.y"


def test_what_is_not_translated_or_unsure_stays_english(catalogues: Path) -> None:
    use("pl", catalogues)
    assert tr("Busy") == "Busy"
    assert tr("Perhaps") == "Perhaps"
    assert tr("") == ""


def test_of_a_country_there_is_what_differs_there(catalogues: Path) -> None:
    use("pl_US", catalogues)
    assert spoken() == "pl"
    assert tr("Not home") == "N!o!t"
    assert tr_c("month", "May") == "M.y"


def test_a_country_without_a_catalogue_has_its_languages(catalogues: Path) -> None:
    use("pl_PL", catalogues)
    assert spoken() == "pl"


@pytest.mark.parametrize("language", ["", "C", "POSIX", "fr_CA", "../pl", "/etc/passwd", "x\0x"])
def test_a_language_without_a_catalogue_is_english(language: str, catalogues: Path) -> None:
    use(language, catalogues)
    assert spoken() == "en"


def test_braces_in_what_is_filled_in_are_nothing_but_text() -> None:
    assert tr("“{words}” is no time.", words="{0.__class__}") == "“{0.__class__}” is no time."
    assert tr("keys: {undo: [k]}") == "keys: {undo: [k]}"


def test_a_sentence_in_a_table_is_translated_when_it_is_shown() -> None:
    kept = later("Monday")
    use("es")
    assert tr_c("weekday", kept) == "lunes"


def test_what_is_said_in_another_language_changes_nothing_else() -> None:
    with speaking("es"):
        assert tr_c("weekday", "Monday") == "lunes"
        with speaking("en"):
            assert tr_c("weekday", "Monday") == "Monday"
    assert tr_c("weekday", "Monday") == "Monday"


def test_numbers_are_written_as_the_language_writes_them() -> None:
    assert [number(n) for n in (7, 1194, 1234567)] == ["7", "1,194", "1,234,567"]
    use("es")
    assert [number(n) for n in (7, 1194, 1234567)] == ["7", "1.194", "1.234.567"]


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({}, ""),
        ({"LANG": "es_US.UTF-8"}, "es_US"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "es"}, "es"),
        ({"LANG": "es_US.UTF-8", "LC_MESSAGES": "es", "LC_ALL": "C"}, "C"),
        ({"LC_ALL": "", "LANG": "ca_ES@valencia"}, "ca_ES"),
    ],
)
def test_the_environment_asks_for_a_language_as_everywhere(environ: dict[str, str], language: str) -> None:
    assert preferred(environ) == language


def test_a_campaigns_words_are_the_callers_where_nobody_elses_are_asked_for() -> None:
    label = {"en": "Not home", "es": "No está"}
    campaign = msgspec.structs.replace(CAMPAIGN, languages=("en", "es"))
    assert campaign.words(label) == "Not home"
    use("es")
    assert (campaign.words(label), campaign.words(label, "en")) == ("No está", "Not home")
    assert campaign.words({"en": "Busy"}) == "Busy"
