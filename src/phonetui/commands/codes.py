"""Codes that a campaign server sends by mail: to join, and to choose a new password for a forgotten one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine

from phonetui.client.address import host, server_url
from phonetui.client.campaign_server import ProblemAnswer
from phonetui.client.sign_in import CodeSent, Laptop, SignedIn, choose_password, forgotten, join
from phonetui.commands import asking
from phonetui.core.translation import later, tr

_SENT = later("A code is on its way to {email}. It is good for 15 minutes.")
_PERHAPS_SENT = later(
    "If {email} has an account at {host}, a code is on its way there by mail. It is good for 15 minutes."
)
_CODE = later("The code from the mail:")
_BY_WORD = later(
    "{host} sends no mail: call or meet the campaign's owner, who makes a code with `phonetui server accounts code`. "
    "It is good for 15 minutes."
)
_TOLD_CODE = later("The code that you were told:")
#: What a new password means for what was recorded.
_CHANGED = later(
    "Your password is changed, and you are logged out everywhere else; nothing you recorded is lost. A computer whose "
    "keyring does not hold the key to your calls gets it again only with the word of the campaign's owner."
)


def join_with_code(laptop: Laptop, link: str, email: str, name: str, calling_name: str, password: str) -> SignedIn:
    """Joins; asks for the code where the server has sent one. Raises `Refused`."""

    def joining(code: str) -> Coroutine[None, None, SignedIn]:
        return join(laptop, link, email, name, password, calling_name=calling_name, code=code)

    try:
        return asyncio.run(joining(""))
    except CodeSent:
        asking.say(tr(_SENT, email=email))
        return _with_code(joining)


def choose_new_password(laptop: Laptop, address: str, email: str) -> tuple[SignedIn, str]:
    """Asks for a code by mail, then for a new password; signs in with it, and answers with it too."""
    url = server_url(address)
    code = asking.ask(_code_wanted(url, email))
    password = asking.new_password(tr("No password was chosen, so the old one stays."))

    def choosing(typed: str) -> Coroutine[None, None, SignedIn]:
        return choose_password(laptop, url, email, typed, password)

    signed_in = _with_code(choosing, code)
    asking.say(tr(_CHANGED))
    return signed_in, password


def _code_wanted(url: str, email: str) -> str:
    """Has a code sent, and asks for it; where no mail goes out, the campaign itself gives it out."""
    try:
        asyncio.run(forgotten(url, email))
    except ProblemAnswer as problem:
        if problem.kind != "no-mail":
            raise
        asking.say(tr(_BY_WORD, host=host(url)))
        return tr(_TOLD_CODE)
    asking.say(tr(_PERHAPS_SENT, email=email, host=host(url)))
    return tr(_CODE)


def _with_code(use: Callable[[str], Coroutine[None, None, SignedIn]], code: str = "") -> SignedIn:
    """What the code is for, once it is right; raises `Refused` after three wrong ones."""
    for tries_left in range(asking.TRIES - 1, -1, -1):
        try:
            return asyncio.run(use(code or asking.ask(tr(_CODE))))
        except ProblemAnswer as problem:
            if problem.kind != "wrong-code" or not tries_left:
                raise
            asking.say(str(problem))
            code = ""
    raise AssertionError("the last try answers or raises")
