"""What each request says of the caller to those who run the evening."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import msgspec

from phonetui.client.journal_records import Loaded
from phonetui.client.outbox import Outbox
from phonetui.client.presence import Presence, presence
from tests.client.people import NOON, entry
from tests.tui.desk_in_memory import DeskClock, DeskInMemory


def at_a_desk() -> tuple[DeskInMemory, Outbox]:
    """Whose outbox sends what the desk shows."""
    desk = DeskInMemory()
    asyncio.run(desk.start())
    outbox = Outbox("laptop", "fall", Loaded(), random=lambda: 1.0, now=NOON, tick=0.0)
    outbox.presence = lambda: presence(desk, DeskClock(desk))
    return desk, outbox


def test_a_request_says_who_is_on_the_screen_and_for_how_long() -> None:
    desk, outbox = at_a_desk()
    household = desk.view.call.household
    assert household is not None
    desk.tick = desk.view.call.shown_tick + 61.4
    request = outbox.next_request(0.0)
    assert request is not None
    assert (request.shown, request.shown_for, request.on_break) == (household.household_id, 61, False)


def test_with_nobody_on_the_screen_it_says_nothing_and_costs_nothing() -> None:
    desk = DeskInMemory(())
    asyncio.run(desk.start())
    assert presence(desk, DeskClock(desk)) == Presence()
    request = Outbox("laptop", "fall", Loaded(), random=lambda: 1.0, now=NOON, tick=0.0).next_request(0.0)
    assert b"shown" not in msgspec.json.encode(request)


def test_a_break_is_said() -> None:
    desk, _ = at_a_desk()
    asyncio.run(desk.pacing.rest())
    desk.now += timedelta(minutes=3)
    assert presence(desk, DeskClock(desk)).on_break


def test_what_is_unsent_is_counted_without_what_the_request_brings() -> None:
    _, outbox = at_a_desk()
    outbox.add([entry(seq) for seq in range(1, 151)])
    first = outbox.next_request(0.0)
    assert first is not None
    assert (len(first.events), first.unsent) == (100, 50)
