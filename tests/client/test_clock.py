"""Ids that sort as they were made, whatever the clock does."""

from __future__ import annotations

import re
import time

import pytest

from phonetui.client.clock import SystemClock


def test_ids_are_uuids_of_version_7_that_begin_with_the_time() -> None:
    before = time.time_ns() // 1_000_000
    made = SystemClock().new_id()
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", made)
    assert before <= int(made.replace("-", "")[:12], 16) <= time.time_ns() // 1_000_000


def test_ids_go_up() -> None:
    clock = SystemClock()
    made = [clock.new_id() for _ in range(5_000)]
    assert made == sorted(set(made))


def test_ids_go_up_when_the_clock_is_set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SystemClock()
    before = clock.new_id()
    monkeypatch.setattr(time, "time_ns", lambda: 0)
    assert before < clock.new_id() < clock.new_id()


def test_the_wall_clock_is_utc_and_ticks_go_forward() -> None:
    clock = SystemClock()
    assert clock.now().utcoffset() is not None
    assert abs(clock.now().timestamp() - time.time()) < 5
    assert clock.tick() <= clock.tick()
