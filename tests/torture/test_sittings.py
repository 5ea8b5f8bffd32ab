"""What counts as lost after a kill: a proof that overlooks it proves nothing."""

from __future__ import annotations

import sys
from random import Random
from types import SimpleNamespace
from typing import cast

import msgspec
import pytest

if sys.platform == "win32":
    pytest.skip("needs a pty", allow_module_level=True)

from phonetui.core.call import Call, Draft, Phase
from phonetui.core.event import AnyEvent, Outcome, Undo
from phonetui.core.voter import Household, Voter
from tests.client import people
from tests.terminal import Terminal
from tests.torture.at_the_keys import Caller, Deed, Memory, name_on, note_on, step_on
from tests.torture.endings import restored
from tests.torture.laptop import Found
from tests.torture.sittings import wrong

SCREEN = """\
 Riverside Votes · Weekend turnout                  1 calls · 0 talks · goal 40
 Bo Diaz                │ Hi Bo!                             │ n  Not home
                        │                                    │ b  Busy
 Note                   │                                    │
 shes                   │                                    │
 out                    │                     2 of 5 · Space │
 ✓ Busy saved for Ana · u undo
 ◌ connecting · 1 unsent · 16 on hand            s skip  i note  y copy  ? help"""
VOTERS = {"Ana Diaz": "ana", "Bo Diaz": "bo"}
BEFORE = Memory(name="Ana Diaz")
AFTER = Memory(name="", standing={"Ana Diaz": "busy"}, outcomes=1)


def outcome(seq: int, voter_id: str, disposition: str, event_id: str = "") -> Outcome:
    made = people.outcome(seq, disposition=disposition)
    return msgspec.structs.replace(made, id=event_id or f"e{seq}", voter_id=voter_id)


def found(voter_id: str, *events: AnyEvent, note: str = "") -> Found:
    voters = tuple(Voter(voter_id, name.split()[0], "Diaz") for name, voter_id in VOTERS.items())
    household = Household("h1", "+18125550101", voters)
    return Found(Call(phase=Phase.CALLING, household=household, voter_id=voter_id, draft=Draft(note=note)), events, ())


def said_of(journal: Found, memory: Memory = BEFORE, deed: Deed | None = None, text: str = "\n Ana Diaz │") -> str:
    caller = Caller(cast(Terminal, SimpleNamespace(text=text)), memory, None, Random(0))
    caller.pending = deed
    return wrong(caller, journal, VOTERS)


BUSY = Deed("busy", ("b",), AFTER, lambda text: "Busy saved" in text)


def test_a_person_reads_who_is_on_the_screen_where_and_what_was_noted() -> None:
    assert (name_on(SCREEN), step_on(SCREEN), note_on(SCREEN)) == ("Bo Diaz", 2, "shesout")


def test_a_result_whose_answer_was_not_seen_may_be_there_or_not() -> None:
    assert said_of(found("ana"), deed=BUSY) == ""
    assert said_of(found("bo", outcome(1, "ana", "busy")), deed=BUSY) == ""


def test_a_result_that_the_screen_had_moved_past_must_be_there() -> None:
    assert said_of(found("bo", outcome(1, "ana", "busy")), deed=BUSY, text=SCREEN.replace("Note", "")) == ""
    assert said_of(found("ana"), deed=BUSY, text=SCREEN) == "the screen had moved past “busy”, the journal has not"


def test_half_of_a_key_is_told() -> None:
    moved_alone = said_of(found("bo"), deed=BUSY)
    assert moved_alone.startswith("on the screen: Bo Diaz, not Ana Diaz; or standing: {}, not {'Ana Diaz': 'busy'}")


def test_another_result_than_was_pressed_is_told() -> None:
    assert "'Ana Diaz': 'refused'" in said_of(found("bo", outcome(1, "ana", "refused")), deed=BUSY)


def test_an_event_or_a_result_that_is_there_twice_is_told() -> None:
    twice = (outcome(1, "ana", "busy", "e1"), outcome(2, "ana", "busy", "e1"))
    assert said_of(found("bo", *twice), AFTER) == "these events are there twice: ['e1']"
    assert said_of(found("bo", outcome(1, "ana", "busy"), outcome(2, "ana", "busy")), AFTER).startswith("two results")


def test_what_was_taken_back_stands_no_more() -> None:
    taken_back = Undo(id="e2", seq=2, at=people.NOON, campaign_id="fall", voter_id="ana", supersedes="e1")
    undone = msgspec.structs.replace(BEFORE, outcomes=1, undos=1)
    assert said_of(found("ana", outcome(1, "ana", "busy"), taken_back), undone) == ""


def test_a_note_is_at_least_what_the_screen_showed_as_saved() -> None:
    memory = Memory(name="Bo Diaz", notes=("", "shes", "shesout", "shesoutside"))
    assert said_of(found("bo", note="shesoutside"), memory, text=SCREEN) == ""
    assert said_of(found("bo", note="shes"), memory, text=SCREEN) == (
        "the note was shown as saved up to “shesout”, the journal has “shes”"
    )


@pytest.mark.parametrize(
    ("output", "is_restored"),
    [
        (b"\x1b[?1049h\x1b[?25l\x1b[>25u ... \x1b[<u\x1b[?1049l\x1b[?25h", True),
        (b"\x1b[?1049h\x1b[?25l ... \x1b[?1049l", False),
        (b"\x1b[?2004h ... ", False),
        (b"\x1b[>25u ... ", False),
    ],
)
def test_a_terminal_is_restored_once_every_mode_was_given_up(output: bytes, is_restored: bool) -> None:
    assert restored(output) is is_restored
