"""In which language the interface speaks."""

from __future__ import annotations

from collections.abc import Mapping

from phonetui.client.folders import folders
from phonetui.client.settings import Settings, load_settings
from phonetui.core.refusal import Refused
from phonetui.core.translation import clocks_territory, preferred, use


def speak(environ: Mapping[str, str]) -> None:
    """Speak the language of the caller's settings, or else the environment's, which says how clocks are read."""
    try:
        settings = load_settings(folders(environ).settings_file)
    except Refused:  # the commands that need the settings say what is wrong with them
        settings = Settings()
    language = preferred(environ) if settings.language == Settings().language else settings.language
    use(language, territory=clocks_territory(environ))
