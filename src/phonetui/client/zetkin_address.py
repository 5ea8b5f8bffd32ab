"""Where a Zetkin is: `zetkin:DOMAIN` as people type it, `zetkin://DOMAIN` as an account keeps it, and its interface."""

from __future__ import annotations

import re

from phonetui.client.address import host, is_loopback, server_url
from phonetui.core.refusal import Refused
from phonetui.core.translation import tr

_TYPED = "zetkin:"
_KEPT = "zetkin://"
_DOMAIN = re.compile(r"[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?(:[0-9]{1,5})?", re.ASCII)


def is_zetkin(address: str) -> bool:
    """Whether somebody means a Zetkin rather than a campaign server of ours, typed or kept."""
    return address.strip().lower().startswith(_TYPED)


def zetkin_url(address: str) -> str:
    """`zetkin://zetk.in` of `zetkin:zetk.in`; raises `Refused` for what names none."""
    domain = address.strip().lower().removeprefix(_TYPED).removeprefix("//").rstrip("/")
    if not _DOMAIN.fullmatch(domain):
        raise Refused(
            tr("“{address}” names no Zetkin; type its domain, such as zetkin:zetk.in.", address=address.strip()[:80])
        )
    return f"{_KEPT}{domain}"


def login_address(text: str) -> str:
    """The address of whatever can be logged in to; raises `Refused` for what is none."""
    return zetkin_url(text) if is_zetkin(text) else server_url(text)


def interface(url: str) -> str:
    """The address of its interface; on this machine, where a stand-in for it may be, without encryption."""
    domain = host(url)
    return f"http://{domain}/v1" if is_loopback(f"http://{domain}") else f"https://api.{domain}/v1"
