"""`phonetui dial`: what dials on this computer, a call that tries it, and the password that it takes."""

from __future__ import annotations

import asyncio
import os
from argparse import Namespace

from phonetui.client.checkup_dialing import Checkup, look_at_engines
from phonetui.client.clock import SystemClock
from phonetui.client.settings import Settings, load_settings
from phonetui.client.sign_in import Laptop
from phonetui.client.sip import find_password, keep_password, sip_account
from phonetui.commands import asking, call_screen, findings
from phonetui.commands.answer import Answer
from phonetui.core.refusal import Refused
from phonetui.core.translation import tr


def check(arguments: Namespace) -> Answer:
    """Each engine, and the test call; code 1 where the one that is chosen must be mended."""
    laptop = call_screen.this_laptop()
    settings = load_settings(laptop.folders.settings_file, os.environ)
    try:
        checkup = asyncio.run(_look(laptop, settings))
    except KeyboardInterrupt:
        raise KeyboardInterrupt(tr("Stopped; no call is left.")) from None
    mend = any(finding.state == "mend" for finding in checkup.findings)
    chosen = tr("You have chosen {dialer}; phonetui settings set dialer NAME changes that.", dialer=settings.dialer)
    text = [line for finding in checkup.findings for line in findings.lines(finding)]
    facts = {"well": not mend, "dialer": settings.dialer, "engines": checkup.engines, "call": checkup.call}
    return Answer("\n".join([*text, chosen]), facts, 1 if mend else 0)


async def _look(laptop: Laptop, settings: Settings) -> Checkup:
    password = await find_password(laptop.secrets, sip_account(settings)) if settings.sip else None
    return await look_at_engines(settings, laptop.folders, SystemClock(), password or "", asking.say)


def password(arguments: Namespace) -> Answer:
    """Keeps the password of the SIP account in the keyring."""
    laptop = call_screen.this_laptop()
    account = sip_account(load_settings(laptop.folders.settings_file, os.environ))
    typed = asking.sip_password(account.address, from_stdin=arguments.password_stdin)
    if not typed:
        raise Refused(tr("No password was typed, so nothing was done."))
    if not asyncio.run(keep_password(laptop.secrets, account, typed)):
        raise Refused(
            tr("This computer has no keyring that keeps the SIP password; it is asked for before each shift instead.")
        )
    return Answer(
        tr("The SIP password of {address} is in the keyring; phonetui dial check tries it.", address=account.address),
        {"sip": account.address},
    )
