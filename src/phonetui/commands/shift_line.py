"""What dials in a shift: opened with the desk; the SIP password is typed before it where no keyring holds it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from phonetui.client.clock import Clock
from phonetui.client.settings import Settings
from phonetui.client.sign_in import Laptop
from phonetui.client.sip import find_password, sip_account
from phonetui.core.refusal import Refused
from phonetui.core.translation import tr
from phonetui.dial.sip_account import SipAccount

if TYPE_CHECKING:
    from phonetui.client.outbox import Outbox
    from phonetui.client.phone_line import PhoneLine

#: What was typed since this program began, by the account; empty where the caller would rather dial by hand.
_TYPED: dict[SipAccount, str] = {}


class SipPasswordNeeded(Refused):
    """No keyring holds the password of this account, and it was not asked for yet."""

    def __init__(self, account: SipAccount) -> None:
        super().__init__(
            tr(
                "No keyring here holds the SIP password of {address}; type it, or only Enter to dial by hand. "
                "`phonetui dial password` keeps it.",
                address=account.address,
            )
        )
        self.account = account


async def shift_line(
    laptop: Laptop, settings: Settings, clock: Clock
) -> Callable[[Outbox, Callable[[], None]], PhoneLine]:
    """Makes the line that the settings name. Raises `SipPasswordNeeded`."""
    password = await _sip_password(laptop, settings)
    engines = await asyncio.to_thread(import_module, "phonetui.client.engines")  # slow, and the screen is up
    return partial(engines.open_line, settings, laptop.folders, clock, password)


def type_password(needed: SipPasswordNeeded) -> None:
    """Asks for it, once; whoever types none, or cannot be asked, dials by hand."""
    from phonetui.commands import asking

    _TYPED[needed.account] = ""
    asking.say(str(needed))
    with suppress(Refused):
        _TYPED[needed.account] = asking.sip_password(needed.account.address)


async def _sip_password(laptop: Laptop, settings: Settings) -> str:
    """Empty where nothing is dialed by an account, or the caller would rather dial by hand."""
    if settings.dialer != "baresip" or not settings.sip:
        return ""
    account = sip_account(settings)
    password = await find_password(laptop.secrets, account)
    if password is None and account not in _TYPED:
        raise SipPasswordNeeded(account)
    return password or _TYPED.get(account, "")
