"""Posting one webhook, and what its answer means."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from phonetui.core.text import clean
from phonetui.server.connectors.connector import SystemBusy, SystemDown, SystemRefused, WrongKey
from phonetui.server.connectors.system_http import retry_after

if TYPE_CHECKING:
    import ssl

    import httpx

#: Seconds for one answer.
TIMEOUT = 20.0
#: Bytes of an answer that are read: the status says all, and a refusal's first words are kept.
MOST_READ = 2048
LONGEST_WORDS = 300

#: What says that the address is wrong, or that nobody is behind it, rather than anything about the one record.
_NOT_THERE = frozenset({404, 405, 408, 410, 421, 425})

_OTHER_KEY = "Its key may be another; give the receiver's with `phonetui server connect NAME secret key`."


class Poster:
    """One address that is posted to. Sentences name its server alone: with some services the rest is a secret."""

    def __init__(self, url: str) -> None:
        import httpx  # with it comes its command line, and rich

        self.name = urlsplit(url).netloc
        self._url = url
        headers = {"User-Agent": "phonetui"}
        self._client = httpx.Client(timeout=TIMEOUT, follow_redirects=False, headers=headers, verify=_trusted())

    def close(self) -> None:
        """Ends the connection."""
        self._client.close()

    def post(self, body: bytes, headers: Mapping[str, str]) -> None:
        """Returns once the receiver has it; raises `SystemRefused`, `SystemBusy`, `SystemDown` and `WrongKey`."""
        from httpx import HTTPError

        try:
            with self._client.stream("POST", self._url, content=body, headers=dict(headers)) as response:
                words = _beginning(response)
        except HTTPError as error:
            why = clean(str(error), LONGEST_WORDS) or type(error).__name__
            told = f"{self.name} did not answer ({why.rstrip('.')}); look whether it runs, and try again later."
            raise SystemDown(told) from None
        if not response.is_success:
            raise _failure(self.name, response, words)


@cache
def _trusted() -> ssl.SSLContext:
    """Whom a receiver's certificate must be from; made once, for that takes longer than a post."""
    import httpx

    return httpx.create_ssl_context()


def _beginning(response: httpx.Response) -> bytes:
    """The first words of the answer; none where it was cut off, for the status has come and says all."""
    from httpx import HTTPError

    read = bytearray()
    with suppress(HTTPError):
        for part in response.iter_bytes(MOST_READ):
            read += part
            if len(read) >= MOST_READ:
                break
    return bytes(read[:MOST_READ])


def _failure(name: str, response: httpx.Response, words: bytes) -> SystemRefused | SystemBusy | SystemDown | WrongKey:
    status = response.status_code
    said = " ".join(clean(words.decode("utf-8", "replace"), LONGEST_WORDS).split())
    told = f"{name} answered {status}{f': {said}' if said else f' {_phrase(status)}'.rstrip()}"
    told = told if told.endswith((".", "!", "?")) else f"{told}."
    if status in (401, 403):
        return WrongKey(f"{told} {_OTHER_KEY}", status)
    if status in (429, 503):
        return SystemBusy(told, retry_after(response))
    if status < 400:
        return SystemDown(f"{told} Redirects are not followed; write the address where it leads to.")
    if status in _NOT_THERE:
        return SystemDown(f"{told} Check the address.")
    return SystemDown(told) if status >= 500 else SystemRefused(told, status)


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else ""
