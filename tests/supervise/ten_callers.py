"""Ten volunteers at real desks, each with a journal, an outbox and a courier of their own, on one thread."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from phonetui.client.clock import SystemClock
from phonetui.client.credentials import SecretsInMemory
from phonetui.client.desk import PhoneDesk
from phonetui.client.folders import folders_in
from phonetui.client.opening import open_desk
from phonetui.client.sign_in import Laptop, join
from phonetui.core.call_actions import Result
from phonetui.core.word import ToSupervisor
from phonetui.demo.server import CAMPAIGN
from tests.terminal import PATIENCE

Answer = TypeVar("Answer")

PASSWORD = "correct horse battery"
NAMES = ("Ana", "Ben", "Chen", "Dana", "Eun", "Femi", "Gita", "Hana", "Ivo", "Jo")


class TenCallers:
    """They join by one link; leaving the block ends their shifts."""

    def __init__(self, folder: Path, link: str) -> None:
        self._folder, self._link = folder, link
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self.desks: list[PhoneDesk] = []

    def __enter__(self) -> TenCallers:
        self._thread.start()
        for name in NAMES:  # one after the other, for a password takes all of a processor
            self.desks.append(self._do(self._sits_down(name)))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for desk in self.desks:
            self._do(desk.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def call(self, disposition: str) -> None:
        """Each has a voter on the screen, and presses a result key."""
        self.all_until(lambda desk: desk.view.call.voter is not None, "a voter")
        for desk in self.desks:
            self._do(desk.act(Result(disposition, by_line=True)))

    def ask(self, nth: int, text: str) -> None:
        """One asks the supervisor."""
        self._do(self.desks[nth].write_down(ToSupervisor(text)))

    def all_until(self, happened: Callable[[PhoneDesk], bool], what: str) -> None:
        """Wait until it did at every desk."""
        until = time.monotonic() + PATIENCE
        while not all(happened(desk) for desk in self.desks):
            assert time.monotonic() < until, f"{what} did not come"
            time.sleep(0.02)

    def are_told(self, text: str, *, nth: int | None = None) -> None:
        """All of them, or one, have this word from the campaign."""
        asked = self.desks if nth is None else [self.desks[nth]]
        self.all_until(lambda desk: desk not in asked or any(told.text == text for told in desk.view.told), text)

    async def _sits_down(self, name: str) -> PhoneDesk:
        clock = SystemClock()
        laptop = Laptop(folders_in(self._folder / name), SecretsInMemory(), clock.new_id)
        signed_in = await join(laptop, self._link, f"{name.lower()}@example.org", f"{name} Lee", PASSWORD)
        desk = await open_desk(laptop.folders, signed_in, CAMPAIGN, clock)
        await desk.start()
        return desk

    def _do(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)
