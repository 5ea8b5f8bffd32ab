"""A provider that asks for the password before it registers anybody: RFC 2617, section 3.2.2, over UDP."""

from __future__ import annotations

import asyncio
import hashlib
import re

REALM, NONCE = "example", "0a1b2c"


class Registrar(asyncio.DatagramProtocol):
    """Knows one password, and whoever said it for so many `seconds`. `port` is where it listens, within the block."""

    def __init__(self, password: str, seconds: int = 600) -> None:
        self.password = password
        self._seconds = seconds

    async def __aenter__(self) -> Registrar:
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, ("127.0.0.1", 0))
        self.port: int = self._transport.get_extra_info("sockname")[1]
        return self

    async def __aexit__(self, *why: object) -> None:
        self._transport.close()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """A request."""
        lines = data.decode().split("\r\n")
        fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        status, more = self._judge(lines[0].partition(" ")[0], fields.get("authorization", ""))
        same = "".join(f"{name}: {fields[name]}\r\n" for name in ("via", "from", "call-id", "cseq", "contact"))
        same = re.sub(r"expires=[0-9]+", f"expires={self._seconds}", same)
        answer = f"SIP/2.0 {status}\r\n{same}To: {fields['to']};tag=1\r\n{more}Content-Length: 0\r\n\r\n"
        self._transport.sendto(answer.encode(), addr)

    def _judge(self, method: str, authorization: str) -> tuple[str, str]:
        if not authorization:
            return "401 Unauthorized", f'WWW-Authenticate: Digest realm="{REALM}", nonce="{NONCE}", algorithm=MD5\r\n'
        said = dict(re.findall(r'(\w+)="?([^",]*)"?', authorization))
        who = _md5(f"{said['username']}:{REALM}:{self.password}")
        what = _md5(f"{method}:{said['uri']}")
        right = _md5(f"{who}:{NONCE}:{what}")
        return ("200 OK" if said["response"] == right else "403 Forbidden"), ""


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()
