"""The caller's own settings: one YAML file, written by hand or by `phonetui settings set`, that need not be there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args, get_type_hints

import msgspec
from msgspec import Struct

from phonetui.client.settings_values import Reading, keys, minutes, one_of, written, yes_no
from phonetui.core.refusal import Refused
from phonetui.core.translation import languages, later, tr

if TYPE_CHECKING:
    from phonetui.core.keymap import Keys
    from phonetui.core.marked_yaml import Mistake

ThemeName = Literal["dark", "light", "high-contrast", "colour-blind", "ansi", "plain"]
KeySetName = Literal["usual", "left-handed", "vim"]
FrontName = Literal["full", "plain"]
Wording = Literal["long", "short"]


class Field(Struct, frozen=True):
    """One setting: a sentence, how its value is read, an example of it as it is written in the file.

    `overruled` is a variable of the environment and the value that the setting has whenever it is set.
    """

    sentence: str
    read: Reading
    example: str
    overruled: tuple[str, str] | None = None


class Settings(Struct, frozen=True):
    """Every setting, with what it is without a file."""

    theme: Annotated[
        ThemeName,
        Field(
            later("How the screen looks; `ansi` is in the terminal's own sixteen colours, `plain` without any."),
            one_of(get_args(ThemeName)),
            "light",
            overruled=("NO_COLOR", "plain"),
        ),
    ] = "dark"
    key_set: Annotated[
        KeySetName,
        Field(
            later("The keys to begin with; `keys` changes single ones."), one_of(get_args(KeySetName)), "left-handed"
        ),
    ] = "usual"
    keys: Annotated[
        dict[str, tuple[str, ...]],
        Field(
            later("Keys of your own for actions and results, `<disabled>` for none."),
            keys,
            "{undo: [k, f2], blank: <disabled>}",
        ),
    ] = {}
    beep: Annotated[
        bool, Field(later("Beep when a voter comes after a wait, or a call back is due."), yes_no, "no")
    ] = True
    flash: Annotated[
        bool,
        Field(later("Show it in the first line when a voter comes after a wait, or a call back is due."), yes_no, "no"),
    ] = True
    language: Annotated[
        str,
        Field(later("The language of the interface, `auto` for the computer's."), one_of(("auto", *languages())), "es"),
    ] = "auto"
    blank_after: Annotated[
        timedelta,
        Field(later("Minutes without a key until the screen goes blank between calls, 0 for never."), minutes, "10"),
    ] = timedelta(minutes=10)
    front: Annotated[
        FrontName,
        Field(
            later("The `full` screen, or `plain` text line by line, as for a screen reader."),
            one_of(get_args(FrontName)),
            "plain",
            overruled=("PHONETUI_PLAIN", "plain"),
        ),
    ] = "full"
    wording: Annotated[Wording, Field(later("How much plain mode says."), one_of(get_args(Wording)), "short")] = "long"

    @property
    def all_keys(self) -> Keys:
        """The keys of the set and one's own over them, as the keymap wants them."""
        from phonetui.core.key_sets import keys_of  # the first frame comes before any key

        return keys_of(self.key_set, self.keys)


class InForce(Struct, frozen=True):
    """A setting as it is: its value as it is written, where that comes from, its sentence and an example."""

    name: str
    value: str
    source: str
    sentence: str
    example: str


def fields() -> dict[str, Field]:
    """Every setting's field by its name, in order."""
    hints = get_type_hints(Settings, include_extras=True)
    return {name: hints[name].__metadata__[0] for name in Settings.__struct_fields__}


def load_settings(file: Path, environ: Mapping[str, str] | None = None) -> Settings:
    """The settings in the file, the usual ones where there is none, and whatever the environment overrules.

    Raises `Refused` for the file's first mistake.
    """
    found = read_settings(file, settings_text(file))
    overruled = {name: field.overruled[1] for name, field in _overruled(environ or {}).items() if field.overruled}
    return msgspec.structs.replace(Settings(), **{**found, **overruled})


def in_force(file: Path, environ: Mapping[str, str]) -> tuple[InForce, ...]:
    """Every setting, its value and where that comes from; raises `Refused` for the file's first mistake."""
    found, settings, overruled = (
        read_settings(file, settings_text(file)),
        load_settings(file, environ),
        _overruled(environ),
    )

    def source(name: str, field: Field) -> str:
        if name in overruled and field.overruled:
            return field.overruled[0]
        return "file" if name in found else "default"

    return tuple(
        InForce(name, written(getattr(settings, name)), source(name, field), tr(field.sentence), field.example)
        for name, field in fields().items()
    )


def settings_text(file: Path) -> str:
    """What the file holds, nothing where there is none; raises `Refused` where it cannot be read."""
    try:
        return file.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise Refused(
            tr(
                "The settings {file} cannot be read ({reason}); make the file readable.",
                file=file,
                reason=error.strerror,
            )
        ) from None
    except UnicodeDecodeError:
        raise Refused(tr("The settings {file} are not text in UTF-8; save them as that.", file=file)) from None


def read_settings(file: Path, text: str) -> dict[str, Any]:
    """The values in the text of the file, by name; raises `Refused` for its first mistake."""
    found, mistakes = look_at_settings(str(file), text)
    if mistakes:
        raise Refused(str(mistakes[0]))
    return found


def look_at_settings(file_name: str, text: str) -> tuple[dict[str, Any], tuple[Mistake, ...]]:
    """The values in the text of a file, by name, and what is wrong with it."""
    if not text.strip():
        return {}, ()
    from phonetui.core.marked_yaml import Page  # YAML takes as long to load as a frame, and most have no settings

    page, known = Page(file_name), fields()
    top = page.top(text, "theme: light")
    entries = top.mapping({name: field.example for name, field in known.items()}) if top else {}
    return {name: known[name].read(entry) for name, entry in entries.items()}, page.mistakes


def _overruled(environ: Mapping[str, str]) -> dict[str, Field]:
    return {name: field for name, field in fields().items() if field.overruled and environ.get(field.overruled[0])}
