"""The campaign server's HTTP interface, from the laptop's side."""

from __future__ import annotations

import asyncio
import binascii
from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import quote

import msgspec
from msgspec import Struct

from phonetui.client.address import host
from phonetui.client.campaign_server import Busy, NoExchange, NotPhonetui, Offline, ProblemAnswer, SignedOut
from phonetui.client.received import cleaned
from phonetui.client.web import Answer, Web
from phonetui.core.translation import later, tr, tr_n
from phonetui.wire import (
    PROBLEMS,
    Board,
    ExchangeReply,
    ExchangeRequest,
    ForgottenPassword,
    Health,
    Join,
    JournalKey,
    KeyRelease,
    Membership,
    NewPassword,
    OwnWishes,
    Session,
    SignIn,
    decode_board,
    decode_exchange_reply,
    decode_health,
    decode_journal_key,
    decode_memberships,
    decode_own_wishes,
    decode_problem,
    decode_session,
)

Shape = TypeVar("Shape")

#: Seconds for everything but an exchange, whose limit the courier sets.
LONGEST = 30.0
KEY_LENGTH = 32

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
    "invitation-ended": later("This invitation has been used or has expired; ask the campaign for a new one."),
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


class PhonetuiServer:
    """One campaign server, with the token of one caller on this device. Everything raises `NoExchange`."""

    def __init__(self, url: str, token: str = "") -> None:
        self.url = url
        self.host = host(url)
        self.token = token
        self._web = Web(url)

    async def exchange(self, request: ExchangeRequest) -> ExchangeReply:
        """One exchange. It has no time limit of its own."""
        answer = await self._web.ask("POST", "/v1/exchange", msgspec.json.encode(request), self.token)
        return self._read(answer, decode_exchange_reply)

    async def sign_in(self, asked: SignIn) -> Session:
        """A token for this device, used from now on."""
        return self._signed_in(await self._ask("POST", "/v1/sign-in", asked))

    async def join(self, asked: Join) -> Session:
        """An account from an invitation, and a token for this device, used from now on."""
        return self._signed_in(await self._ask("POST", "/v1/join", asked))

    async def forgotten_password(self, asked: ForgottenPassword) -> None:
        """Have a code sent by mail, if there is such an account."""
        self._done(await self._ask("POST", "/v1/forgotten-password", asked))

    async def new_password(self, asked: NewPassword) -> Session:
        """A new password for the code, and a token for this device, used from now on."""
        return self._signed_in(await self._ask("POST", "/v1/new-password", asked))

    async def wishes(self) -> OwnWishes:
        """What voters are told the caller is called, and whether other callers see the caller's counts."""
        return cleaned(self._read(await self._ask("GET", "/v1/me"), decode_own_wishes))

    async def wish(self, wishes: OwnWishes) -> None:
        """Change both."""
        self._done(await self._ask("PUT", "/v1/me", wishes))

    async def campaigns(self) -> tuple[Membership, ...]:
        """The campaigns open to the caller, and those to come."""
        return cleaned(self._read(await self._ask("GET", "/v1/campaigns"), decode_memberships)).campaigns

    async def sign_up(self, campaign_id: str, phone_bank_id: str) -> None:
        """Sign up for a phone bank."""
        self._done(await self._ask("PUT", _phone_bank_path(campaign_id, phone_bank_id)))

    async def cancel(self, campaign_id: str, phone_bank_id: str) -> None:
        """Sign off a phone bank again."""
        self._done(await self._ask("DELETE", _phone_bank_path(campaign_id, phone_bank_id)))

    async def practised(self, campaign_id: str) -> None:
        """Say that the caller has practised, so that the campaign lends voters."""
        self._done(await self._ask("PUT", f"/v1/campaigns/{quote(campaign_id, safe='')}/practice"))

    async def board(self, campaign_id: str) -> Board:
        """How the campaign's callers do today who want to be seen."""
        path = f"/v1/campaigns/{quote(campaign_id, safe='')}/board"
        return cleaned(self._read(await self._ask("GET", path), decode_board))

    async def health(self) -> Health:
        """Which version the server is, and what time it takes it to be; asks for no token."""
        return cleaned(self._read(await self._ask("GET", "/healthz"), decode_health))

    async def session(self) -> Session:
        """Whom the token belongs to, and what it opens now."""
        return cleaned(self._read(await self._ask("GET", "/v1/session"), decode_session))

    async def sign_out(self) -> None:
        """End the token."""
        self._done(await self._ask("POST", "/v1/sign-out"))
        self.token = ""

    async def keep_journal_key(self, journal_id: str, key: bytes) -> None:
        """Have the server keep the key, sealed; before the first voter is lent."""
        self._done(await self._ask("PUT", _key_path(journal_id), JournalKey(b64encode(key).decode())))

    async def release_journal_key(self, journal_id: str, password: str) -> bytes:
        """The key that the server keeps, against the password."""
        answer = await self._ask("POST", f"{_key_path(journal_id)}/release", KeyRelease(password))
        try:
            key = b64decode(self._read(answer, decode_journal_key).key, validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if len(key) != KEY_LENGTH:
            raise self._not_phonetui()
        return key

    async def drop_journal_key(self, journal_id: str) -> None:
        """Have the server forget the key."""
        self._done(await self._ask("DELETE", _key_path(journal_id)))

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

    def _signed_in(self, answer: Answer) -> Session:
        session = cleaned(self._read(answer, decode_session))
        self.token = session.token
        return session

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
        kind = _problem(answer)
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


def _key_path(journal_id: str) -> str:
    return f"/v1/journal-keys/{quote(journal_id, safe='')}"


def _phone_bank_path(campaign_id: str, phone_bank_id: str) -> str:
    return f"/v1/campaigns/{quote(campaign_id, safe='')}/phone-banks/{quote(phone_bank_id, safe='')}"


def _problem(answer: Answer) -> str:
    """The problem's type, one of `wire.PROBLEMS`; empty where the answer is none of ours."""
    if answer.content_type != PROBLEM_JSON:
        return ""
    try:
        kind = decode_problem(answer.body).type
    except UNREADABLE:
        return ""
    return kind if kind in PROBLEMS else ""
