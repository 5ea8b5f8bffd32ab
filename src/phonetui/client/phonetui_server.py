"""The campaign server's HTTP interface, from the laptop's side."""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from urllib.parse import quote

import msgspec

from phonetui.client.interface import Interface
from phonetui.client.received import cleaned
from phonetui.client.web import Answer
from phonetui.wire import (
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
    decode_session,
)

KEY_LENGTH = 32


class PhonetuiServer(Interface):
    """One campaign server, with the token of one caller on this device. Everything raises `NoExchange`."""

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

    def _signed_in(self, answer: Answer) -> Session:
        session = cleaned(self._read(answer, decode_session))
        self.token = session.token
        return session


def _key_path(journal_id: str) -> str:
    return f"/v1/journal-keys/{quote(journal_id, safe='')}"


def _phone_bank_path(campaign_id: str, phone_bank_id: str) -> str:
    return f"/v1/campaigns/{quote(campaign_id, safe='')}/phone-banks/{quote(phone_bank_id, safe='')}"
