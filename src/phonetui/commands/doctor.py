"""`phonetui doctor`: looks at this computer and the line to the campaign, and says what to do."""

from __future__ import annotations

import asyncio
import os
import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TextIO

from phonetui.client.account import Account, load_accounts
from phonetui.client.account_server import server_of
from phonetui.client.address import host
from phonetui.client.checkup import Finding
from phonetui.client.checkup_here import look_at_calls, look_at_disk, look_at_keyring, look_at_versions
from phonetui.client.checkup_server import look_at_server
from phonetui.client.checkup_zetkin import look_at_zetkin
from phonetui.client.clock import SystemClock
from phonetui.client.sign_in import Laptop, SignedIn, resume
from phonetui.client.zetkin_address import is_zetkin
from phonetui.commands import call_screen, findings
from phonetui.commands.answer import Answer
from phonetui.core.refusal import Refused
from phonetui.core.translation import later, tr
from phonetui.screen.sizes import HIGH, SIDE_BY_SIDE, SMALLEST

UTF_8 = ("utf-8", "utf8")


def doctor(arguments: Namespace) -> Answer:
    """Everything that can be looked at without changing it; code 1 where something must be mended."""
    laptop = call_screen.this_laptop()
    found = [look_at_terminal(sys.stdout, os.environ), *asyncio.run(_look(laptop))]
    text = [line for finding in found for line in findings.lines(finding)]
    mend = any(finding.state == "mend" for finding in found)
    return Answer("\n".join(text), {"well": not mend, "findings": found}, 1 if mend else 0)


async def _look(laptop: Laptop) -> list[Finding]:
    """All that takes time, side by side."""
    here = [*look_at_disk(laptop.folders), look_at_versions()]
    try:
        accounts = load_accounts(laptop.folders)
    except Refused as refused:
        return [Finding(later("Account"), "mend", str(refused)), *here]
    known = asyncio.create_task(_known(laptop, accounts))
    keyring = asyncio.create_task(look_at_keyring(asyncio.create_task(_holds_keys(known))))
    found = await asyncio.gather(*(_look_at(laptop, account, where, known) for account, where in _named(accounts)))
    nobody = Finding(
        later("Account"), "note", tr("nobody is logged in on this computer"), tr("`phonetui join` is how to begin")
    )
    of_accounts = [finding for findings in found for finding in findings] if accounts else [nobody]
    return [await keyring, *of_accounts, *here]


#: Callers by their account, as far as the keyring knows them.
Known = asyncio.Task[dict[Account, SignedIn | None]]


async def _known(laptop: Laptop, accounts: Sequence[Account]) -> dict[Account, SignedIn | None]:
    return {account: await resume(laptop, account) for account in accounts}


async def _holds_keys(known: Known) -> bool | None:
    callers = (await known).values()
    return all(callers) if callers else None


async def _token(known: Known, account: Account) -> str:
    signed_in = (await known)[account]
    return signed_in.token if signed_in else ""


def _named(accounts: Sequence[Account]) -> Iterator[tuple[Account, str]]:
    """Each by its server alone, and by its place in the list where several have the same one."""
    servers = Counter(account.server_url for account in accounts)
    for place, account in enumerate(accounts, start=1):
        where = host(account.server_url)
        if servers[account.server_url] > 1:
            where = tr("{host}, account {place} of `phonetui accounts`", host=where, place=place)
        yield account, where


async def _look_at(laptop: Laptop, account: Account, where: str, known: Known) -> list[Finding]:
    server = asyncio.create_task(_look_at_line(laptop, account, known))
    signed_in = (await known)[account]
    calls = await look_at_calls(laptop.folders, account, where, signed_in.key if signed_in else None)
    return [*calls, *await server]


async def _look_at_line(laptop: Laptop, account: Account, known: Known) -> list[Finding]:
    if not is_zetkin(account.server_url):
        token = asyncio.create_task(_token(known, account))
        return await look_at_server(account, token, SystemClock())
    signed_in = (await known)[account] or SignedIn(account=account, key=b"", token="")
    return await look_at_zetkin(account.server_url, server_of(laptop.folders, signed_in, laptop.secrets))


def look_at_terminal(out: TextIO, environment: Mapping[str, str]) -> Finding:
    """Whether the call screen has room, letters and colours."""
    if not out.isatty():
        return Finding(
            later("Terminal"), "note", tr("this is none, so nothing can be said of it"), tr("type it without a pipe")
        )
    columns, rows = os.get_terminal_size(out.fileno())
    found = tr("{columns} columns by {rows} rows, {colours}", columns=columns, rows=rows, colours=_colours(environment))
    if os.name == "posix" and environment.get("TERM", "") in ("", "dumb"):
        return Finding(later("Terminal"), "mend", tr("can only write line by line"), tr("use another terminal"))
    if (out.encoding or "").lower() not in UTF_8:
        return Finding(
            later("Terminal"),
            "mend",
            tr("{found}, without UTF-8", found=found),
            tr("set LANG to one that ends in .UTF-8"),
        )
    if columns < SMALLEST[0] or rows < SMALLEST[1]:
        return Finding(
            later("Terminal"),
            "mend",
            found,
            tr("make it {columns} by {rows} or larger", columns=SMALLEST[0], rows=SMALLEST[1]),
        )
    if columns < SIDE_BY_SIDE or rows < HIGH:
        return Finding(
            later("Terminal"),
            "note",
            found,
            tr("{columns} by {rows} shows everything at once", columns=SIDE_BY_SIDE, rows=HIGH),
        )
    return Finding(later("Terminal"), "well", tr("{found}, UTF-8", found=found))


def _colours(environment: Mapping[str, str]) -> str:
    if "NO_COLOR" in environment:
        return tr("no colours, as NO_COLOR asks")
    if environment.get("COLORTERM", "") in ("truecolor", "24bit"):
        return tr("all colours")
    return tr("{n} colours", n=256 if "256" in environment.get("TERM", "") else 16)
