"""What dials for a caller: the engine that the settings name. Each is imported only when it is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from phonetui.client.clock import Clock
from phonetui.client.folders import Folders
from phonetui.client.outbox import Outbox
from phonetui.client.phone_line import PhoneLine
from phonetui.client.settings import Settings
from phonetui.client.sip import sip_account
from phonetui.core.refusal import Refused
from phonetui.core.translation import tr
from phonetui.dial.dialer import Dialer

if TYPE_CHECKING:
    from phonetui.dial.baresip import BaresipDialer


def open_line(settings: Settings, folders: Folders, clock: Clock, sip_password: str, outbox: Outbox) -> PhoneLine:
    """The line of a shift; where its engine cannot be had, it says why, and the caller dials by hand.

    `sip_password` is empty where there is none. A bridge is asked for by the `outbox`.
    """
    try:
        dialer = _dialer(settings, folders, clock, sip_password, outbox)
    except Refused as refused:
        from phonetui.dial.missing import MissingDialer

        dialer = MissingDialer(str(refused))
    line = PhoneLine(clock, dialer, settings.dialer, settings.pace, settings.countdown)
    if outbox.bridge is not None:
        outbox.bridge.says = lambda text: line.say(text, alarm=bool(text))
    elif settings.dialer == "baresip":
        from phonetui.dial.baresip import BaresipDialer

        if isinstance(dialer, BaresipDialer):
            dialer.says = lambda text, is_lost: line.say(text, alarm=is_lost)
    return line


def _dialer(settings: Settings, folders: Folders, clock: Clock, sip_password: str, outbox: Outbox) -> Dialer | None:
    match settings.dialer:
        case "hand":
            return None
        case "link":
            from phonetui.dial.link import LinkDialer

            return LinkDialer(clock.new_id)
        case "qr":
            from phonetui.dial.qr import QrDialer

            return QrDialer(clock.new_id)
        case "baresip":
            return open_baresip(settings, folders, clock, sip_password)
        case "bridge":
            from phonetui.client.bridge import BridgeDialer

            return BridgeDialer(settings.own_number, clock, outbox)


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
