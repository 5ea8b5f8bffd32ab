"""Where a webhook may go.

The organiser chose the address, and can reach their own network with it; so only that is refused which no receiver has:
an address in the clear, one with a password in it, one that stands for no machine.
"""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import SplitResult, urlsplit

from phonetui.core.refusal import Refused
from phonetui.server.connectors.connector import SystemDown
from phonetui.server.connectors.system_http import leads_somewhere
from phonetui.server.loopback import is_loopback


def check_url(url: str) -> None:
    """Raises `Refused` with what is wrong with the address, without a word of it: it is a secret."""
    parts = _parts(url)
    if parts is None or not parts.hostname or parts.scheme not in ("http", "https") or not leads_somewhere(url):
        raise Refused("The webhook's address is none; give one such as https://example.org/phonetui.")
    if parts.username is not None or parts.password is not None:
        raise Refused("The webhook's address holds a name or a password; leave them out, for what is posted is signed.")
    if parts.fragment:
        raise Refused("The webhook's address cannot end in # and a word; leave that out.")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise Refused("The webhook's address must begin with https://, or names and numbers would go in the clear.")


def check_host(url: str) -> None:
    """Looks the host up. Raises `SystemDown` where it has no address, `Refused` where it has one of no receiver.

    Link-local addresses are refused since the machines of clouds give their own keys away there.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        found = socket.getaddrinfo(host, parts.port or parts.scheme, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise SystemDown(f"The host {host} of the webhook is not found; check its name, and the line.") from None
    for *_, address in found:
        ip = ipaddress.ip_address(str(address[0]).partition("%")[0])
        ip = getattr(ip, "ipv4_mapped", None) or ip
        if ip.is_link_local or ip.is_multicast or ip.is_unspecified:
            raise Refused(f"The host {host} of the webhook leads to {ip}, where no receiver can be; give another.")


def _parts(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts
