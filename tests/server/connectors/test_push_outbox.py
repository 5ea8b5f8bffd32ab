"""The push outbox, told as what a caller does and what the other system hears of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import update

from phonetui.core.event import Outcome
from phonetui.core.push import Outgoing
from phonetui.core.refusal import Refused
from phonetui.server import backups, connection_work, connections, tables
from phonetui.server.connection_tables import connections as table
from phonetui.server.connection_tables import pushes
from phonetui.server.connections import KnownIds, find
from phonetui.server.connectors.connector import SystemBusy, SystemDown, SystemRefused, WrongKey
from phonetui.server.erasing import erase
from phonetui.server.push_outbox import MOST_TRIES, Pushing

from .evening import NAME
from .shift import Shift
from .small import FILE, THEIRS, WRITING, Small


@pytest.fixture
def shift(url: str, tmp_path: Path, small: Small) -> Shift:
    """Dana's, with four voters."""
    return Shift(url, tmp_path, small)


def fails(*errors: BaseException | None, after: bool = False) -> Callable[[Outgoing, bool], None]:
    """The next requests meet these in turn, on the way there or on the way back."""
    left = list(errors)

    def meets(_: Outgoing, is_after: bool) -> None:
        if is_after == after and left and (error := left.pop(0)):
            raise error

    return meets


def down() -> SystemDown:
    return SystemDown("Small did not answer.")


# -- when --------------------------------------------------------------------------------------------------------------


def test_an_outcome_goes_once_it_is_ten_minutes_old(shift: Shift) -> None:
    first = shift.saved("1", "talked", note="Loves parks.", answers={"plan": "yes"}, talked=True)
    called_at = shift.clock()
    shift.clock.passes(minutes=9)
    assert shift.push() == Pushing()
    shift.clock.passes(minutes=1)
    assert shift.push() == Pushing(pushed=1)
    [told] = shift.small.told
    assert (told.event_id, told.attempt_id, told.file_id, told.outcome) == (first.id, first.id, "1", first)
    assert (told.number, told.caller, told.at, told.talk, told.contact) == (
        "+12125550001",
        "Dana",
        called_at,
        True,
        True,
    )
    assert told.disposition is not None
    assert (told.voter.first_name, told.disposition.id, told.corrects, told.corrected) == ("Ann", "talked", "", None)


def test_a_second_push_sends_nothing(shift: Shift) -> None:
    shift.saved("1")
    shift.clock.passes(minutes=10)
    shift.push()
    shift.clock.passes(minutes=10)
    assert shift.push() == Pushing()
    assert shift.small.calls == 1


def test_an_outcome_put_right_before_it_went_goes_once(shift: Shift) -> None:
    wrong = shift.saved("1", "busy")
    shift.clock.passes(minutes=6)
    shift.put_right(wrong, "not_home")
    shift.clock.passes(minutes=6)
    assert shift.push() == Pushing()  # the correction waits for its own time
    shift.clock.passes(minutes=6)
    assert shift.push() == Pushing(pushed=1)
    assert shift.told() == [("1", "not_home", "")]


def test_an_outcome_taken_back_before_it_went_never_goes(shift: Shift) -> None:
    shift.undoes(shift.saved("1"))
    shift.clock.passes(hours=1)
    assert shift.push() == Pushing()
    assert shift.told() == []


def test_an_outcome_put_right_while_it_waits_is_overtaken(shift: Shift) -> None:
    wrong = shift.saved("1", "busy")
    shift.clock.passes(minutes=10)
    shift.small.meets = fails(SystemBusy("Small is busy.", 60))
    assert shift.push() == Pushing(waiting=1, said="Small is busy.", rests=60)
    right = shift.put_right(wrong, "not_home")
    shift.clock.passes(minutes=5)
    assert shift.push() == Pushing()  # a correction that is too young already holds it back
    assert shift.outbox() == {wrong.id: "superseded"}
    shift.clock.passes(minutes=5)
    shift.push()
    assert shift.told() == [("1", "not_home", "")]
    assert shift.outbox() == {wrong.id: "superseded", right.id: "pushed"}


def test_an_outcome_taken_back_while_it_waits_never_goes(shift: Shift) -> None:
    wrong = shift.saved("1", "busy")
    shift.clock.passes(minutes=10)
    shift.small.meets = fails(SystemBusy("Small is busy.", 60))
    shift.push()
    shift.undoes(wrong)
    shift.clock.passes(minutes=10)
    assert shift.push() == Pushing()
    assert (shift.told(), shift.outbox()) == ([], {wrong.id: "superseded"})


