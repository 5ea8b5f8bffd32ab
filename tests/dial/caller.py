"""A caller with a SIP account at a provider on loopback, a recorded voice for a microphone, and no loudspeaker."""

from __future__ import annotations

import asyncio
import math
import struct
import time
import wave
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

import msgspec

from phonetui.core.phone_call import CallEvent, Ending, State
from phonetui.dial.baresip import BaresipDialer
from phonetui.dial.sip_account import SipAccount
from tests.dial.sip_provider import HOST

NUMBER = "+18125550166"
RATE = 8000

Told = tuple[State, Ending | None]


def account(folder: Path, port: int, **fields: str) -> SipAccount:
    """At the provider that listens there."""
    voice = folder / "voice.wav"
    if not voice.exists():
        speak(voice)
    usual = {
        "user": "dana",
        "domain": f"{HOST}:{port}",
        "interface": HOST,
        "microphone": f"aufile,{voice}",
        "speaker": "alsa,null",
    }
    return msgspec.convert(usual | fields, SipAccount)


def speak(file: Path, seconds: int = 20) -> None:
    """A tone of 440 Hz: eight thousand samples a second, since 1.0 takes no other for this."""
    samples = (int(9000 * math.sin(2 * math.pi * 440 * at / RATE)) for at in range(RATE * seconds))
    with wave.open(str(file), "wb") as writing:
        writing.setnchannels(1)
        writing.setsampwidth(2)
        writing.setframerate(RATE)
        writing.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))


class Caller:
    """At the engine, which is closed with the block; then nothing of it is left."""

    def __init__(self, folder: Path, account: SipAccount, password: str = "s3cret") -> None:
        self.folder = folder / "run"
        numbers = count(1)
        self.engine = BaresipDialer(
            account, password, self.folder, tick=time.monotonic, new_id=lambda: f"call-{next(numbers)}"
        )
        self._events: AsyncIterator[CallEvent] = self.engine.events()

    async def __aenter__(self) -> Caller:
        return self

    async def __aexit__(self, *why: object) -> None:
        await self.engine.close()
        assert list(self.folder.glob("*")) == []
        assert processes_about(str(self.folder)) == []

    async def told(self, until: State = "ended") -> list[Told]:
        """What becomes of the call up to that state."""
        told: list[Told] = []
        while not told or told[-1][0] not in (until, "ended"):
            event = await asyncio.wait_for(anext(self._events), 120)
            told.append((event.state, event.ending))
        return told


def processes_about(word: str) -> list[int]:
    """Those in whose command line it is."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if word.encode() in command:
            found.append(int(folder.name))
    return found
