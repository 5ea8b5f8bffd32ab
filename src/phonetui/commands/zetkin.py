"""Logging in to Zetkin from a terminal: with the browser here, or with the code pasted from a browser elsewhere."""

from __future__ import annotations

import asyncio
import os
import sys
import webbrowser
from collections.abc import Mapping

import msgspec

from phonetui.client.clock import SystemClock
from phonetui.client.machine_zone import machine_zone
from phonetui.client.settings import Settings, load_settings
from phonetui.client.sign_in import Laptop, SignedIn
from phonetui.client.zetkin_address import zetkin_url
from phonetui.client.zetkin_login import Asked, ask, listening
from phonetui.client.zetkin_sign_in import oauth_client, sign_in_with_code
from phonetui.commands import asking
from phonetui.core.refusal import Refused
from phonetui.core.translation import later, tr

NO_KEYRING = later(
    "This computer has no keyring that phonetui can use, and Zetkin keeps no copy of the key to your calls as a "
    "phonetui server does. Choose a password that locks them: it is asked for at each start, and the log-in at Zetkin "
    "too. Whoever forgets it cannot open what was not sent."
)
IN_KEYRING = later(
    "The key to your calls is in this computer's keyring alone: Zetkin keeps no copy of it, so without that keyring "
    "what was not sent cannot be opened."
)
NO_LOCK = later("No password was chosen, so nobody is logged in.")


def log_in(laptop: Laptop, address: str, *, from_stdin: bool = False) -> SignedIn:
    """The caller whom Zetkin names; raises `Refused` with the sentence why not. A script types code and password."""
    url = zetkin_url(address)
    settings = load_settings(laptop.folders.settings_file)
    asked = ask(url, oauth_client(settings).client_id)
    code = _code(asked, os.environ)
    signed_in = _sign_in(laptop, url, settings, code, from_stdin=from_stdin)
    if signed_in.kept:
        asking.say(tr(IN_KEYRING))
    return signed_in


def log_in_again(laptop: Laptop, opened: SignedIn) -> SignedIn:
    """Likewise for a caller whose calls are open already, as their keyring keeps no tokens.

    An empty line, or a Zetkin that cannot be reached, opens the call screen without it.
    """
    settings = load_settings(laptop.folders.settings_file)
    url = opened.account.server_url
    asked = ask(url, oauth_client(settings).client_id)
    _say_where(asked)
    try:
        pasted = asking.optional(tr("Paste it here; an empty line starts without Zetkin:"))
        if not pasted:
            return opened
        code = asked.code(pasted)
        signed_in = asyncio.run(
            sign_in_with_code(laptop, url, settings, code, lambda new: "", _zone(settings), key=opened.key)
        )
    except Refused as refused:
        asking.say(str(refused))
        return opened
    if signed_in.account.caller_id != opened.account.caller_id:
        raise Refused(tr("That is another caller at Zetkin; log in as {name}.", name=opened.account.name))
    account = msgspec.structs.replace(signed_in.account, campaign_id=opened.account.campaign_id)
    return msgspec.structs.replace(signed_in, account=account)


def _sign_in(laptop: Laptop, url: str, settings: Settings, code: str, *, from_stdin: bool) -> SignedIn:
    def ask_password(new: bool) -> str:
        if not new:
            return asking.locking_password(from_stdin=from_stdin)
        asking.say(tr(NO_KEYRING))
        return asking.new_password(NO_LOCK, from_stdin=from_stdin)

    return asyncio.run(sign_in_with_code(laptop, url, settings, code, ask_password, _zone(settings)))


def _zone(settings: Settings) -> str:
    return settings.zetkin_zone or machine_zone(os.environ, SystemClock().now())


def _code(asked: Asked, environ: Mapping[str, str]) -> str:
    """The code that Zetkin gives the caller's browser."""
    if _opens_browser(environ):
        asking.say(tr("Log in in the browser that opens now; phonetui goes on by itself."))
        try:
            return asyncio.run(_from_browser(asked))
        except (OSError, TimeoutError):  # its port is taken, or nobody came
            asking.say(tr("The browser did not come back here."))
    _say_where(asked)
    return asked.code(asking.ask_until(tr("Paste it here:"), asked.code))


def _say_where(asked: Asked) -> None:
    asking.say(tr("Open this address in a browser, on any computer, and log in:"))
    asking.say(asked.address)
    asking.say(
        tr("The browser then goes to an address that begins with http://127.0.0.1, which it may not find; copy that.")
    )


def _opens_browser(environ: Mapping[str, str]) -> bool:
    """Whether a browser that opens is before the caller: not over ssh, and not without a screen."""
    if not sys.stdin.isatty() or environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"):
        return False
    return sys.platform in ("win32", "darwin") or bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


async def _from_browser(asked: Asked) -> str:
    async with listening(asked) as listener:
        if not await asyncio.to_thread(webbrowser.open, asked.address):
            raise TimeoutError
        return await listener.code()