def test_an_outcome_that_was_told_in_part_is_in_doubt_and_taken_back_there(shift: Shift) -> None:
    wrong = shift.saved("1", "busy")
    shift.clock.passes(minutes=10)
    busy = SystemBusy("Small is busy.", 60)
    busy.part_told = True
    shift.small.meets = fails(busy)
    assert shift.push() == Pushing(waiting=1, said="Small is busy.", rests=60)
    assert shift.outbox() == {wrong.id: "sending"}
    undo = shift.undoes(wrong)
    shift.clock.passes(minutes=10)
    shift.push()
    assert shift.outbox() == {wrong.id: "pushed", undo.id: "pushed"}


# -- corrections and undos ---------------------------------------------------------------------------------------------


def test_a_correction_says_what_it_corrects(shift: Shift) -> None:
    wrong = shift.saved("1", "busy")
    shift.clock.passes(minutes=10)
    shift.push()
    right = shift.put_right(wrong, "not_home")
    shift.clock.passes(minutes=10)
    shift.push()
    told = shift.small.told[-1]
    assert (told.attempt_id, told.corrects, told.corrected, told.remote_id) == (
        wrong.id,
        wrong.id,
        wrong,
        f"r-{wrong.id}",
    )
    better = shift.put_right(right, "talked")
    shift.clock.passes(minutes=10)
    shift.push()
    told = shift.small.told[-1]
    assert (told.event_id, told.corrects, told.remote_id) == (better.id, right.id, f"r-{right.id}")


def test_an_undo_of_what_was_told_takes_it_back(shift: Shift) -> None:
    wrong = shift.saved("1", "talked", talked=True)
    called_at = shift.clock()
    shift.clock.passes(minutes=10)
    shift.push()
    undo = shift.undoes(wrong)
    shift.clock.passes(minutes=10)
    shift.push()
    told = shift.small.told[-1]
    assert (told.event_id, told.attempt_id, told.outcome, told.disposition) == (undo.id, wrong.id, None, None)
    assert (told.corrects, told.corrected, told.remote_id) == (wrong.id, wrong, f"r-{wrong.id}")
    assert (told.file_id, told.number, told.at, told.talk) == ("1", "+12125550001", called_at, False)
    assert shift.small.there == {}


def test_what_a_connector_knows_of_others_has_undos_in_it(shift: Shift) -> None:
    wrong = shift.saved("1", "busy")
    began = shift.clock()
    shift.clock.passes(minutes=10)
    shift.push()
    undo = shift.undoes(wrong)
    shift.clock.passes(minutes=10)
    known: list[set[str]] = []

    def meets(one: Outgoing, after: bool) -> None:
        told = shift.small.made[-1].setup.told
        assert told
        known.append({event.id for event in told(wrong.voter_id, began)})

    shift.small.meets = meets
    shift.saved("1", "talked")
    shift.push()
    shift.clock.passes(minutes=10)
    shift.push()
    assert (known[0], known[-1]) == ({wrong.id, undo.id}, {wrong.id, undo.id, shift.small.told[-1].event_id})


def test_what_stands_again_after_an_undo_goes_as_new(shift: Shift) -> None:
    wrong = shift.saved("1", "busy")
    shift.clock.passes(minutes=10)
    shift.push()
    undo = shift.undoes(wrong)
    shift.clock.passes(minutes=10)
    shift.push()
    shift.saves(shift.means("1", "not_home", supersedes=undo.id))
    shift.clock.passes(minutes=10)
    shift.push()
    assert shift.told() == [("1", "busy", ""), ("1", "", wrong.id), ("1", "not_home", "")]


def test_what_a_system_cannot_take_back_is_lost_and_said(shift: Shift) -> None:
    shift.small.takes_back = False
    wrong = shift.saved("1", "busy")
    shift.clock.passes(minutes=10)
    shift.push()
    undo = shift.undoes(wrong)
    shift.clock.passes(minutes=10)
    assert shift.push() == Pushing(lost=1)
    assert shift.push() == Pushing()
    assert shift.status().lost == {"Small takes nothing back.": 1}
    shift.saves(shift.means("1", "not_home", supersedes=undo.id))
    shift.clock.passes(minutes=10)
    shift.push()
    assert shift.told()[-1] == ("1", "not_home", wrong.id)  # which is there still


def test_an_undo_that_came_before_its_outcome_tells_nothing(shift: Shift) -> None:
    outcome = shift.means("1")
    shift.saves(shift.dana.undo(outcome, back=False))
    shift.clock.passes(minutes=10)
    assert shift.push() == Pushing()
    shift.saves(outcome)
    shift.clock.passes(minutes=10)
    assert shift.push() == Pushing()


