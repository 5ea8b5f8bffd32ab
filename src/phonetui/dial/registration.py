"""Whether the provider knows where the caller is, and what the caller is told when that changes in mid-shift."""

from __future__ import annotations

import re
from typing import Literal

from msgspec import Struct

from phonetui.core.translation import tr
from phonetui.dial.sip_account import SipAccount

_STATUS = re.compile(r"[3-6][0-9][0-9]( |$)")


class Registration(Struct, frozen=True):
    """Whether the provider knows where the caller is; `reason` is its own, or the network's."""

    state: Literal["none", "registered", "refused", "unreachable"] = "none"
    reason: str = ""


def failed(reason: str) -> Registration:
    """By baresip's words: a status of the provider's, else nobody answered."""
    return Registration("refused" if _STATUS.match(reason) else "unreachable", reason)


def news(before: Registration, now: Registration, account: SipAccount) -> str:
    """What the caller hears of a change, with a way on; empty where nothing has changed."""
    provider = account.proxy or account.domain
    if before.state == now.state:
        return ""
    if now.state == "registered":
        return tr("The SIP provider {domain} is back.", domain=provider)
    if now.state == "refused":
        return tr(
            "The SIP provider refuses {address} now ({reason}); dial again to sign in anew, or dial by hand.",
            address=account.address,
            reason=now.reason,
        )
    return tr(
        "The SIP provider {domain} does not answer just now; you hear when it is back, and can dial by hand meanwhile.",
        domain=provider,
    )
