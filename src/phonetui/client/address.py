"""Addresses of campaign servers, and join links, as people type and paste them."""

from __future__ import annotations

import ipaddress
from urllib.parse import SplitResult, urlsplit

from msgspec import Struct

from phonetui.core.refusal import Refused
from phonetui.core.translation import tr

LONGEST = 500


class JoinLink(Struct, frozen=True):
    """An invitation: the campaign server, and the secret that was in the link's fragment."""

    server_url: str
    secret: str


def server_url(text: str) -> str:
    """The campaign server's address without a trailing slash; raises `Refused` for what is none."""
    address = text.strip()
    if "://" not in address:
        address = f"{'http' if _is_loopback(_host(f'//{address}')) else 'https'}://{address}"
    return _checked(_split(address), text.strip())


def join_link(text: str) -> JoinLink:
    """What a pasted join link says; raises `Refused` for what is none."""
    parts = _split(text.strip())
    path, join, _ = parts.path.rpartition("/join")
    if not (join and parts.fragment and parts.fragment.isprintable()):
        raise Refused(
            tr(
                "This is not a join link; paste the whole of it, with the part after the #: "
                "it looks like https://calls.example.org/join/#…"
            )
        )
    return JoinLink(_checked(parts._replace(path=path, fragment=""), text.strip()), parts.fragment)


def is_loopback(url: str) -> bool:
    """Whether the server is on this machine."""
    return _is_loopback(_host(url))


def host(url: str) -> str:
    """The part of a server's address that people know it by, with the port if it has one."""
    return urlsplit(url).netloc


def _checked(parts: SplitResult, text: str) -> str:
    odd = parts.username or parts.query or parts.fragment or parts.scheme not in ("http", "https")
    if odd or not parts.hostname or not text.isprintable() or " " in text or len(text) > LONGEST:
        raise _no_address(text)
    if parts.scheme == "http" and not _is_loopback(parts.hostname):
        raise Refused(
            tr(
                "{netloc} would be reached without encryption, in reach of anyone on the way; use https://{netloc}.",
                netloc=parts.netloc,
            )
        )
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def _split(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        _ = parts.port  # raises where it is no number
    except ValueError:
        raise _no_address(address) from None
    return parts


def _no_address(text: str) -> Refused:
    shown = "".join(filter(str.isprintable, text))[:80]
    return Refused(
        tr("“{shown}” is not the address of a campaign server; one looks like https://calls.example.org.", shown=shown)
    )


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _is_loopback(name: str) -> bool:
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
