"""The check-up of the line: whether the campaign server answers, knows this computer, and agrees on the time."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable
from contextlib import suppress
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from phonetui.client.account import Account
from phonetui.client.address import host
from phonetui.client.campaign_server import Busy, NoExchange, Offline, SignedOut, Untrusted
from phonetui.client.checkup import LIMIT, Finding
from phonetui.client.clock import Clock
from phonetui.client.patience import within
from phonetui.client.phonetui_server import PhonetuiServer
from phonetui.core.text import clean
from phonetui.core.translation import later, tr, tr_n
from phonetui.wire import WIRE_VERSION, Health

#: A clock that is off by no more than this is right.
NEAR = timedelta(minutes=2)
KEPT = later("calls go on without it, and everything is kept until it answers")


async def look_at_server(account: Account, token: Awaitable[str], clock: Clock) -> list[Finding]:
    """The server and this computer's clock; `token` is empty where the keyring holds none."""
    where = host(account.server_url)
    try:
        async with asyncio.timeout(LIMIT):
            return await _look(account, token, clock)
    except TimeoutError:
        return [
            Finding(
                later("Server"),
                "note",
                tr("{where} does not answer within {seconds} seconds", where=where, seconds=round(LIMIT)),
                tr(KEPT),
            )
        ]
    except (Busy, Offline) as failure:
        return [Finding(later("Server"), "mend" if isinstance(failure, Untrusted) else "note", str(failure), tr(KEPT))]
    except NoExchange as failure:
        return [Finding(later("Server"), "mend", str(failure))]


async def _look(account: Account, token: Awaitable[str], clock: Clock) -> list[Finding]:
    await _resolve(account.server_url)
    server = PhonetuiServer(account.server_url)
    try:
        before = clock.tick(), clock.now()
        health = await server.health()
        took = timedelta(seconds=clock.tick() - before[0])
        server.token = await token
        known = await _known(server)
    finally:
        await server.close()
    return [_server(host(account.server_url), health, known), _clock(health.time, before[1] + took / 2, took)]


async def _resolve(url: str) -> None:
    """A resolver that hangs would keep the whole command from ending; one that fails is told by the connection."""
    with suppress(socket.gaierror, UnicodeError):
        await within(LIMIT - 1, lambda: socket.getaddrinfo(urlsplit(url).hostname, None))


async def _known(server: PhonetuiServer) -> bool | None:
    """Whether the server still takes this computer's token; None without one."""
    if not server.token:
        return None
    try:
        await server.session()
    except SignedOut:
        return False
    return True


def _server(where: str, health: Health, known: bool | None) -> Finding:
    answers = {"where": where, "version": clean(health.phonetui, 20)}
    if known is False:
        found = tr("{where} answers, phonetui {version}, but has signed this computer out", **answers)
        return Finding(later("Server"), "mend", found, tr("log in again; nothing is lost"))
    if health.wire > WIRE_VERSION:
        found = tr("{where} answers, phonetui {version}, which is newer", **answers)
        return Finding(later("Server"), "note", found, tr("install the newest phonetui when there is time"))
    if known is None:
        found = tr("{where} answers, phonetui {version}; your password, asked for at the start, signs in", **answers)
        return Finding(later("Server"), "well", found)
    return Finding(
        later("Server"), "well", tr("{where} answers, phonetui {version}, and this computer is signed in", **answers)
    )


def _clock(there: datetime, here: datetime, took: timedelta) -> Finding:
    off = here - there
    if abs(off) <= NEAR + took:
        return Finding(later("Clock"), "well", tr("agrees with the campaign server's"))
    span = _span(abs(off))
    found = tr("is {span} behind the campaign server's", span=span)
    if off > timedelta():
        found = tr("is {span} ahead of the campaign server's", span=span)
    return Finding(later("Clock"), "mend", found, tr("set this computer's clock, for the results carry its times"))


def _span(time: timedelta) -> str:
    minutes = round(time.total_seconds() / 60)
    if minutes >= 2 * 24 * 60:
        return tr_n("{n} day", "{n} days", round(minutes / (24 * 60)))
    if minutes >= 2 * 60:
        return tr_n("{n} hour", "{n} hours", round(minutes / 60))
    return tr_n("{n} minute", "{n} minutes", minutes)