# -- doubt -------------------------------------------------------------------------------------------------------------


def test_what_was_not_answered_is_asked_for_before_anything_newer(shift: Shift) -> None:
    wrong = shift.saved("1", "busy")
    shift.clock.passes(minutes=10)
    began = shift.clock()
    shift.small.meets = fails(down(), after=True)
    assert shift.push() == Pushing(waiting=1, said="Small did not answer.", down=True)
    right = shift.put_right(wrong, "not_home")
    shift.clock.passes(minutes=10)
    assert shift.push() == Pushing(pushed=2)
    assert shift.small.doubts == [None, began, None]
    assert shift.told() == [("1", "busy", ""), ("1", "not_home", wrong.id)]
    assert shift.outbox() == {wrong.id: "pushed", right.id: "pushed"}


def test_a_busy_system_leaves_no_doubt(shift: Shift) -> None:
    outcome = shift.saved("1")
    shift.clock.passes(minutes=10)
    shift.small.meets = fails(SystemBusy("Small is busy.", 30))
    shift.push()
    assert shift.outbox() == {outcome.id: "waiting"}
    assert shift.status().in_doubt == 0


def test_what_never_left_leaves_no_doubt(shift: Shift) -> None:
    shift.saved("1")
    shift.clock.passes(minutes=10)
    shift.small.meets = fails(SystemDown("Nobody is there.", nothing_sent=True))
    assert shift.push() == Pushing(waiting=1, said="Nobody is there.", down=True)
    shift.clock.passes(minutes=6)
    assert shift.push() == Pushing(pushed=1)
    assert shift.small.doubts == [None, None]


def test_a_wrong_key_ends_the_run_and_says_so(shift: Shift) -> None:
    for voter in ("1", "2"):
        shift.saved(voter)
    shift.clock.passes(minutes=10)
    shift.small.meets = fails(WrongKey("Small does not know this key."))
    assert shift.push() == Pushing(waiting=2, said="Small does not know this key.")
    assert shift.status().said == "Small does not know this key."
    assert shift.push() == Pushing(pushed=2)
    assert shift.status().said == ""


# -- in doubt, and refused ---------------------------------------------------------------------------------------------


def in_doubt_and_refused(shift: Shift) -> Outcome:
    """The answer to a result is lost, and the next run is refused."""
    outcome = shift.saved("1", "talked")
    shift.clock.passes(minutes=10)
    shift.small.meets = fails(down(), after=True)
    shift.push()
    shift.small.refuses = {"1": "The question was retired."}
    shift.clock.passes(minutes=10)
    assert shift.push() == Pushing(refused=1)
    shift.small.refuses = {}
    return outcome


def test_what_is_refused_in_doubt_is_told_again_as_in_doubt(shift: Shift) -> None:
    outcome = in_doubt_and_refused(shift)
    began = shift.clock() - timedelta(minutes=10)
    [refused] = shift.status().refused
    assert refused.said == "The question was retired. It may be there all the same: an earlier answer was lost."
    assert shift.push(again=True) == Pushing(pushed=1)
    assert shift.small.doubts == [None, began, began]
    assert (shift.told(), shift.outbox()) == ([("1", "talked", "")], {outcome.id: "pushed"})


def test_an_undo_reaches_what_was_refused_in_doubt(shift: Shift) -> None:
    outcome = in_doubt_and_refused(shift)
    began = shift.clock() - timedelta(minutes=10)
    undo = shift.undoes(outcome)
    shift.clock.passes(minutes=10)
    assert shift.push() == Pushing(pushed=1)
    told = shift.small.told[-1]
    assert (told.event_id, told.corrects, told.corrected, told.corrects_since) == (undo.id, outcome.id, outcome, began)
    assert shift.small.there == {}
    assert shift.outbox() == {outcome.id: "superseded", undo.id: "pushed"}
    assert shift.status().shortened == {"What this corrects may never have come there: its answer was lost.": 1}
    assert shift.push(again=True) == Pushing()


def test_a_correction_takes_the_place_of_what_was_refused_in_doubt(shift: Shift) -> None:
    outcome = in_doubt_and_refused(shift)
    right = shift.put_right(outcome, "not_home")
    shift.clock.passes(minutes=10)
    assert shift.push(again=True) == Pushing(pushed=1)
    assert shift.told() == [("1", "talked", ""), ("1", "not_home", outcome.id)]
    assert list(shift.small.there) == [outcome.id]
    undo = shift.undoes(right)
    shift.clock.passes(minutes=10)
    shift.push()
    assert (shift.told()[-1], shift.small.there) == (("1", "", right.id), {})
    assert shift.outbox() == {outcome.id: "superseded", right.id: "pushed", undo.id: "pushed"}


