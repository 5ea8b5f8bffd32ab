"""Asking a phonetui server over HTTP: the token, the time limit, and what each answer means."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol, TypeVar

import msgspec
from msgspec import Struct

from phonetui.client.address import host
from phonetui.client.campaign_server import Busy, NoExchange, NotPhonetui, Offline, ProblemAnswer, SignedOut
from phonetui.client.web import Answer, Web
from phonetui.core.text import clean
from phonetui.core.translation import later, tr, tr_n
from phonetui.wire import PROBLEMS, Problem, decode_problem

Shape = TypeVar("Shape")

#: Seconds for everything but an exchange, whose limit the courier sets.
LONGEST = 30.0
#: Characters of a sentence that the server says itself.
LONGEST_SENTENCE = 500

JSON = "application/json"
PROBLEM_JSON = "application/problem+json"

#: What decoding raises for a body that is not ours, one that is nested without end included.
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

#: What a caller is told of each problem. `server-error` is not here: the request is repeated.
SENTENCES = {
    "wrong-password": later(
        "{host} knows no account with this e-mail and password; type them again, or ask the campaign for an invitation."
    ),
    "too-many-tries": later("There were too many tries at {host}; wait {minutes} and try again."),
    "invitation-ended": later(
        "This invitation has been used, has expired or was ended; ask the campaign for a new one."
    ),
    "account-exists": later("There is an account with this e-mail already; join with that account's password."),
    "code-sent": later("A code is on its way by mail; give it to go on."),
    "wrong-code": later("This code is wrong, or older than 15 minutes; type it again, or ask for a new one."),
    "no-mail": later("{host} sends no mail; ask the campaign's owner for a code."),
    "mail-failed": later("{host} could not send the mail with the code; try again later, or tell the campaign."),
    "no-such-phone-bank": later("This phone bank is over or has been called off; look at the list again."),
    "key-withheld": later(
        "{host} has the key to the calls on this computer, and gives it out only with the owner's word since your "
        "password was chosen anew by mail; ask the campaign's owner to allow it, then log in again. Nothing is lost."
    ),
    "weak-password": later("This password is too short; use at least 10 characters."),
    "not-yours": later("The campaign has not given this account the right to do that; ask the campaign."),
    "no-such-campaign": later("The campaign is no longer open to this account; ask the campaign."),
    "no-such-key": later("{host} keeps no key for the calls on this computer; ask the campaign."),
    "too-large": later("This is more than {host} takes at once."),
    "bad-request": later("{host} did not understand phonetui; install the newest version."),
    "not-found": later("{host} is a phonetui campaign server of another version; install the newest version."),
}


class Asked(Protocol):
    """Whatever carries a request to the server and brings its answer."""

    async def ask(self, method: str, path: str, body: bytes = b"", token: str = "") -> Answer:
        """The answer, whatever it says. Raises `NoExchange`."""

    async def close(self) -> None:
        """Close the connections."""


class Interface:
    """A server's routes are asked with the token of one caller on this device. Everything raises `NoExchange`."""

    #: Problems that are told in the server's own sentence.
    in_its_words: frozenset[str] = frozenset({"refused"})

    def __init__(self, url: str, token: str = "", web: Asked | None = None) -> None:
        self.url = url
        self.host = host(url)
        self.token = token
        self._web = web or Web(url)

    async def close(self) -> None:
        """Close the connections."""
        await self._web.close()

    async def _ask(self, method: str, path: str, asked: Struct | None = None) -> Answer:
        body = msgspec.json.encode(asked) if asked is not None else b""
        try:
            async with asyncio.timeout(LONGEST):
                return await self._web.ask(method, path, body, self.token)
        except TimeoutError:
            raise Offline(
                tr("{host} does not answer in time; try again, or try another network.", host=self.host)
            ) from None

    def _read(self, answer: Answer, decode: Callable[[bytes], Shape]) -> Shape:
        if answer.status != 200 or answer.content_type != JSON:
            raise self._failure(answer)
        try:
            return decode(answer.body)
        except UNREADABLE:
            raise self._not_phonetui() from None

    def _done(self, answer: Answer) -> None:
        if answer.status != 204:
            raise self._failure(answer)

    def _failure(self, answer: Answer) -> NoExchange:
        problem = _problem(answer)
        kind = problem.type if problem else ""
        if problem and kind in self.in_its_words:
            return ProblemAnswer(clean(problem.detail, LONGEST_SENTENCE), kind, answer.retry_after)
        if kind == "signed-out":
            return SignedOut(tr("You are signed out; log in again, nothing is lost."))
        if kind in SENTENCES:
            minutes = max(1, round(answer.retry_after / 60))
            wait = tr_n("a minute", "{n} minutes", minutes)
            return ProblemAnswer(tr(SENTENCES[kind], host=self.host, minutes=wait), kind, answer.retry_after)
        if kind == "server-error" or answer.status in (429, 502, 503, 504):
            return Busy(
                tr("{host} cannot answer just now; it is asked again by itself.", host=self.host), answer.retry_after
            )
        return self._not_phonetui()

    def _not_phonetui(self) -> NotPhonetui:
        return NotPhonetui(
            tr(
                "What answers at {host} is not a phonetui campaign server; check the address, "
                "and log in to the network in a browser if it asks for that.",
                host=self.host,
            )
        )


def _problem(answer: Answer) -> Problem | None:
    """The problem, its type one of `wire.PROBLEMS`; None where the answer is none of ours."""
    if answer.content_type != PROBLEM_JSON:
        return None
    try:
        problem = decode_problem(answer.body)
    except UNREADABLE:
        return None
    return problem if problem.type in PROBLEMS else None
