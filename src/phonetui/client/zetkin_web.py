"""Requests to Zetkin with a caller's token: renewed once where it has expired, and every failure a sentence."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TypeVar
from urllib.parse import quote, urlencode

import msgspec
from msgspec import Raw, Struct

from phonetui.client.address import host
from phonetui.client.campaign_server import Busy, NoExchange, NotPhonetui, Offline, SignedOut
from phonetui.client.web import Answer, Web
from phonetui.client.zetkin_address import interface
from phonetui.client.zetkin_wire import Body, decode_anything, decode_failed, decode_granted, decode_items
from phonetui.core.refusal import Refused
from phonetui.core.text import clean
from phonetui.core.translation import later, tr

Shape = TypeVar("Shape")
Item = TypeVar("Item")

#: Seconds for one request.
LONGEST = 30.0
#: Zetkin gives a list in pages; one that never ends is none.
PER_PAGE, MOST_PAGES = 200, 50
#: Characters of what Zetkin says of a failure.
LONGEST_WORDS = 200
#: A clock that is off by no more than this is right.
NEAR = timedelta(minutes=2)
JSON = "application/json"
#: A request that took too long to arrive, or came too early, or was one too many: the same one may do later.
LATER = (408, 425, 429)

SIGNED_OUT = later("Zetkin has ended your log-in; leave with q and type `phonetui login`, nothing is lost.")


class Declined(NoExchange):
    """Zetkin read the request and did not carry it out; `words` are its own."""

    def __init__(self, sentence: str, status: int, words: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.words = words


class Undone(Exception):
    """Zetkin certainly did not do what it was asked to; `why` is what to tell.

    `refused`: that was its answer to the request itself, so that another try may bring nothing else.
    """

    def __init__(self, why: Refused, *, refused: bool = False) -> None:
        super().__init__(str(why))
        self.why = why
        self.refused = refused


class OAuthClient(Struct, frozen=True):
    """What the Zetkin Foundation gives out, so that phonetui may be logged in with."""

    client_id: str
    secret: str


class Tokens(Struct, frozen=True):
    """What a log-in comes to. `refresh` gets new ones where `access` has expired."""

    access: str = ""
    refresh: str = ""


_decode_tokens = msgspec.json.Decoder(Tokens).decode


class HeldTokens:
    """A caller's tokens, for everything in this process that asks Zetkin on their behalf.

    `keep` is handed the new ones, as they are kept where the old ones were.
    """

    def __init__(self, kept: str = "", keep: Callable[[str], Awaitable[object]] | None = None) -> None:
        try:
            self.now = _decode_tokens(kept) if kept else Tokens()
        except msgspec.DecodeError:  # of another kind of server
            self.now = Tokens()
        self._keep = keep
        self._held = {kept, self.written}

    def has_held(self, kept: str) -> bool:
        """Whether these are the tokens now, or were before they were renewed."""
        return kept in self._held

    @property
    def written(self) -> str:
        """As they are kept."""
        return msgspec.json.encode(self.now).decode()

    async def replace(self, tokens: Tokens) -> None:
        """These from now on."""
        self.now = tokens
        self._held.add(self.written)
        if self._keep is not None:
            await self._keep(self.written)


class ZetkinWeb:
    """One Zetkin, and one caller's tokens. Everything raises `NoExchange`, what is declined `Declined`."""

    def __init__(
        self, url: str, client: OAuthClient, tokens: HeldTokens, now: Callable[[], datetime] | None = None
    ) -> None:
        """`now` is this computer's clock, which Zetkin's own is compared with."""
        self.host = host(url)
        self.tokens = tokens
        self.clock_offset = timedelta()
        self._client = client
        self._now = now
        self._web = Web(interface(url))
        self._one_renewal = asyncio.Lock()

    async def get(self, path: str, decode: Callable[[bytes], Body[Shape]]) -> Shape:
        """What is there."""
        return self.read(await self._asked("GET", path), decode)

    async def get_all(self, path: str, decode: Callable[[Raw], Item], *filters: str) -> list[Item]:
        """A list, page after page up to an empty one; `filters` are as `state==0`.

        What cannot be read of it is left out, and holds nothing else up.
        """
        return [item async for item in self.each(path, decode, *filters)]

    async def each(self, path: str, decode: Callable[[Raw], Item], *filters: str) -> AsyncGenerator[Item, None]:
        """Likewise one by one, for whoever looks for one of them."""
        for page in range(MOST_PAGES):
            query = urlencode([("p", page), ("pp", PER_PAGE), *(("filter", each) for each in filters)], quote_via=quote)
            items = await self.get(f"{path}?{query}", decode_items)
            if not items:
                break
            for item in items:
                with suppress(msgspec.DecodeError):
                    yield decode(item)

    async def send(self, method: str, path: str, body: Struct) -> Answer:
        """Have something changed."""
        return await self._asked(method, path, msgspec.json.encode(body))

    async def send_once(self, method: str, path: str, body: Struct) -> None:
        """Likewise, what must not be done twice.

        Raises `Undone` where it certainly was not done, and `NoExchange` where nobody can tell.
        """
        answer = await self._tried(method, path, msgspec.json.encode(body))
        if answer.body:
            self._read(answer, decode_anything)

    async def drop(self, path: str) -> None:
        """Have something removed."""
        await self._asked("DELETE", path)

    async def log_in(self, code: str, redirect_uri: str) -> None:
        """Tokens for the code that Zetkin gave the caller's browser; raises `Declined` for one that is none."""
        await self._get_tokens(grant_type="authorization_code", code=code, redirect_uri=redirect_uri)

    async def close(self) -> None:
        """Close the connections."""
        await self._web.close()

    def read(self, answer: Answer, decode: Callable[[bytes], Body[Shape]]) -> Shape:
        """What an answer holds; raises `NotPhonetui` where that is not Zetkin's."""
        return self._read(answer, decode).data

    def _read(self, answer: Answer, decode: Callable[[bytes], Shape]) -> Shape:
        try:
            return decode(answer.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise self._not_zetkin() from None

    async def _asked(self, method: str, path: str, body: bytes = b"") -> Answer:
        """The answer to a request that was carried out."""
        try:
            return await self._tried(method, path, body)
        except Undone as undone:
            raise undone.why from None

    async def _tried(self, method: str, path: str, body: bytes) -> Answer:
        """Likewise; raises `Undone` where the request certainly was not carried out."""
        tokens = self.tokens.now
        answer = await self._with_token(method, path, body)
        if _has_expired(answer):
            try:
                await self._renew(tokens)
            except Refused as unrenewed:  # also where the new tokens cannot be kept
                raise Undone(unrenewed) from None
            answer = await self._with_token(method, path, body)
        if 200 <= answer.status < 300:
            return answer
        failure = self._failure(answer)
        if answer.status >= 500:  # it may have broken down after it had done it
            raise failure
        raise Undone(failure, refused=isinstance(failure, Declined | NotPhonetui))

    async def _with_token(self, method: str, path: str, body: bytes) -> Answer:
        if not self.tokens.now.access:
            raise Undone(SignedOut(tr(SIGNED_OUT)))
        headers = {"Authorization": f"Bearer {self.tokens.now.access}", "Accept": JSON}
        try:
            return await self._answer(method, path, body, {**headers, "Content-Type": JSON} if body else headers)
        except Offline as failure:
            if failure.nothing_sent:
                raise Undone(failure) from None
            raise

    async def _renew(self, expired: Tokens) -> None:
        """New tokens, once, whoever asks at the same time; raises `SignedOut` where there are none to be had."""
        async with self._one_renewal:
            if self.tokens.now != expired:
                return
            try:
                if not expired.refresh:
                    raise SignedOut(tr(SIGNED_OUT))
                await self._get_tokens(grant_type="refresh_token", refresh_token=expired.refresh)
            except Declined:
                if self.tokens.now == expired:
                    raise SignedOut(tr(SIGNED_OUT)) from None

    async def _get_tokens(self, **form: str) -> None:
        both = b64encode(f"{quote(self._client.client_id)}:{quote(self._client.secret)}".encode()).decode()
        headers = {"Authorization": f"Basic {both}", "Content-Type": "application/x-www-form-urlencoded"}
        answer = await self._answer("POST", "/oauth/token/", urlencode(form).encode(), headers)
        if answer.status != 200:
            raise self._failure(answer, of_token=True)
        granted = self._read(answer, decode_granted)
        await self.tokens.replace(Tokens(granted.access_token, granted.refresh_token or form.get("refresh_token", "")))

    async def _answer(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        try:
            async with asyncio.timeout(LONGEST):
                answer = await self._web.ask(method, path, body, headers=headers)
        except TimeoutError:
            raise Offline(
                tr("{host} does not answer in time; try again, or try another network.", host=self.host)
            ) from None
        self._compare_clocks(answer.date)
        return answer

    def _compare_clocks(self, date: str) -> None:
        """What Zetkin takes the time to be counts where this computer's clock is wrong."""
        try:
            there = parsedate_to_datetime(date).astimezone(UTC)
        except ValueError:
            return
        if self._now is not None and abs(there - self._now() - self.clock_offset) > NEAR:
            self.clock_offset = there - self._now()

    def _failure(self, answer: Answer, *, of_token: bool = False) -> NoExchange:
        if answer.status in LATER or answer.status >= 500:
            return Busy(
                tr("{host} cannot answer just now; it is asked again by itself.", host=self.host), answer.retry_after
            )
        try:
            error = decode_failed(answer.body).error
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return self._not_zetkin()
        if answer.status == 401 and not of_token:
            return SignedOut(tr(SIGNED_OUT))
        words = error if isinstance(error, str) else error.description or error.title
        words = clean(words, LONGEST_WORDS).rstrip(".") or str(answer.status)
        return Declined(tr("Zetkin says: {words}.", words=words), answer.status, words)

    def _not_zetkin(self) -> NotPhonetui:
        return NotPhonetui(
            tr(
                "What answers at {host} is not Zetkin; check the address, and log in to the network in a browser if "
                "it asks for that.",
                host=self.host,
            )
        )


def _has_expired(answer: Answer) -> bool:
    """Zetkin's way to say that a token is none any more."""
    if answer.status != 401:
        return False
    try:
        return decode_failed(answer.body).error == "invalid_token"
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
