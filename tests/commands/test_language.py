"""In which language a command speaks: the caller's settings say it, else the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from phonetui.commands.language import speak
from phonetui.core.translation import spoken
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


def test_a_refusal_in_spanish(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "es_US.UTF-8")
    assert shell.refusal("login", "ftp://nowhere", "--email", "dana@example.org", "--password-stdin") == (
        "«ftp://nowhere» no es la dirección de un servidor de campaña; "
        "una dirección se parece a https://calls.example.org."
    )
