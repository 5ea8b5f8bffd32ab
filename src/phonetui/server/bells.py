"""Watches that wait: one bell a device, rung when its campaign has news. A bell holds no connection."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

#: Campaign, caller and device.
Device = tuple[str, str, str]


class Bell:
    """One device's wait. `replaced` says that a newer watch of the device has taken its place."""

    def __init__(self) -> None:
        self.replaced = False
        self.waiting = False
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Ends the wait, or the next one."""
        self._rung.set()

    async def rings(self, until: float) -> bool:
        """Waits to be rung, at most until `until` on the event loop's clock; False when that has passed."""
        self.waiting = True
        try:
            async with asyncio.timeout_at(until):
                await self._rung.wait()
        except TimeoutError:
            return False
        finally:
            self.waiting = False
        self._rung.clear()
        return True


class Bells:
    """The bells of every watch that this process serves."""

    def __init__(self) -> None:
        self._bells: dict[Device, Bell] = {}

    def __len__(self) -> int:
        return len(self._bells)

    @property
    def waiting(self) -> set[Device]:
        """The devices that wait at this moment."""
        return {device for device, bell in self._bells.items() if bell.waiting}

    @contextmanager
    def hang(self, campaign_id: str, caller_id: str, device_id: str) -> Iterator[Bell]:
        """A bell for one device's watch; an older watch of the device ends."""
        device = (campaign_id, caller_id, device_id)
        older = self._bells.get(device)
        if older is not None:
            older.replaced = True
            older.ring()
        bell = self._bells[device] = Bell()
        try:
            yield bell
        finally:
            if self._bells.get(device) is bell:
                del self._bells[device]

    def ring_caller(self, caller_id: str) -> None:
        """Rings for one caller's devices."""
        for device, bell in self._bells.items():
            if device[1] == caller_id:
                bell.ring()

    def ring(self, campaign_id: str = "") -> None:
        """Rings for one campaign, or for all."""
        for device, bell in self._bells.items():
            if campaign_id in ("", device[0]):
                bell.ring()
