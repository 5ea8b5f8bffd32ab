"""What is written for baresip to read, from what is installed here.

Both 1.0 and 4 read it; what one does not know, it leaves alone.
"""

from __future__ import annotations

import ssl
from pathlib import Path

from phonetui.core.refusal import Refused
from phonetui.core.translation import tr
from phonetui.dial.sip_account import Encryption, SipAccount

#: Where the modules lie, from the folder that `bin/baresip` is in.
_MODULE_FOLDERS = ("lib/baresip/modules", "lib64/baresip/modules", "lib/*/baresip/modules")

#: Without these no call can be placed and steered.
_NEEDED = ("account", "ctrl_tcp", "g711", "menu")
_ENCRYPTION: dict[Encryption, tuple[str, ...]] = {"none": (), "srtp": ("srtp",), "dtls": ("srtp", "dtls_srtp")}

#: Drivers in the order of preference, each with the device that the user's own settings choose.
_DRIVERS = ("coreaudio", "audiounit", "pulse", "pipewire", "alsa", "portaudio", "sndio", "oss")

#: Loaded over the control connection, so that no event of the registration comes before somebody listens.
ACCOUNT_MODULE = "account.so"
#: Plays what the microphone hears: the way to try whether both devices open.
TRIAL_MODULE = "auloop.so"


class Modules:
    """The modules of one installation."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def has(self, name: str) -> bool:
        """Whether there is such a module."""
        return (self.folder / f"{name}.so").exists()

    @property
    def default_audio(self) -> str:
        """Driver and device of the first driver there is. Raises `Refused` where there is none."""
        for driver in filter(self.has, _DRIVERS):
            return f"{driver},default"
        raise Refused(tr("This baresip has no audio driver; install the rest of it, or dial by hand."))


def modules_of(program: Path) -> Modules:
    """The modules that belong to the program. Raises `Refused` where there are none."""
    prefix = program.resolve().parent.parent
    for pattern in _MODULE_FOLDERS:
        for folder in sorted(prefix.glob(pattern)):
            return Modules(folder)
    raise Refused(
        tr("The modules of {program} are not where it is; install baresip anew, or dial by hand.", program=program)
    )


def config(account: SipAccount, modules: Modules, control_port: int) -> str:
    """The file `config`. Raises `Refused` for a module or an audio driver that is not installed."""
    microphone = account.microphone or modules.default_audio
    speaker = account.speaker or modules.default_audio
    drivers = {device.partition(",")[0] for device in (microphone, speaker)}
    for name in (*_NEEDED, *_ENCRYPTION[account.encryption], *sorted(drivers)):
        if not modules.has(name):
            raise Refused(
                tr("This baresip has no module {module}; install it, or choose another setting.", module=name)
            )
    before = ("g711", *_ENCRYPTION[account.encryption], *sorted(drivers))
    lines = [
        f"module_path {modules.folder}",
        *(f"module {name}.so" for name in before),
        "module_app menu.so",
        "module_app ctrl_tcp.so",
        f"ctrl_tcp_listen 127.0.0.1:{control_port}",
        "call_max_calls 1",
        "statmode_default off",
        f"audio_source {microphone}",
        f"audio_player {speaker}",
        f"audio_alert {speaker}",
        "sip_verify_server yes",
        f"sip_cafile {_authorities()}",
    ]
    if account.interface:
        lines += [f"net_interface {account.interface}", f"sip_listen {account.interface}:0"]
    return "\n".join([*lines, ""])


def _authorities() -> str:
    """The certificates that this machine trusts, else those that HTTPS is checked by here."""
    trusted = ssl.get_default_verify_paths().cafile
    if trusted:
        return trusted
    import certifi  # not before one is wanted

    return certifi.where()
