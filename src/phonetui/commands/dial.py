"""`phonetui dial`: what dials on this computer, a call that tries it, and the password that it takes."""

from __future__ import annotations

import asyncio
import os
import sys
from argparse import Namespace

from phonetui.client.checkup_dialing import Terminal, look_at_engines
from phonetui.client.clock import SystemClock
from phonetui.client.settings import Settings, load_settings
from phonetui.client.sign_in import Laptop
from phonetui.client.sip import find_password, keep_password, sip_account
from phonetui.commands import asking, call_screen, findings
from phonetui.commands.answer import Answer
from phonetui.core.refusal import Refused
from phonetui.core.translation import tr
from phonetui.dial.qr import can_draw
from phonetui.dial.sip_phone import is_installed
from phonetui.screen.clipboard import can_copy


def check(arguments: Namespace) -> Answer:
    """Each engine, and the test call; code 1 where the one that is chosen must be mended."""
    laptop = call_screen.this_laptop()
    settings = load_settings(laptop.folders.settings_file, os.environ)
    try:
        password = _sip_password(laptop, settings, from_stdin=arguments.password_stdin)
        checkup = asyncio.run(
            look_at_engines(settings, laptop.folders, SystemClock(), password, _terminal(settings), asking.say)
        )
    except KeyboardInterrupt:
        raise KeyboardInterrupt(tr("Stopped; no call is left.")) from None
    mend = any(finding.state == "mend" for finding in checkup.findings)
    chosen = tr("You have chosen {dialer}; phonetui settings set dialer NAME changes that.", dialer=settings.dialer)
    text = [line for finding in checkup.findings for line in findings.lines(finding)]
    facts = {"well": not mend, "dialer": settings.dialer, "engines": checkup.engines, "call": checkup.call}
    return Answer("\n".join([*text, chosen]), facts, 1 if mend else 0)


def _sip_password(laptop: Laptop, settings: Settings, *, from_stdin: bool) -> str:
    """That of the keyring; else, where baresip is here to take it, asked for. Empty where nobody can be asked."""
    if not settings.sip:
        return ""
    account = sip_account(settings)
    kept = None if from_stdin else asyncio.run(find_password(laptop.secrets, account))
    may_ask = from_stdin or (sys.stdin.isatty() and is_installed())
    return kept or (asking.sip_password(account.address, from_stdin=from_stdin) if may_ask else "")


def _terminal(settings: Settings) -> Terminal:
    environ = {"TERM": "windows", **os.environ} if sys.platform == "win32" else os.environ  # there it has no name
    draws = settings.theme != "plain" and can_draw(environ, sys.stdout.encoding or "")
    return Terminal(draws=draws, copies=can_copy(environ))


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
