"""What kind of entry waits in the outbox, in words, whatever it is."""

from __future__ import annotations

import typing
from datetime import UTC, datetime
from typing import Any

import pytest

from phonetui.client.journal_peek import NotTaken
from phonetui.client.journal_records import Entry
from phonetui.commands.listed_outbox import UNKNOWN, listed
from phonetui.core import event as events

NOON = datetime(2026, 10, 6, 16, 0, tzinfo=UTC)
ALL: dict[str, Any] = {"id": "event-1", "seq": 1, "at": NOON, "campaign_id": "fall"}
ONE_OF_EACH: tuple[events.AnyEvent, ...] = (
    events.Outcome(**ALL, disposition="not_home", number_ending="01"),
    events.Undo(**ALL, supersedes="event-0"),
    events.Skip(**ALL),
    events.Dial(**ALL, number_ending="01"),
    events.Report(**ALL, about="name", text="Anna"),
    events.Remark(**ALL, step_id="hello", text="Too long"),
    events.HelpQuestion(**ALL, text="Where do they vote?"),
    events.FollowUpSent(**ALL, follow_up_id="place", how="qr"),
)


def test_there_is_one_of_every_kind_here() -> None:
    assert {type(event) for event in ONE_OF_EACH} == set(typing.get_args(events.AnyEvent))


@pytest.mark.parametrize("event", ONE_OF_EACH, ids=lambda event: type(event).__name__)
def test_every_kind_of_entry_has_its_words(event: events.AnyEvent) -> None:
    entry = Entry(1, event.id, events.encode(event))
    told = listed("https://calls.example", NotTaken(None, (entry,), ())).unsent[0]
    assert told.at == NOON
    assert told.result not in ("", UNKNOWN)