def test_an_undo_that_was_refused_in_doubt_is_told_again(shift: Shift) -> None:
    outcome = shift.saved("1", "talked")
    shift.clock.passes(minutes=10)
    shift.push()
    shift.undoes(outcome)
    shift.clock.passes(minutes=10)
    shift.small.meets = fails(down())
    shift.push()
    shift.small.refuses = {"1": "Not now."}
    shift.clock.passes(minutes=10)
    assert shift.push() == Pushing(refused=1)
    shift.small.refuses = {}
    assert shift.push(again=True) == Pushing(pushed=1)
    assert (shift.told()[-1], shift.small.there) == (("1", "", outcome.id), {})


def test_what_was_refused_in_doubt_and_cannot_be_taken_back_is_said_to_be_lost(shift: Shift) -> None:
    outcome = in_doubt_and_refused(shift)
    shift.small.takes_back = False
    shift.undoes(outcome)
    shift.clock.passes(minutes=10)
    assert shift.push() == Pushing(lost=1)
    assert shift.status().lost == {
        "Small takes nothing back. What this corrects may never have come there: its answer was lost.": 1
    }


def test_an_undo_reaches_what_was_given_up_without_an_answer(shift: Shift) -> None:
    outcome = shift.saved("1", "talked")

    def meets(one: Outgoing, after: bool) -> None:
        if after and one.file_id == "1":
            raise down()

    shift.small.meets = meets
    shift.clock.passes(minutes=10)
    for _ in range(MOST_TRIES):
        shift.saved("2", "busy")
        shift.clock.passes(minutes=11)
        shift.push()
    assert shift.status().refused_count == 1
    shift.small.meets = lambda one, after: None
    undo = shift.undoes(outcome)
    shift.clock.passes(minutes=10)
    shift.push()
    assert (shift.small.told[-1].event_id, outcome.id in shift.small.there) == (undo.id, False)


def test_an_undo_reaches_what_was_refused_after_a_part_was_told(shift: Shift) -> None:
    outcome = shift.saved("1", "talked")
    shift.clock.passes(minutes=10)
    refused = SystemRefused("No such field.")
    refused.part_told = True
    shift.small.meets = fails(refused, after=True)
    assert shift.push() == Pushing(refused=1)
    assert [one.said for one in shift.status().refused] == ["No such field."]
    undo = shift.undoes(outcome)
    shift.clock.passes(minutes=10)
    assert shift.push() == Pushing(pushed=1)
    assert (shift.small.told[-1].event_id, shift.small.there) == (undo.id, {})


def test_what_was_refused_without_a_doubt_needs_no_undo(shift: Shift) -> None:
    shift.small.refuses = {"1": "No."}
    outcome = shift.saved("1")
    shift.clock.passes(minutes=10)
    shift.push()
    shift.small.refuses = {}
    shift.undoes(outcome)
    shift.clock.passes(minutes=10)
    assert shift.push(again=True) == Pushing()
    assert shift.outbox() == {outcome.id: "superseded"}


# -- one bad record stops nothing --------------------------------------------------------------------------------------


def test_a_refused_record_is_named_and_goes_once_more_when_told(shift: Shift) -> None:
    for voter in ("1", "2"):
        shift.saved(voter)
    shift.small.refuses = {"1": "No such person."}
    shift.clock.passes(minutes=10)
    assert shift.push() == Pushing(pushed=1, refused=1)
    status = shift.status()
    assert [(one.file_id, one.disposition, one.said) for one in status.refused] == [
        ("1", "not_home", "No such person.")
    ]
    assert (status.pushed, status.waiting, status.refused_count) == (1, 0, 1)
    shift.small.refuses = {}
    assert shift.push() == Pushing()
    assert shift.push(again=True) == Pushing(pushed=1)


