"""The check-up of the line to a Zetkin: whether it answers and knows this computer."""

from __future__ import annotations

import asyncio

from phonetui.client.account_server import AccountServer
from phonetui.client.address import host
from phonetui.client.campaign_server import Busy, NoExchange, Offline, SignedOut, Untrusted
from phonetui.client.checkup import LIMIT, Finding
from phonetui.client.checkup_server import KEPT
from phonetui.core.translation import later, tr, tr_n

_SERVER = later("Server")


async def look_at_zetkin(server_url: str, server: AccountServer) -> list[Finding]:
    """Asks for the caller's call assignments, and changes nothing; closes the server."""
    where = host(server_url)
    try:
        async with asyncio.timeout(LIMIT):
            count = len(await server.campaigns())
    except TimeoutError:
        silent = tr("{where} does not answer within {seconds} seconds", where=where, seconds=round(LIMIT))
        return [Finding(_SERVER, "note", silent, tr(KEPT))]
    except SignedOut:
        found = tr("{where} has signed this computer out", where=where)
        return [Finding(_SERVER, "mend", found, tr("log in again; nothing is lost"))]
    except (Busy, Offline) as failure:
        return [Finding(_SERVER, "mend" if isinstance(failure, Untrusted) else "note", str(failure), tr(KEPT))]
    except NoExchange as failure:
        return [Finding(_SERVER, "mend", str(failure))]
    finally:
        await server.close()
    found = tr_n(
        "{where} is a Zetkin and has a call assignment for you",
        "{where} is a Zetkin and has {n} call assignments for you",
        count,
        where=where,
    )
    return [Finding(_SERVER, "well", found)]
