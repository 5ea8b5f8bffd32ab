"""Asterisk's REST interface (ARI): what a bridge needs of it, over HTTP, and its events, over a WebSocket.

Numbers, keys and the secret go in bodies and headers alone: addresses are written to logs, on the way and there.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from base64 import b64encode
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Literal
from urllib.parse import quote

import msgspec
from msgspec import Struct
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus, WebSocketException
from websockets.typing import Subprotocol

from phonetui.core.refusal import Refused
from phonetui.server.ari_events import read_event
from phonetui.server.ari_place import AriPlace
from phonetui.server.log import logger
from phonetui.server.phone_orders import Heard

#: Seconds for one request, from the first packet to the last.
LONGEST = 5.0
#: Seconds without a sign of life after which the events are given up, and those between two tries to get them back.
SILENT = 5.0
AGAIN_AFTER = (0.5, 1.0, 2.0, 5.0, 10.0)
#: An event has some hundreds of bytes.
LARGEST_EVENT = 1 << 18
#: Both libraries write addresses and headers to their logs when asked for details; of these nobody is.
_UNHEARD = logging.Logger("unheard", logging.CRITICAL + 1)

Pause = Callable[[float], Awaitable[object]]


class AriError(Refused):
    """The phone system did not do what it was asked."""


class AriRefusal(AriError):
    """It answered, with this HTTP status."""

    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.status = status


class _Named(Struct):
    id: str


_read_named = msgspec.json.Decoder(list[_Named]).decode


class Ari:
    """One application at one Asterisk. `longest` is the seconds that a request may take."""

    def __init__(self, place: AriPlace, secret: str, pause: Pause = asyncio.sleep, longest: float = LONGEST) -> None:
        self.place = place
        self._pause = pause
        self._longest = longest
        self._authorization = f"Basic {b64encode(f'{place.user}:{secret}'.encode()).decode()}"
        self._trusted = ssl.create_default_context() if place.address.startswith("https:") else None
        from httpx import AsyncClient  # it brings a terminal's colours along, and most servers have no Asterisk

        self._http = AsyncClient(
            base_url=place.address,
            headers={"Authorization": self._authorization},
            timeout=longest,
            verify=self._trusted or False,  # http is for this machine alone
            trust_env=False,
        )

    async def close(self) -> None:
        """Closes its connections."""
        await self._http.aclose()

    # -- channels and bridges

    async def ring(self, channel_id: str, endpoint: str, shown: str, seconds: int) -> None:
        """Calls an endpoint, for so many seconds at most; whoever answers is handed to the application."""
        said = {"endpoint": endpoint, "app": self.place.application, "callerId": shown, "timeout": seconds}
        await self._ask("POST", f"/channels/{quote(channel_id)}", said)

    async def hang_up(self, channel_id: str) -> None:
        """Ends a channel; one that is not there is ended."""
        await self._ask("DELETE", f"/channels/{quote(channel_id)}", gone=True)

    async def open(self, bridge_id: str) -> None:
        """Makes a bridge that mixes what its channels say."""
        await self._ask("POST", f"/bridges/{quote(bridge_id)}", {"type": "mixing"})

    async def join(self, bridge_id: str, channel_id: str) -> None:
        """Adds a channel to a bridge."""
        await self._ask("POST", f"/bridges/{quote(bridge_id)}/addChannel", {"channel": channel_id})

    async def close_bridge(self, bridge_id: str) -> None:
        """Takes a bridge away; one that is not there is away."""
        await self._ask("DELETE", f"/bridges/{quote(bridge_id)}", gone=True)

    async def mute(self, channel_id: str, on: bool) -> None:
        """Lets nothing through that comes from a channel, or again everything."""
        if on:
            await self._ask("POST", f"/channels/{quote(channel_id)}/mute", {"direction": "in"})
        else:  # a body of DELETE is not read by every version
            await self._ask("DELETE", f"/channels/{quote(channel_id)}/mute?direction=in")

    async def press(self, channel_id: str, keys: str) -> None:
        """Sends a phone's keys to a channel."""
        await self._ask("POST", f"/channels/{quote(channel_id)}/dtmf", {"dtmf": keys})

    async def channels(self) -> set[str]:
        """The names of all channels, of other applications' too."""
        return self._names(await self._ask("GET", "/channels"))

    async def bridges(self) -> set[str]:
        """The names of all bridges."""
        return self._names(await self._ask("GET", "/bridges"))

    async def _ask(
        self, method: str, path: str, said: Mapping[str, object] | None = None, *, gone: bool = False
    ) -> bytes:
        """The answer's body; with `gone`, 404 is as good as done. Raises `AriError`."""
        from httpx import HTTPError, TimeoutException

        try:
            async with asyncio.timeout(self._longest):
                answer = await self._http.request(method, path, json=said)
        except (TimeoutError, TimeoutException):
            raise AriError(f"The phone system at {self.place.shown} did not answer in time.") from None
        except HTTPError:
            raise AriError(f"The phone system at {self.place.shown} cannot be reached.") from None
        if answer.is_success or (gone and answer.status_code == HTTPStatus.NOT_FOUND):
            return answer.content
        raise AriRefusal(_refused(self.place, answer.status_code), answer.status_code)

    def _names(self, body: bytes) -> set[str]:
        try:
            return {each.id for each in _read_named(body)}
        except msgspec.DecodeError:
            raise AriError(f"What answers at {self.place.shown} is no Asterisk: see /ari in the address.") from None

    # -- events

    async def events(self) -> AsyncGenerator[Heard | Literal["connected", "lost", "replaced"], None]:
        """What is heard of channels, for ever; after `lost` it tries again, and after `replaced` it ends.

        Another server that takes the application is left alone: two that take it from each other help nobody.
        """
        tries = 0
        while True:
            why: Exception | None = None
            try:
                async with self._socket() as socket:
                    logger.info("phone system", extra={"fields": {"connected": True}})
                    tries = 0
                    yield "connected"
                    async for text in socket:
                        heard = read_event(text)
                        if heard is not None:
                            yield heard
                        if heard == "replaced":
                            _log_lost("replaced")
                            return
            except (OSError, WebSocketException) as error:
                why = error
            if not tries:
                _log_lost(type(why).__qualname__ if why else "closed", why)
            yield "lost"
            await self._pause(AGAIN_AFTER[min(tries, len(AGAIN_AFTER) - 1)])
            tries += 1

    def _socket(self) -> _Events:
        scheme, _, rest = self.place.address.partition("://")
        return _Events(
            f"{scheme.replace('http', 'ws')}://{rest}/events?app={self.place.application}",
            additional_headers={"Authorization": self._authorization},
            subprotocols=[Subprotocol("ari")],
            compression=None,
            user_agent_header=None,
            proxy=None,
            ssl=self._trusted,
            open_timeout=self._longest,
            ping_interval=SILENT,
            ping_timeout=SILENT,
            close_timeout=1.0,
            max_size=LARGEST_EVENT,
            logger=_UNHEARD,
        )


class _Events(connect):
    """A WebSocket that goes where it was sent and nowhere else."""

    def process_redirect(self, exc: Exception) -> Exception:
        """Follows no redirect."""
        return exc


def _refused(place: AriPlace, status: int) -> str:
    if status in (401, 403):
        return f"The phone system at {place.shown} does not take the user {place.user} and the secret."
    return f"The phone system at {place.shown} refused with {status}."


def _log_lost(why: str, error: Exception | None = None) -> None:
    status = error.response.status_code if isinstance(error, InvalidStatus) else None
    logger.warning("phone system", extra={"fields": {"connected": False, "why": why, "status": status}})