def test_what_was_told_in_part_is_told_whole_once_it_is_mended(shift: Shift) -> None:
    first, second, third = (shift.saved(voter, "busy") for voter in ("1", "2", "3"))
    shift.small.has_no_place_for = {"busy"}
    shift.clock.passes(minutes=10)
    assert shift.push() == Pushing(pushed=3)
    status = shift.status()
    assert (status.pushed, status.in_part, status.shortened) == (
        3,
        3,
        {"There is no place for the result; make one.": 3},
    )
    assert shift.push() == Pushing()
    assert shift.push(again=True) == Pushing()  # nothing was mended
    right = shift.put_right(first, "not_home")
    undo = shift.undoes(third)
    shift.small.has_no_place_for = set()
    shift.clock.passes(minutes=10)
    shift.small.told.clear()
    assert shift.push(again=True) == Pushing(pushed=3)
    retold = {one.event_id: one for one in shift.small.told}
    assert retold.keys() == {second.id, right.id, undo.id}
    whole = retold[second.id]
    assert (whole.is_retold, whole.outcome, whole.corrected, whole.remote_id) == (
        True,
        second,
        second,
        f"r-{second.id}",
    )
    assert (retold[right.id].corrects, retold[undo.id].corrects) == (first.id, third.id)
    assert (shift.status().in_part, shift.status().shortened) == (0, {"There is no place for the result; make one.": 2})
    assert shift.push(again=True) == Pushing()


def test_what_is_told_again_is_not_forgotten_while_it_waits(shift: Shift) -> None:
    wrong = shift.saved("1", "busy")
    shift.small.has_no_place_for = {"busy"}
    shift.clock.passes(minutes=10)
    shift.push()
    shift.small.meets = fails(SystemBusy("Small is busy.", 60))
    assert shift.push(again=True) == Pushing(waiting=1, said="Small is busy.", rests=60)
    right = shift.put_right(wrong, "not_home")
    shift.clock.passes(minutes=10)
    assert shift.push() == Pushing(pushed=1)
    assert shift.told() == [("1", "busy", ""), ("1", "not_home", wrong.id)]
    better = shift.put_right(right, "talked")
    shift.clock.passes(minutes=10)
    shift.push()
    assert shift.told()[2:] == [("1", "talked", right.id)]
    assert shift.outbox() == {wrong.id: "superseded", right.id: "pushed", better.id: "pushed"}


def test_however_many_are_refused_each_can_be_looked_up(shift: Shift) -> None:
    row = {"campaign_id": "turnout", "name": NAME, "state": "refused", "said": "No."}
    with shift.engine.begin() as connection:
        connection.execute(
            pushes.insert(), [{**row, "event_id": f"e-{nth:05}", "attempt_id": f"a-{nth}"} for nth in range(1500)]
        )
    status = shift.status()
    assert (len(status.refused), status.refused_count) == (1500, 1500)


def test_a_refused_record_that_is_put_right_is_not_refused_any_more(shift: Shift) -> None:
    shift.small.refuses = {"1": "No such result."}
    wrong = shift.saved("1", "busy")
    shift.clock.passes(minutes=10)
    shift.push()
    shift.small.refuses = {}
    shift.put_right(wrong, "not_home")
    shift.clock.passes(minutes=10)
    assert shift.push() == Pushing(pushed=1)
    assert (shift.told(), shift.status().refused_count) == ([("1", "not_home", "")], 0)


def test_a_record_over_which_the_system_fails_stops_nothing(shift: Shift) -> None:
    for voter in ("1", "2", "3"):
        shift.saved(voter)

    def poison(one: Outgoing, after: bool) -> None:
        if one.file_id == "1":
            raise down()

    shift.small.meets = poison
    shift.clock.passes(minutes=10)
    assert shift.push() == Pushing(pushed=2, waiting=1)
    for _ in range(MOST_TRIES - 2):
        assert shift.push() == Pushing(waiting=1, said="Small did not answer.", down=True)
        shift.clock.passes(minutes=10)
    assert shift.push().refused == 1
    assert [(one.file_id, one.said) for one in shift.status().refused] == [("1", "Small did not answer.")]


def forbids(*file_ids: str) -> Callable[[Outgoing, bool], None]:
    """The key has no right to these voters."""

    def meets(one: Outgoing, after: bool) -> None:
        if not after and one.file_id in file_ids:
            raise WrongKey("Small answered 403: not your committee's.", 403)

    return meets


@pytest.mark.parametrize("place", [1, 2])
def test_one_record_to_which_the_key_has_no_right_is_refused_and_stops_no_other(shift: Shift, place: int) -> None:
    for voter in ("1", "2", "3"):
        shift.saved(voter)
    shift.small.meets = forbids(str(place))
    shift.clock.passes(minutes=10)
    assert shift.push() == Pushing(pushed=2, refused=1)
    assert [(one.file_id, one.said) for one in shift.status().refused] == [
        (str(place), "Small answered 403: not your committee's.")
    ]
    shift.small.meets = forbids()
    assert shift.push(again=True) == Pushing(pushed=1)


