"""JSON over HTTPS with another system: one request, its whole answer, and every failure as one of the connector's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from phonetui.core.refusal import Refused
from phonetui.core.text import clean
from phonetui.server.connectors.connector import SystemBusy, SystemDown, SystemRefused, Unsettled, WrongKey
from phonetui.server.loopback import is_loopback

if TYPE_CHECKING:
    import httpx

#: Seconds for one answer.
TIMEOUT = 60.0
#: Bytes of an answer that are read.
LARGEST_ANSWER = 64 << 20
#: While reading, so many seconds are waited in a row when a system asks for it.
LONGEST_REST = 600.0
#: Seconds to wait where a system that is busy does not say how long.
USUAL_REST = 5.0
#: No system is left alone for longer, whatever it asks.
LONGEST_ASKED = 86_400.0
#: Characters of a system's own words that are kept.
LONGEST_WORDS = 300

USUAL_PORTS = {"https": 443, "http": 80}

Params = Mapping[str, str | int]


class Answered(Struct, frozen=True):
    """A status below 400, and the JSON that came with it; None where nothing came."""

    status: int
    body: object = None


class SystemHttp:
    """One system's interface. `words` finds the system's own words in the JSON of an error, and `wait` sleeps.

    Before each request, also one that is made once more, it takes its turn.
    """

    def __init__(
        self,
        title: str,
        url: str,
        words: Callable[[object], str],
        wait: Callable[[float], None],
        *,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        take_turn: Callable[[], None] = lambda: None,
    ) -> None:
        """Raises `Refused` as `check_address` does."""
        check_address(url)
        self._title = title
        self._url = url.rstrip("/")
        self._words = words
        self._wait = wait
        self._take_turn = take_turn
        self._rested = 0.0
        self._is_telling = self._has_changed = False
        import httpx  # with it comes its command line, and rich

        self._client = httpx.Client(headers=headers, auth=auth, timeout=TIMEOUT, follow_redirects=False)

    def close(self) -> None:
        """Ends the connection."""
        self._client.close()

    def read(self, path: str, params: Params | None = None) -> object:
        """The JSON at a path, or at a whole address of the same server; waits when the system asks for it.

        While a record is told it does not: results for other systems wait, too. Raises `SystemRefused`, `SystemBusy`,
        `SystemDown` and `WrongKey`.
        """
        while True:
            try:
                body = self.tell("GET", path, params=params).body
            except SystemBusy as busy:
                seconds = busy.retry_after or USUAL_REST
                if self._is_telling or self._rested + seconds > LONGEST_REST:
                    raise
                self._rested += seconds
                self._wait(seconds)
            else:
                self._rested = 0.0
                return body

    def tell(self, method: str, path: str, body: object = None, params: Params | None = None) -> Answered:
        """One request and its answer, likewise; it does not wait."""
        from httpx import ConnectError, ConnectTimeout, HTTPError

        self._take_turn()
        try:
            with self._client.stream(
                method,
                self._whole(path),
                params=params or None,
                content=None if body is None else msgspec.json.encode(body),
                headers=None if body is None else {"Content-Type": "application/json"},
            ) as response:
                content = bytearray()
                for part in response.iter_bytes():
                    content += part
                    if len(content) > LARGEST_ANSWER:
                        raise SystemDown(f"The answer of {self._title} is far too large.")
        except (ConnectError, ConnectTimeout) as error:
            why = f"{self._title} cannot be reached ({type(error).__name__})"
            raise SystemDown(f"{why}; check this machine's line, and try again later.", nothing_sent=True) from None
        except HTTPError as error:
            told = f"{self._title} did not answer, or not to the end ({type(error).__name__}); try again later."
            raise SystemDown(told) from None
        answered = self._answered(response, bytes(content))
        self._has_changed |= method != "GET"
        return answered

    @contextmanager
    def one_record(self) -> Iterator[None]:
        """The requests by which one record is told: what ends them says whether a part of it was."""
        self._is_telling, self._has_changed = True, False
        try:
            yield
        except (SystemRefused, Unsettled) as failed:
            failed.part_told = self._has_changed
            raise
        finally:
            self._is_telling = False

    def _whole(self, path: str) -> str:
        """Raises `SystemDown` for a link that leads nowhere, or to another server, which would be given the key."""
        if not path.startswith(("http://", "https://")):
            return f"{self._url}/{path.lstrip('/')}"
        if _server(path) != _server(self._url):
            there = path.split("/")[2]
            raise SystemDown(f"{self._title} pointed to another server, {there}; nothing was asked there.")
        if not leads_somewhere(path):
            raise SystemDown(f"{self._title} gave a link that leads nowhere; tell its support.")
        return path

    def _answered(self, response: httpx.Response, content: bytes) -> Answered:
        status = response.status_code
        body = self._decoded(content, failed=status >= 400)
        if status < 300:
            return Answered(status, body)
        said = clean(" ".join(self._words(body).split()), LONGEST_WORDS)
        told = f"{self._title} answered {status}{f': {said}' if said else ''}"
        told = told if told.endswith((".", "!", "?")) else f"{told}."
        if status in (401, 403):
            raise WrongKey(told, status)
        if status in (429, 503):
            raise SystemBusy(told, retry_after(response))
        if status >= 500 or status < 400:
            raise SystemDown(told)
        raise SystemRefused(told, status)

    def _decoded(self, content: bytes, *, failed: bool) -> object:
        if not content.strip():
            return None
        try:
            return _decode(content)
        except (msgspec.DecodeError, UnicodeDecodeError):
            if failed:
                return None
            raise SystemDown(f"The answer of {self._title} cannot be read, or was cut off.") from None


def check_address(url: str) -> None:
    """Raises `Refused` for what is no address, and for one to which a key would go in the clear."""
    scheme, host, port = _server(url)
    if not host or port is None or not leads_somewhere(url):
        raise Refused(f"{url} is not the address of a server; one looks like https://api.example.org/v1.")
    if scheme != "https" and not is_loopback(host):
        raise Refused(f"The address {url} must begin with https://, or the key would go in the clear.")


def leads_somewhere(url: str) -> bool:
    """Whether a request can be made of the address, and its host looked up."""
    from httpx import URL, InvalidURL

    try:
        return bool(URL(url).host.encode("idna"))
    except (InvalidURL, UnicodeError):
        return False


def _server(url: str) -> tuple[str, str, int | None]:
    """Whom an address leads to: a port may be named, or left out where it is the usual one; none for no address."""
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname or "", parts.port or USUAL_PORTS.get(parts.scheme)
    except ValueError:
        return "", "", None


def retry_after(response: httpx.Response) -> float:
    """What `Retry-After` says (RFC 9110, 10.2.3), a date by the system's own clock; 0 where it says nothing."""
    said = response.headers.get("retry-after", "").strip()
    if said.isascii() and said.isdecimal():
        return min(float(said), LONGEST_ASKED)
    try:
        until, now = parsedate_to_datetime(said), parsedate_to_datetime(response.headers.get("date", ""))
        return min(max(0.0, (until - now).total_seconds()), LONGEST_ASKED)
    except (TypeError, ValueError):
        return 0.0


_decode = msgspec.json.Decoder().decode
