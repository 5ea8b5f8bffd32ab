"""The check-up of what dials: which engine works on this computer, what the others lack, and a call to an echo."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from msgspec import Struct

from phonetui.client.bridge_words import NO_NUMBER
from phonetui.client.checkup import Finding
from phonetui.client.clock import Clock
from phonetui.client.echo_call import call_echo
from phonetui.client.engines import open_baresip
from phonetui.client.folders import Folders
from phonetui.client.settings import DialerName, Settings
from phonetui.client.sip import sip_account
from phonetui.core.refusal import Refused
from phonetui.core.translation import later, tr
from phonetui.dial.baresip import BaresipDialer
from phonetui.dial.baresip_config import modules_of
from phonetui.dial.link import LinkDialer
from phonetui.dial.qr import QrDialer
from phonetui.dial.sip_phone import installed


class Terminal(Struct, frozen=True):
    """What the terminal can do: draw a code for a camera, and have a number copied."""

    draws: bool
    copies: bool


class Checkup(Struct, frozen=True):
    """What was found of each engine, and of the test call, if there was one."""

    engines: tuple[Finding, ...]
    call: Finding | None = None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All of it."""
        return (*self.engines, self.call) if self.call else self.engines


async def look_at_engines(
    settings: Settings,
    folders: Folders,
    clock: Clock,
    sip_password: str,
    terminal: Terminal,
    tell: Callable[[str], None],
) -> Checkup:
    """Tries each engine, and calls the echo if there is one, telling how the call stands. Nothing of it is left."""
    link = await _look(settings, "link", _link(clock))
    code = await _look(settings, "qr", _code(clock, terminal))
    sip, call = await _baresip(settings, folders, clock, sip_password, tell)
    fake = Finding("fake", "well", tr("in the demo and in practice invented voters are rung"))
    return Checkup((_hand(terminal), link, code, sip, _bridge(settings), fake), call or _no_call(settings))


def _hand(terminal: Terminal) -> Finding:
    if terminal.copies:
        return Finding("hand", "well", tr("the number is on the screen, and you dial it, or copy it with a key"))
    return Finding("hand", "well", tr("the number is on the screen, and you dial it; this terminal copies nothing"))


def _no_call(settings: Settings) -> Finding | None:
    """Why an echo that is set was not called."""
    if not settings.echo:
        return None
    why = tr("{echo} was not called: baresip alone places test calls, and cannot here", echo=settings.echo)
    return Finding(later("test call"), "note", why)


async def _look(settings: Settings, engine: DialerName, found: Awaitable[str]) -> Finding:
    try:
        return Finding(engine, "well", await found)
    except Refused as refused:
        return _missing(settings, engine, refused)


def _missing(settings: Settings, engine: DialerName, refused: Refused) -> Finding:
    """Of the engine that the caller has chosen it must be mended."""
    return Finding(engine, "mend" if settings.dialer == engine else "note", str(refused))


async def _link(clock: Clock) -> str:
    program = await LinkDialer(clock.new_id).start()
    return tr("{program} hands the number to a program or a phone of yours", program=program)


async def _code(clock: Clock, terminal: Terminal) -> str:
    await QrDialer(clock.new_id).start()
    if not terminal.draws:
        raise Refused(tr("No code can be drawn in this terminal, which has no colours or no UTF-8; dial by hand."))
    return tr("your phone reads the number off the screen")


def _bridge(settings: Settings) -> Finding:
    if not settings.own_number:
        return _missing(settings, "bridge", Refused(tr(NO_NUMBER)))
    rings = tr(
        "{number} is rung once a shift where the campaign has a bridge; its server is asked when the shift opens",
        number=settings.own_number,
    )
    return Finding("bridge", "note", rings)


# -- baresip -----------------------------------------------------------------------------------------------------------


async def _baresip(
    settings: Settings, folders: Folders, clock: Clock, password: str, tell: Callable[[str], None]
) -> tuple[Finding, Finding | None]:
    """Registers, and calls the echo if there is one; then nothing of it is left."""
    try:
        installed()
        line = open_baresip(settings, folders, clock, password)
    except Refused as refused:
        return _missing(settings, "baresip", refused), None
    line.says = lambda text, is_lost: tell(text)
    try:
        sip = Finding("baresip", "well", await _registered(settings, line))
        return sip, await _call(settings, line, clock, tell) if settings.echo else None
    except Refused as refused:
        return _missing(settings, "baresip", refused), None
    finally:
        await line.close()


async def _registered(settings: Settings, line: BaresipDialer) -> str:
    version, account = await line.start(), sip_account(settings)
    usual = modules_of(installed()).default_audio
    return tr(
        "baresip {version}; {address} is signed in; microphone {microphone}, headphones {speaker}",
        version=version,
        address=account.address,
        microphone=account.microphone or usual,
        speaker=account.speaker or usual,
    )


async def _call(settings: Settings, line: BaresipDialer, clock: Clock, tell: Callable[[str], None]) -> Finding:
    uri = f"sip:{settings.echo}" if "@" in settings.echo else sip_account(settings).uri_of(settings.echo)
    echo = await call_echo(line, uri, clock.tick, tell)
    if echo.answered_after is None:
        return Finding(later("test call"), "mend" if settings.dialer == "baresip" else "note", echo.ended)
    found = tr(
        "{echo} answered after {seconds} s, and you talked for {talked} s",
        echo=settings.echo,
        seconds=f"{echo.answered_after:.1f}",
        talked=f"{echo.talked or 0:.0f}",
    )
    return Finding(later("test call"), "well", found)
