"""What dials for a caller: the engine that the settings name. Each is imported only when it is wanted."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from phonetui.client.clock import Clock
from phonetui.client.folders import Folders
from phonetui.client.outbox import Outbox
from phonetui.client.phone_line import PhoneLine
from phonetui.client.settings import Settings
from phonetui.client.sip import sip_account
from phonetui.core.phone_call import Engine
from phonetui.core.refusal import Refused
from phonetui.core.translation import tr
from phonetui.dial.dialer import Dialer

if TYPE_CHECKING:
    from phonetui.dial.baresip import BaresipDialer


def open_line(
    settings: Settings,
    folders: Folders,
    clock: Clock,
    sip_password: str,
    outbox: Outbox,
    blocked: Callable[[], None],
) -> PhoneLine:
    """The line of a shift; where its engine cannot be had, it says why, and the caller dials by hand.

    `sip_password` is empty where there is none. A bridge is asked for by the `outbox`. `blocked` is called for each
    call that was blocked.
    """

    def say(text: str, alarm: bool) -> None:
        line.say(text, alarm=alarm)

    try:
        engine, dialer = _dialer(settings, folders, clock, sip_password, outbox, say, blocked)
    except Refused as refused:
        from phonetui.dial.missing import MissingDialer

        engine, dialer = settings.dialer, MissingDialer(str(refused))
    line = PhoneLine(clock, dialer, engine, settings.pace, settings.countdown)
    return line


def _dialer(
    settings: Settings,
    folders: Folders,
    clock: Clock,
    sip_password: str,
    outbox: Outbox,
    say: Callable[[str, bool], None],
    blocked: Callable[[], None],
) -> tuple[Engine, Dialer | None]:
    """What dials, and by which name; `say` tells the caller of it, True for what needs a look."""
    match settings.dialer:
        case "hand":
            return "hand", None
        case "link":
            return _link(clock, say)
        case "qr":
            from phonetui.dial.qr import QrDialer

            return "qr", QrDialer(clock.new_id)
        case "baresip":
            line = open_baresip(settings, folders, clock, sip_password)
            line.says, line.blocked = say, blocked
            return "baresip", line
        case "bridge":
            from phonetui.client.bridge import BridgeDialer

            bridge = BridgeDialer(settings.own_number, clock, outbox)
            bridge.says, bridge.blocked = lambda text: say(text, bool(text)), blocked
            return "bridge", bridge


def _link(clock: Clock, say: Callable[[str, bool], None]) -> tuple[Engine, Dialer]:
    """Where no program here can take a number, a phone's camera does."""
    from phonetui.dial.link import LinkDialer
    from phonetui.dial.qr import CodeInstead

    link = LinkDialer(clock.new_id)
    if link.why_not:
        return "qr", CodeInstead(clock.new_id, link.why_not, lambda text: say(text, True))
    return "link", link


def open_baresip(settings: Settings, folders: Folders, clock: Clock, password: str) -> BaresipDialer:
    """Calls by the caller's SIP account. Raises `Refused` without an account or a password."""
    from phonetui.dial.baresip import BaresipDialer

    account = sip_account(settings)
    if not password:
        raise Refused(
            tr(
                "There is no password of {address} here; type phonetui dial password, or dial by hand.",
                address=account.address,
            )
        )
    return BaresipDialer(account, password, folders.data / "sip", tick=clock.tick, new_id=clock.new_id)
