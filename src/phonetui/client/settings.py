"""The caller's own settings: one YAML file, written by hand, that need not be there."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from msgspec import Struct

from phonetui.core.refusal import Refused

if TYPE_CHECKING:
    from phonetui.core.marked_yaml import Entry

ThemeName = Literal["dark", "light", "plain"]


class Settings(Struct, frozen=True):
    """`theme` is how the screen looks, `plain` without any colour; `keys` gives actions, by id, keys of one's own.

    `blank_after` is the time without a key after which the screen goes blank outside a call, in the file as whole
    minutes; zero is never.
    """

    theme: ThemeName = "dark"
    keys: dict[str, tuple[str, ...]] = {}
    blank_after: timedelta = timedelta(minutes=10)


#: Every key of the file, with an example.
EXAMPLES = {"theme": "light", "keys": "{undo: [k]}", "blank_after": "10"}
LONGEST_MINUTES = 24 * 60


def load_settings(file: Path) -> Settings:
    """The settings in the file, the usual ones where there is none; raises `Refused` for its first mistake."""
    try:
        text = file.read_text("utf-8")
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        raise Refused(f"The settings {file} cannot be read ({error.strerror}); make the file readable.") from None
    except UnicodeDecodeError:
        raise Refused(f"The settings {file} are not text in UTF-8; save them as that.") from None
    return _read(file, text) if text.strip() else Settings()


def _read(file: Path, text: str) -> Settings:
    from phonetui.core.marked_yaml import Page  # YAML takes as long to load as a frame, and most have no settings

    page = Page(str(file))
    top = page.top(text, "theme: light")
    found = top.mapping(EXAMPLES) if top else {}
    settings = Settings(
        theme=_theme(found["theme"]) if "theme" in found else "dark",
        keys=_keys(found["keys"]) if "keys" in found else {},
        blank_after=_minutes(found["blank_after"]) if "blank_after" in found else Settings().blank_after,
    )
    if page.mistakes:
        raise Refused(str(page.mistakes[0]))
    return settings


def _theme(entry: Entry) -> ThemeName:
    names: tuple[ThemeName, ...] = get_args(ThemeName)
    written = entry.text("a theme")
    for name in names:
        if name == written:
            return name
    entry.expect(f"one of {', '.join(names)}")
    return "dark"


def _minutes(entry: Entry) -> timedelta:
    written = entry.text("minutes")
    if written.isascii() and written.isdigit() and len(written) <= 4 and int(written) <= LONGEST_MINUTES:
        return timedelta(minutes=int(written))
    entry.expect(f"whole minutes up to {LONGEST_MINUTES}, 0 for never")
    return timedelta()


def _keys(entry: Entry) -> dict[str, tuple[str, ...]]:
    from phonetui.core.actions import BY_ID

    own = entry.mapping({action_id: f"[{action.keys[0]}]" for action_id, action in BY_ID.items()})
    return {
        action_id: tuple(key.text("a key") for key in keys.items(BY_ID[action_id].keys[0]))
        for action_id, keys in own.items()
    }