def test_the_last_record_to_which_the_key_has_no_right_waits_until_others_are_taken(shift: Shift) -> None:
    """It may be that the key has just lost the right to all."""
    shift.saved("1")
    shift.saved("2")
    shift.small.meets = forbids("2")
    shift.clock.passes(minutes=10)
    said = "Small answered 403: not your committee's."
    assert shift.push() == Pushing(pushed=1, waiting=1, said=said)
    assert shift.push() == Pushing(waiting=1, said=said)
    shift.saved("3")
    shift.clock.passes(minutes=10)
    assert shift.push() == Pushing(pushed=1, refused=1)


def test_a_record_that_is_forbidden_again_and_again_is_refused_behind_the_others(shift: Shift) -> None:
    shift.saved("2")
    shift.small.meets = forbids("2")
    shift.clock.passes(minutes=10)
    for _ in range(3):
        assert shift.push().waiting == 1
    shift.saved("1")
    shift.clock.passes(minutes=10)
    assert shift.push() == Pushing(pushed=1, refused=1)


def test_a_key_that_has_lost_the_right_to_all_refuses_nothing(shift: Shift) -> None:
    for voter in ("1", "2", "3", "4"):
        shift.saved(voter)
    shift.small.meets = forbids("2", "3", "4")
    shift.clock.passes(minutes=10)
    assert shift.push() == Pushing(pushed=1, waiting=3, said="Small answered 403: not your committee's.")
    assert shift.small.calls == 3
    shift.small.meets = forbids()
    assert shift.push() == Pushing(pushed=3)


def test_what_is_in_doubt_and_forbidden_is_refused_too(shift: Shift) -> None:
    for voter in ("1", "2"):
        shift.saved(voter)
    shift.clock.passes(minutes=10)
    shift.small.meets = fails(down(), SystemBusy("Small is busy.", 1), after=True)
    shift.push()
    shift.clock.passes(minutes=1)
    shift.small.meets = forbids("1")
    done = shift.push()
    assert (done.refused, done.waiting) == (1, 0)


def test_a_system_that_is_down_for_a_day_loses_nothing(shift: Shift) -> None:
    for voter in ("1", "2", "3"):
        shift.saved(voter)
    shift.clock.passes(minutes=10)
    shift.small.meets = fails(*(down() for _ in range(500)))
    for _ in range(24):
        done = shift.push()
        assert (done.down, done.waiting) == (True, 3)
        shift.clock.passes(hours=1)
    assert shift.status().said == "Small did not answer."
    shift.small.meets = lambda one, after: None
    assert shift.push() == Pushing(pushed=3)


def test_a_connector_that_fails_over_one_record_goes_on_with_the_next(shift: Shift) -> None:
    for voter in ("1", "2"):
        shift.saved(voter)
    shift.clock.passes(minutes=10)
    shift.small.meets = fails(KeyError("number"))
    assert shift.push() == Pushing(pushed=1, refused=1)
    assert [one.said for one in shift.status().refused] == ["phonetui itself failed over this one (KeyError)."]


def test_a_busy_system_is_left_alone_as_long_as_it_asked(shift: Shift) -> None:
    shift.saved("1")
    shift.clock.passes(minutes=10)
    shift.small.meets = fails(SystemBusy("Small is busy.", 120))
    shift.push()
    with pytest.raises(Refused) as refused:
        shift.push()
    assert str(refused.value) == "there asked to be left alone until 16:12 UTC; nothing is lost meanwhile."
    shift.clock.passes(minutes=2)
    assert shift.push() == Pushing(pushed=1)


# -- what was before ---------------------------------------------------------------------------------------------------


def test_a_connection_added_in_mid_campaign_begins_at_the_beginning_or_at_its_day(shift: Shift) -> None:
    shift.saved("1")
    shift.clock.passes(days=1)
    shift.saved("2")
    shift.clock.passes(minutes=10)
    with shift.engine.begin() as connection:
        connections.add(connection, "late", f"{THEIRS}from: 2026-10-07\n", "late.yaml", shift.clock())
        connections.add(connection, "whole", THEIRS, "whole.yaml", shift.clock())
    shift.environment |= {"PHONETUI_CONNECT_LATE_KEY": "k", "PHONETUI_CONNECT_WHOLE_KEY": "k"}
    shift.small.tells_doubles = False
    with shift.engine.connect() as connection:
        assert connection_work.push(connection, "late", shift.office) == Pushing(pushed=1)
        assert connection_work.push(connection, "whole", shift.office) == Pushing(pushed=2)
    assert [voter for voter, _, _ in shift.told()] == ["2", "1", "2"]


