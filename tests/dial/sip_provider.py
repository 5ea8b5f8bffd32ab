"""A SIP provider on loopback: Debian's `sipp`, doing as a scenario says to each who registers and calls."""

from __future__ import annotations

import errno
import re
import shutil
import socket
import subprocess
import time
from datetime import datetime
from pathlib import Path
from types import TracebackType

import pytest

missing = [
    package for package, program in (("baresip-core", "baresip"), ("sip-tester", "sipp")) if not shutil.which(program)
]
needs_sip = pytest.mark.skipif(bool(missing), reason=f"Debian's {' and '.join(missing)} is needed: apt-get install")

HOST = "127.0.0.1"

_SAME = """[last_Via:]
[last_From:]
[last_To:]{tag}
[last_Call-ID:]
[last_CSeq:]
"""
_CONTACT = "Contact: <sip:[local_ip]:[local_port];transport=[transport]>\n"

#: Registers whoever asks, as often as they ask; every other call does what the steps say.
_SCENARIO = """<?xml version="1.0" encoding="UTF-8" ?>
<scenario name="provider">
<recv request="REGISTER" optional="true" next="1"/>
<recv request="INVITE"><action>
<ereg regexp=".*" search_in="hdr" header="From:" assign_to="caller"/>
<ereg regexp=".*" search_in="hdr" header="To:" assign_to="called"/>
<ereg regexp="sip:[^>]*" search_in="hdr" header="Contact:" assign_to="contact"/>
</action></recv>
<Reference variables="caller,called,contact"/>
{steps}
<nop next="2"/>
<label id="1"/>
<send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:];tag=[call_number]
[last_Call-ID:]
[last_CSeq:]
[last_Contact:]
Content-Length: 0

]]></send>
<recv request="REGISTER" next="1"/>
<label id="2"/>
</scenario>
"""


def says(status: str, *headers: str, sdp: str = "") -> str:
    """An answer to the INVITE, as in `486 Busy Here`."""
    head = f"SIP/2.0 {status}\n{_SAME.format(tag=';tag=[pid]t[call_number]')}{_CONTACT}"
    head += "".join(f"{header}\n" for header in headers)
    body = f"Content-Type: application/sdp\nContent-Length: [len]\n\n{sdp}" if sdp else "Content-Length: 0\n\n"
    return f"<send><![CDATA[\n{head}{body}\n]]></send>"


def waits(seconds: float) -> str:
    """Nothing happens for so long."""
    return f'<pause milliseconds="{seconds * 1000:.0f}"/>'


def hears(request: str) -> str:
    """The caller's next request."""
    return f'<recv request="{request}"/>'


def refuses(status: str, *headers: str) -> str:
    """A refusal, and the caller's word that it has arrived."""
    return says(status, *headers) + hears("ACK")


def answers(rtp_port: int = 9) -> str:
    """Somebody picks up, and sends where the voices are to go."""
    sdp = (
        "v=0\no=- 1 1 IN IP4 127.0.0.1\ns=-\nc=IN IP4 127.0.0.1\nt=0 0\n"
        f"m=audio {rtp_port} RTP/AVP 0 101\na=rtpmap:0 PCMU/8000\na=rtpmap:101 telephone-event/8000\na=fmtp:101 0-15\n"
    )
    return says("200 OK", sdp=sdp) + hears("ACK")


def takes(request: str) -> str:
    """The caller's request, done."""
    return f"{hears(request)}<send><![CDATA[\nSIP/2.0 200 OK\n{_SAME.format(tag='')}Content-Length: 0\n\n]]></send>"


def hangs_up() -> str:
    """The one who was called puts the phone down."""
    return """<send retrans="500"><![CDATA[
BYE [$contact] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: [$called];tag=[pid]t[call_number]
To: [$caller]
[last_Call-ID:]
CSeq: 1 BYE
Max-Forwards: 70
Content-Length: 0

]]></send><recv response="200"/>"""


RINGS = says("180 Ringing")

_INVITED = re.compile(r"-{47} (\S+ \S+)\n\w+ message received .*\n\nINVITE ")


class Provider:
    """Runs from here to the end of the block. `steps` follow each INVITE."""

    def __init__(self, folder: Path, *steps: str, transport: str = "u1") -> None:
        self.port = _free_port()
        self._folder = folder
        self._transport = transport
        self._scenario = folder / f"provider-{self.port}.xml"
        self._scenario.write_text(_SCENARIO.format(steps="\n".join(steps)), "utf-8")

    @property
    def is_udp(self) -> bool:
        """Else it is TCP."""
        return self._transport == "u1"

    def __enter__(self) -> Provider:
        command = ["sipp", "-sf", str(self._scenario), "-i", HOST, "-p", str(self.port), "-t", self._transport]
        # every message goes to a file, and no call is given up: a test has its own limits
        command += [
            "-nostdin",
            "-trace_msg",
            "-message_file",
            str(self._log),
            "-trace_err",
            "-error_file",
            self._errors,
        ]
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, cwd=self._folder)
        self._listens()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def stop(self) -> None:
        """Nobody is there any more."""
        self._process.kill()
        self._process.wait()

    @property
    def heard(self) -> str:
        """Every message, both ways."""
        return self._log.read_text("utf-8", "replace") if self._log.exists() else ""

    @property
    def invited_at(self) -> list[float]:
        """When each call came, in seconds of the wall clock; sipp's own time stamps."""
        return [datetime.fromisoformat(stamp).astimezone().timestamp() for stamp in _INVITED.findall(self.heard)]

    def hears(self, request: str) -> bool:
        """Whether that comes within a few seconds."""
        by = time.monotonic() + 10
        while time.monotonic() < by:
            if f"\n{request} sip:" in self.heard:
                return True
            time.sleep(0.05)
        return False

    @property
    def _log(self) -> Path:
        return self._folder / f"heard-{self.port}"

    @property
    def _errors(self) -> str:
        return str(self._folder / f"errors-{self.port}")

    def _listens(self) -> None:
        kind = socket.SOCK_DGRAM if self.is_udp else socket.SOCK_STREAM
        by = time.monotonic() + 10
        while time.monotonic() < by:
            with socket.socket(socket.AF_INET, kind) as trial:
                try:
                    trial.bind((HOST, self.port))
                except OSError as taken:
                    assert taken.errno == errno.EADDRINUSE
                    return
            time.sleep(0.01)
        raise TimeoutError("sipp does not listen")


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as trial:
        trial.bind((HOST, 0))
        port: int = trial.getsockname()[1]
        return port
