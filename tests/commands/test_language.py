"""In which language a command speaks: the caller's settings say it, else the environment."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel import Locale
from babel.localedata import locale_identifiers

from phonetui.commands.language import speak
from phonetui.core.translation import speaking, spoken
from phonetui.core.when import TWELVE_HOURS, clock
from tests.shell import Shell


@pytest.mark.parametrize(
    ("settings", "environment", "language"),
    [
        ("", "es_US.UTF-8", "es"),
        ("", "en_GB.UTF-8", "en"),
        ("", "tlh", "en"),
        ("language: auto\n", "es_US.UTF-8", "es"),
        ("language: es\n", "en_US.UTF-8", "es"),
        ("language: en\n", "es_US.UTF-8", "en"),
        ("language: [es", "es_US.UTF-8", "es"),
    ],
)
def test_the_settings_before_the_environment(tmp_path: Path, settings: str, environment: str, language: str) -> None:
    (tmp_path / "settings.yaml").write_text(settings)
    speak({"PHONETUI_HOME": str(tmp_path), "LC_ALL": environment})
    assert spoken() == language


@pytest.mark.parametrize(
    ("environ", "shown"),
    [
        ({"LANG": "es_US.UTF-8"}, "4:12 p. m."),
        ({"LANG": "es_ES.UTF-8"}, "16:12"),
        ({"LANG": "es"}, "16:12"),
        ({"LANG": "en_US.UTF-8"}, "4:12 pm"),
        ({"LANG": "en_US.UTF-8", "LC_TIME": "en_GB.UTF-8"}, "16:12"),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "en_US.UTF-8"}, "4:12 pm"),
        ({"LANG": "en_US.UTF-8", "LC_TIME": "C"}, "4:12 pm"),
        ({}, "4:12 pm"),
    ],
)
def test_the_clock_has_the_hours_that_it_has_where_the_caller_lives(
    tmp_path: Path, environ: dict[str, str], shown: str
) -> None:
    speak({"PHONETUI_HOME": str(tmp_path), **environ})
    assert clock(datetime(2026, 11, 21, 16, 12, tzinfo=UTC)) == shown


def test_a_voters_script_has_the_hours_of_its_language(tmp_path: Path) -> None:
    speak({"PHONETUI_HOME": str(tmp_path), "LANG": "en_US.UTF-8"})
    with speaking("es"):
        assert clock(datetime(2026, 11, 21, 16, 12, tzinfo=UTC)) == "16:12"


def test_the_territories_of_twelve_hours_are_those_of_the_common_locale_data() -> None:
    found = {
        territory
        for language, territory in (name.split("_") for name in locale_identifiers() if len(name) == 5)
        if language in ("en", "es") and "h" in Locale(language, territory).time_formats["short"].pattern
    }
    assert found == TWELVE_HOURS


def test_a_refusal_in_spanish(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "es_US.UTF-8")
    assert shell.refusal("login", "ftp://nowhere", "--email", "dana@example.org", "--password-stdin") == (
        "«ftp://nowhere» no es la dirección de un servidor de campaña; "
        "una dirección se parece a https://calls.example.org."
    )