def test_what_a_removed_connection_was_told_is_not_told_again(shift: Shift) -> None:
    shift.small.tells_doubles = False
    shift.saved("1")
    shift.clock.passes(minutes=10)
    shift.push()
    with shift.engine.begin() as connection:
        connections.remove(connection, NAME, shift.clock())
    shift.saved("2")
    shift.clock.passes(minutes=10)
    with pytest.raises(Refused) as refused:
        shift.push()
    assert str(refused.value) == (
        "There is no connection there; make one: phonetui server connect there new SYSTEM, then: phonetui server "
        "connect there add there.yaml."
    )
    with shift.engine.begin() as connection:
        connections.add(connection, NAME, THEIRS, "there.yaml", shift.clock())
    assert shift.push() == Pushing(pushed=1)
    assert [voter for voter, _, _ in shift.told()] == ["1", "2"]


def test_an_outcome_stored_by_a_process_whose_clock_is_late_is_found(shift: Shift) -> None:
    shift.saved("1")
    shift.clock.passes(minutes=12)
    shift.push()
    shift.clock.passes(minutes=-25)
    shift.saved("2")
    shift.clock.passes(minutes=26)
    assert shift.push() == Pushing(pushed=1)


def erased(shift: Shift, voter_id: int) -> None:
    """A voter wants to be erased."""
    with shift.engine.begin() as connection:
        erase(connection, "turnout", [voter_id], shift.clock(), erasing_key=b"e" * 32, ticket_key=b"t" * 32)


def test_a_voter_erased_while_their_outcome_waits_is_not_told(shift: Shift) -> None:
    outcome = shift.saved("1")
    shift.clock.passes(minutes=10)
    shift.small.meets = fails(SystemBusy("Small is busy.", 1))
    shift.push()
    shift.clock.passes(minutes=1)
    erased(shift, int(outcome.voter_id))
    assert shift.push() == Pushing(lost=1)
    assert shift.status().lost == {"The voter was erased here before this was told.": 1}
    assert shift.told() == []


def test_a_voter_erased_while_others_are_told_is_not_told(shift: Shift) -> None:
    first, second = shift.saved("1"), shift.saved("2")
    shift.clock.passes(minutes=10)

    def meets(one: Outgoing, after: bool) -> None:
        if after and one.event_id == first.id:
            erased(shift, int(second.voter_id))

    shift.small.meets = meets
    assert shift.push() == Pushing(pushed=1)
    assert shift.push() == Pushing(lost=1)
    assert shift.told() == [("1", "not_home", "")]


def test_nothing_that_comes_late_of_an_erased_voter_is_told(shift: Shift) -> None:
    outcome = shift.means("1", note="Her cat is ill.")
    erased(shift, int(outcome.voter_id))
    shift.saves(outcome)
    shift.clock.passes(minutes=10)
    assert shift.push() == Pushing(lost=1)
    assert shift.told() == []


def test_a_day_file_holds_no_erased_voter(url: str, tmp_path: Path, small: Small) -> None:
    shift = Shift(url, tmp_path, small, source=WRITING)
    first, second, third = shift.saved("1"), shift.saved("2"), shift.saved("3")
    shift.clock.passes(minutes=10)
    shift.push()
    erased(shift, int(first.voter_id))
    shift.put_right(second, "busy")
    shift.saved("4")
    erased(shift, 4)
    shift.clock.passes(minutes=10)
    assert shift.push() == Pushing(pushed=1, lost=1)
    [told] = small.files.values()
    assert {one.attempt_id for one in told} == {second.id, third.id}


def test_after_a_restored_backup_what_may_have_been_told_is_in_doubt(shift: Shift) -> None:
    outcome = shift.saved("1")
    shift.clock.passes(minutes=10)
    before = shift.outbox()
    assert shift.push() == Pushing(pushed=1)
    with shift.engine.begin() as connection:  # as it was in the backup
        connection.exec_driver_sql("DELETE FROM pushes")
        connection.execute(update(table).values(looked_at=None, looked_through=""))
        connection.execute(tables.settings.insert().values(name=backups.RESTORED, value=""))
    assert before == {}
    assert shift.push() == Pushing(pushed=1)
    assert [one.event_id for one in shift.small.told] == [outcome.id]  # Small knows it already
    assert shift.small.calls == 2


