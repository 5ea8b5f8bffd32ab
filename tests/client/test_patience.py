"""What may hang is given up, and what fails is told."""

from __future__ import annotations

import asyncio
import threading

import pytest

from phonetui.client.patience import within


def test_what_hangs_is_given_up_and_what_fails_is_told() -> None:
    never = threading.Event()

    async def story() -> None:
        with pytest.raises(TimeoutError):
            await within(0.05, lambda: never.wait(5))
        with pytest.raises(ZeroDivisionError):
            await within(5, lambda: 1 // 0)
        assert await within(5, lambda: 7) == 7

    asyncio.run(story())
    never.set()
