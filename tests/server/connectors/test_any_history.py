"""Random histories: whatever callers save, and whenever runs fail or are killed, the system ends with what stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Struct
from sqlalchemy import delete, update

from phonetui.core.event import Outcome, Undo
from phonetui.core.push import Outgoing
from phonetui.core.refusal import Refused
from phonetui.server import tables
from phonetui.server.connection_runs import Run
from phonetui.server.connection_tables import connections, pushes
from phonetui.server.connectors.connector import SystemBusy, SystemDown, SystemRefused, WrongKey
from phonetui.server.push_outbox import Pushing

from .evening import Killed
from .shift import Shift
from .small import WRITING, Small

VOTERS = ("1", "2", "3")


class Save(Struct, frozen=True):
    """A result is saved: of a new call, or in the place of the voter's last; or the last is taken back."""

    kind: str
    voter: str
    result: str


class Push(Struct, frozen=True):
    """A run, killed before or `after` one of its commits (0: never); the requests meet these faults in turn."""

    commit: int
    after: bool
    faults: tuple[str, ...]


faults = st.sampled_from(
    ("", "", "", "lost request", "lost reply", "busy", "key", "right", "shut", "refused", "no place")
)
saves = st.builds(
    Save, st.sampled_from(("new", "correct", "undo")), st.sampled_from(VOTERS), st.sampled_from(("busy", "talked"))
)
runs = st.builds(Push, st.integers(0, 12), st.booleans(), st.lists(faults, max_size=5).map(tuple))
#: Steps, and the minutes until the next.
histories = st.lists(st.tuples(st.one_of(saves, saves, runs), st.integers(0, 15)), max_size=14)


class Story:
    """One history. `chains` has each attempt's events in order, by the first event's id."""

    def __init__(self, shift: Shift) -> None:
        self.shift = shift
        self.chains: dict[str, list[Outcome | Undo]] = {}
        self.of_voter: dict[str, list[Outcome | Undo]] = {}
        #: What the system took: the event, and whether it was said to be in doubt.
        self.taken: list[tuple[str, bool]] = []

    def tell(self, history: list[tuple[Save | Push, int]]) -> None:
        """All of it, and then enough time and pushes for everything to arrive."""
        for step, minutes in history:
            if isinstance(step, Push):
                self._push(step)
            else:
                self._save(step)
            self.shift.clock.passes(minutes=minutes)
        for _ in range(2):
            self.shift.clock.passes(minutes=11)
            self._push(Push(0, False, ()), again=True)

    def standing(self) -> set[str]:
        """The outcomes that stand."""
        return {chain[-1].id for chain in self.chains.values() if isinstance(chain[-1], Outcome)}

    def _save(self, step: Save) -> None:
        chain = self.of_voter.get(step.voter)
        last = chain[-1] if chain else None
        if step.kind == "new" or last is None or chain is None:
            event: Outcome | Undo = self.shift.means(step.voter, step.result)
            chain = self.of_voter[step.voter] = self.chains[event.id] = []
        elif step.kind == "correct":
            event = self.shift.means(step.voter, step.result, supersedes=last.id)
        elif isinstance(last, Outcome):
            event = self.shift.dana.undo(last, back=False)
        else:
            return
        chain.append(event)
        self.shift.saves(event)

    def _push(self, step: Push, *, again: bool = False) -> None:
        self.shift.small.meets = self._meets(iter(step.faults))
        with killed_at(step.commit, after=step.after), suppress(Killed, Refused):
            self.shift.push(again=again)

    def _meets(self, faults: Iterator[str]) -> Callable[[Outgoing, bool], None]:
        met = ""

        def meets(one: Outgoing, after: bool) -> None:
            nonlocal met
            met = met if after else next(faults, "")
            self.shift.small.has_no_place_for = {"busy", "talked"} if met == "no place" else set()
            if after:
                self.taken.append((one.event_id, self.shift.small.doubts[-1] is not None or one.is_retold))
            if met == ("lost reply" if after else "lost request"):
                raise SystemDown("Small did not answer.")
            if met == "busy" and not after:
                raise SystemBusy("Small is busy.", 60)
            if met == "key" and not after:
                raise WrongKey("Small does not know this key.", 401)
            if met == "right" and not after:
                raise WrongKey("Small does not show this voter.", 403)
            if met == "shut" and not after:
                raise Refused("There is no room.")
            if met == "refused" and not after:
                raise SystemRefused("Small knows no such result.")

        return meets


@contextmanager
def killed_at(commit: int, *, after: bool) -> Iterator[None]:
    """The process is killed before or after that commit of a run."""
    left, dead, real, end = commit, False, Run.commit, Run.end

    def maybe(run: Run) -> None:
        nonlocal left, dead
        left -= 1
        if left or after:
            real(run)
        if left == 0:
            dead = True
            raise Killed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Run, "commit", maybe)
        patch.setattr(Run, "end", lambda run: None if dead else end(run))
        yield


def forget(shift: Shift, small: Small) -> None:
    """A new history begins, at the same campaign."""
    with shift.engine.begin() as connection:
        for table in (tables.events, tables.attempts, pushes):
            connection.execute(delete(table))
        connection.execute(update(connections).values(looked_at=None, busy_until=None, rests_until=None, tries=0))
    small.told, small.there, small.files, small.doubts = [], {}, {}, []


def examples(count: int) -> settings:
    """So many histories, over one database."""
    return settings(max_examples=count, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.long
def test_each_outcome_that_stands_is_there_once(url: str, tmp_path: Path, small: Small) -> None:
    shift = Shift(url, tmp_path, small)

    @examples(25)
    @given(histories, st.booleans())
    def any_history(history: list[tuple[Save | Push, int]], tells_doubles: bool) -> None:
        forget(shift, small)
        small.tells_doubles = tells_doubles
        story = Story(shift)
        story.tell(history)
        assert {one.event_id for one in small.there.values()} == story.standing()
        assert "in_part" not in shift.outbox().values()
        sure = [event for event, in_doubt in story.taken if not in_doubt]
        assert len(sure) == len(set(sure)), "Something was told twice without being in doubt."
        for attempt, chain in story.chains.items():
            places = {event.id: place for place, event in enumerate(chain)}
            order = [places[one.event_id] for one in small.told if one.attempt_id == attempt]
            assert order == sorted(order), "A newer result of an attempt was told before an older one."
        calls = small.calls
        shift.clock.passes(minutes=11)
        assert shift.push(again=True) == Pushing()
        assert small.calls == calls

    any_history()


@pytest.mark.long
def test_each_day_file_ends_with_what_stands(url: str, tmp_path: Path, small: Small) -> None:
    shift = Shift(url, tmp_path, small, source=WRITING)

    @examples(12)
    @given(histories)
    def any_history(history: list[tuple[Save | Push, int]]) -> None:
        forget(shift, small)
        story = Story(shift)
        story.tell(history)
        told = [one.event_id for ones in small.files.values() for one in ones]
        assert sorted(told) == sorted(story.standing())
        shift.clock.passes(minutes=11)
        assert shift.push() == Pushing()

    any_history()