def test_another_campaigns_outcomes_stay_there(shift: Shift) -> None:
    shift.saved("1")
    shift.clock.passes(minutes=10)
    with shift.engine.begin() as connection:
        row = {"campaign_id": "schools", "version": 1, "state": "open", "source": "", "added_at": shift.clock()}
        other = msgspec.structs.replace(shift.campaign, campaign_id="schools")
        connection.execute(tables.campaigns.insert().values(**row, body=msgspec.json.encode(other)))
        connections.add(connection, "other", THEIRS.replace("turnout", "schools"), "other.yaml", shift.clock())
    shift.environment["PHONETUI_CONNECT_OTHER_KEY"] = "k"
    with shift.engine.connect() as connection:
        assert connection_work.push(connection, "other", shift.office) == Pushing()


def test_runs_of_one_connection_do_not_overlap(shift: Shift) -> None:
    with shift.engine.begin() as connection:
        busy = shift.clock() + timedelta(minutes=5)
        connection.execute(update(table).values(busy_until=busy))
    with pytest.raises(Refused) as refused:
        shift.push()
    assert str(refused.value) == (
        "A push of there is under way; try again when it has ended, or 5 minutes after it was killed."
    )
    shift.clock.passes(minutes=5)
    assert shift.push() == Pushing()


def test_a_killed_run_of_a_clock_that_was_ahead_holds_nobody_up(shift: Shift) -> None:
    shift.saved("1")
    ahead = shift.clock() + timedelta(hours=3)
    with shift.engine.begin() as connection:
        connection.execute(update(table).values(busy_until=ahead))
    shift.clock.passes(minutes=10)
    assert shift.push() == Pushing(pushed=1)


def test_what_is_stored_after_a_clock_was_put_back_is_told(shift: Shift) -> None:
    shift.saved("1")
    shift.clock.passes(hours=3)  # it went ahead
    assert shift.push() == Pushing(pushed=1)
    shift.saved("2")
    shift.clock.passes(hours=1)
    assert shift.push() == Pushing(pushed=1)
    shift.clock.passes(hours=-4)  # and is put right
    shift.saved("3")
    shift.clock.passes(hours=1)
    assert shift.push() == Pushing(pushed=1)
    assert [file_id for file_id, *_ in shift.told()] == ["1", "2", "3"]


def test_whoever_came_in_a_file_is_nobody_there_until_the_connection_says_so(
    url: str, tmp_path: Path, small: Small
) -> None:
    shift = Shift(url, tmp_path, small, source=FILE)
    told = shift.saved("1", "talked")
    shift.clock.passes(minutes=10)
    for _ in range(2):
        assert shift.push(again=True) == Pushing(strangers=1)
    assert (small.calls, shift.outbox()) == (0, {told.id: "stranger"})
    status = shift.status()
    assert (status.strangers, status.waiting, status.refused_count) == (1, 0, 0)
    with shift.engine.begin() as connection:
        connections.add(connection, NAME, THEIRS, "there.yaml", shift.clock())
    assert shift.push() == Pushing(pushed=1)
    assert shift.outbox() == {told.id: "pushed"}


def test_whoever_comes_by_a_pull_after_the_call_is_told_of(url: str, tmp_path: Path, small: Small) -> None:
    shift = Shift(url, tmp_path, small, source=FILE)
    wrong, other = shift.saved("1", "busy"), shift.saved("2", "busy")
    shift.clock.passes(minutes=10)
    assert shift.push() == Pushing(strangers=2)
    right = shift.put_right(wrong, "not_home")
    with shift.engine.connect() as connection:
        for file_id in ("1", "2"):
            KnownIds(connection, find(connection, NAME)).keep("came", file_id, "", file_id)
    shift.clock.passes(minutes=10)
    assert shift.push() == Pushing(pushed=2)
    assert shift.outbox() == {wrong.id: "superseded", right.id: "pushed", other.id: "pushed"}


def test_a_stranger_who_is_erased_is_told_of_nobody(url: str, tmp_path: Path, small: Small) -> None:
    shift = Shift(url, tmp_path, small, source=FILE)
    outcome = shift.saved("1", "busy")
    shift.clock.passes(minutes=10)
    shift.push()
    erased(shift, int(outcome.voter_id))
    assert shift.push() == Pushing(lost=1)
    assert (small.calls, shift.status().strangers) == (0, 0)


def test_of_an_erased_voter_nothing_is_told_again_and_no_word_is_kept(shift: Shift) -> None:
    outcome = shift.saved("1", "busy")
    shift.small.has_no_place_for = {"busy"}
    shift.clock.passes(minutes=10)
    shift.push()
    erased(shift, int(outcome.voter_id))
    assert shift.push(again=True) == Pushing()
    with shift.engine.connect() as connection:
        [row] = connection.execute(pushes.select()).all()
    assert (row.state, row.said, row.remote_id) == ("pushed", "", "")
