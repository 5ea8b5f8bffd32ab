"""The caller's own settings: one YAML file, written by hand or by `phonetui settings set`, that need not be there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args, get_type_hints

import msgspec
from msgspec import Struct

from phonetui.client.settings_dialing import account_part, countdown, number_or_address, own_number, sip_address
from phonetui.client.settings_values import Reading, keys, minutes, one_of, written, yes_no
from phonetui.client.settings_zetkin import country_code, one_word, zone
from phonetui.core.phone_call import PACES, Pace
from phonetui.core.refusal import Refused
from phonetui.core.translation import languages, later, tr
from phonetui.dial.sip_account import Encryption, Transport

if TYPE_CHECKING:
    from phonetui.core.keymap import Keys
    from phonetui.core.marked_yaml import Mistake

ThemeName = Literal["dark", "light", "high-contrast", "colour-blind", "ansi", "plain"]
KeySetName = Literal["usual", "left-handed", "vim"]
FrontName = Literal["full", "plain"]
Wording = Literal["long", "short"]
DialerName = Literal["hand", "link", "qr", "baresip", "bridge"]


#: What is shown in place of a secret.
HIDDEN = "(hidden)"


class Field(Struct, frozen=True):
    """One setting: a sentence, how its value is read, an example of it as it is written in the file.

    `overruled` is a variable of the environment and the value that the setting has whenever it is set. A `secret` is
    never shown.
    """

    sentence: str
    read: Reading
    example: str
    overruled: tuple[str, str] | None = None
    secret: bool = False


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
            later("Keys of your own for actions and results, which `phonetui keys` names; `<disabled>` for none."),
            keys,
            "{undo: [k, f2], blank: <disabled>}",
        ),
    ] = {}
    beep: Annotated[
        bool,
        Field(later("Beep when a voter comes after a wait, a call back is due, or a call is answered."), yes_no, "no"),
    ] = True
    flash: Annotated[
        bool,
        Field(
            later(
                "Show it in the first line when a voter comes after a wait, a call back is due, or a call is answered."
            ),
            yes_no,
            "no",
        ),
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
    dialer: Annotated[
        DialerName,
        Field(
            later(
                "What dials: you by `hand`, a program for telephone `link`s, your phone by a `qr` code, `baresip` with "
                "a SIP account, or the campaign's `bridge`."
            ),
            one_of(get_args(DialerName)),
            "qr",
        ),
    ] = "hand"
    pace: Annotated[
        Pace,
        Field(
            later(
                "When it dials: `manual` and `preview` by a key, `power` after a countdown where the campaign allows."
            ),
            one_of(PACES),
            "power",
        ),
    ] = "preview"
    countdown: Annotated[
        int, Field(later("Seconds from a voter to the dialing at the pace `power`."), countdown, "5")
    ] = 3
    sip: Annotated[
        str, Field(later("The SIP account that baresip calls by, `USER@DOMAIN`."), sip_address, "dana@sip.example.org")
    ] = ""
    sip_auth_user: Annotated[
        str, Field(later("Its name for signing in, where that is another."), account_part("auth_user"), "dana-17")
    ] = ""
    sip_proxy: Annotated[
        str,
        Field(later("The provider's outbound proxy, if it has one."), account_part("proxy"), "edge.example.org:5061"),
    ] = ""
    sip_transport: Annotated[
        Transport,
        Field(
            later("How calls are set up; `tls` hides who is called from everybody on the way to the provider."),
            one_of(get_args(Transport)),
            "tls",
        ),
    ] = "udp"
    sip_encryption: Annotated[
        Encryption,
        Field(later("How voices are encrypted, as the provider says."), one_of(get_args(Encryption)), "srtp"),
    ] = "none"
    sip_microphone: Annotated[
        str,
        Field(
            later("The microphone, as baresip's driver and device; without it the system's own choice."),
            account_part("microphone"),
            "alsa,plughw:1",
        ),
    ] = ""
    sip_speaker: Annotated[
        str,
        Field(
            later("The headphones, as baresip's driver and device; without it the system's own choice."),
            account_part("speaker"),
            "alsa,plughw:1",
        ),
    ] = ""
    sip_interface: Annotated[
        str,
        Field(
            later("The address of this computer to call from, where it has several."),
            account_part("interface"),
            "192.0.2.7",
        ),
    ] = ""
    echo: Annotated[
        str,
        Field(
            later("Whom `phonetui dial check` calls: a number, or an address, that sends your voice back."),
            number_or_address,
            "echo@sip.example.org",
        ),
    ] = ""
    own_number: Annotated[
        str, Field(later("Your own phone, which the campaign's bridge rings once a shift."), own_number, "+18125550123")
    ] = ""
    zetkin_client_id: Annotated[
        str,
        Field(
            later("What phonetui is called at Zetkin: a client id, which the Zetkin Foundation gives out."),
            one_word,
            "phonetui-riverside",
        ),
    ] = ""
    zetkin_client_secret: Annotated[
        str,
        Field(later("The secret that belongs to the client id; it is never shown."), one_word, "s3cret", secret=True),
    ] = ""
    zetkin_zone: Annotated[
        str,
        Field(
            later("The time zone of the people called through Zetkin; without it this computer's."),
            zone,
            "Europe/Stockholm",
        ),
    ] = ""
    zetkin_country_code: Annotated[
        str,
        Field(
            later("The country's code of numbers that Zetkin has without one."),
            country_code,
            "46",
        ),
    ] = ""

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
        InForce(name, _shown(getattr(settings, name), field), source(name, field), tr(field.sentence), field.example)
        for name, field in fields().items()
    )


def _shown(value: object, field: Field) -> str:
    return HIDDEN if field.secret and value else written(value)


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
