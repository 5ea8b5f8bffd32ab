"""Where the laptop keeps things."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct


class Folders(Struct, frozen=True):
    """The user's own settings, and what phonetui keeps for itself."""

    settings: Path
    data: Path

    @property
    def settings_file(self) -> Path:
        """Written by hand."""
        return self.settings / "settings.yaml"

    @property
    def accounts_file(self) -> Path:
        """Who has logged in where; no secrets."""
        return self.data / "accounts.json"


def folders(environ: Mapping[str, str]) -> Folders:
    """The platform's folders, or those under `PHONETUI_HOME`."""
    home = environ.get("PHONETUI_HOME", "")
    if home:
        return folders_in(Path(home).expanduser().absolute())
    from platformdirs import user_config_path, user_data_path

    return Folders(user_config_path("phonetui", appauthor=False), user_data_path("phonetui", appauthor=False))


def folders_in(home: Path) -> Folders:
    """All of it in one folder."""
    return Folders(home, home)
