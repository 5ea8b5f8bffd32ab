"""A list of another system comes in, as it is there now."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from phonetui.core.refusal import Refused
from phonetui.core.voter import decode_voter
from phonetui.server import connection_work, connections, looks, tables
from phonetui.server.connection_runs import Run, UnderWay
from phonetui.server.connection_tables import remote_ids
from phonetui.server.connections import KnownIds, find
from phonetui.server.connectors.connector import PulledVoter, SystemBusy, SystemDown
from phonetui.server.erasing import erase
from phonetui.server.own_runs import OwnRuns
from phonetui.server.pulled_list import folder_of
from phonetui.server.pulling import PullReport
from phonetui.server.supervising_tables import audit
from phonetui.server.voter_import import import_voters
from tests.server.connectors.evening import CAMPAIGN, NAME, Evening
from tests.server.connectors.small import FILE, Small, install, person


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Small:
    """Three people are on the list."""
    made = Small()
    install(monkeypatch, made)
    made.people = [person(1), person(2, email="ana@example.org", **{"tag:Parks": "yes", "tags": "Schools"}), person(3)]
    return made


@pytest.fixture
def evening(url: str, tmp_path: Path, small: Small) -> Evening:
    """A campaign that is connected to it."""
    return Evening(url, tmp_path, FILE, secrets={"key": "k"})


def ended(evening: Evening) -> dict[str, str]:
    """Why each voter, by the id there, is not called."""
    with evening.engine.connect() as connection:
        rows = connection.execute(tables.voters.select().order_by(tables.voters.c.voter_id))
        return {row.file_key.removeprefix("id:"): row.ended for row in rows}


def test_voters_come_with_what_is_known_of_them(evening: Evening, tmp_path: Path) -> None:
    report = evening.pull()
    assert (report.came, report.imported, report.merged, report.refused) == (3, 3, 0, 0)
    with evening.engine.connect() as connection:
        by_id = tables.voters.select().order_by(tables.voters.c.voter_id)
        bodies = [row.body.decode() for row in connection.execute(by_id)]
        lists = [row.name for row in connection.execute(tables.lists.select()) if row.name != "all"]
        known = KnownIds(connection, find(connection, NAME))
        assert known.find("phone", "S2", "+12125550002") == "p2"
        assert known.find("phone", "S2") == known.find("phone", "S9", "+12125550002") == ""
        logged = [(row.action, row.subject) for row in connection.execute(audit.select())]
    assert lists == [NAME]
    assert '"tags":["Schools","Parks"]' in bodies[1]
    assert '"email":"ana@example.org"' in bodies[1]
    assert logged == [("connected", NAME), ("pulled", NAME)]
    assert not (tmp_path / "pulled").exists()


def test_all_numbers_of_a_voter_come(evening: Evening, small: Small) -> None:
    """Also several of a kind, as a list has them that names several columns for it."""
    one = person(1, phone="2125550011")
    further = {"phone": ["2125550012"], "cell_phone": ["2125550013", "no number", "2125550014"]}
    small.people = [replace(one, further=further)]
    evening.pull()
    with evening.engine.connect() as connection:
        [row] = connection.execute(tables.voters.select())
    assert [(phone.number[-2:], phone.kind) for phone in decode_voter(row.body).phones] == [
        ("11", ""),
        ("12", ""),
        ("01", "cell"),
        ("13", "cell"),
        ("14", "cell"),
    ]


def test_the_same_list_again_changes_nothing(evening: Evening) -> None:
    evening.pull()
    report = evening.pull()
    assert (report.imported, report.merged, report.withdrawn) == (0, 3, 0)


def test_who_left_the_list_is_not_called_and_who_comes_back_is(evening: Evening, small: Small) -> None:
    evening.pull()
    gone = small.people.pop()
    assert evening.pull().withdrawn == 1
    assert ended(evening) == {"S1": "", "S2": "", "S3": "removed"}
    assert evening.pull().withdrawn == 0
    small.people.append(gone)
    evening.pull()
    assert ended(evening) == {"S1": "", "S2": "", "S3": ""}


def test_voters_of_other_lists_stay(evening: Evening, small: Small, tmp_path: Path) -> None:
    file = tmp_path / "ours.csv"
    file.write_text("ID,Name,Phone\nS3,Ana Diaz,2125550003\nX1,Bo Lee,2125550009\n")
    with evening.engine.connect() as connection:
        import_voters(connection, "turnout", file, erasing_key=b"e", now=evening.clock())
    evening.pull()
    small.people = small.people[:1]
    assert evening.pull().withdrawn == 1
    assert ended(evening) == {"S3": "", "X1": "", "S1": "", "S2": "removed"}


def test_who_is_not_to_be_called_there_is_not_called_here(evening: Evening, small: Small) -> None:
    evening.pull()
    small.people = [person(1), replace(person(2), do_not_call=True), replace(person(4), do_not_call=True), person(3)]
    report = evening.pull()
    assert (report.came, report.do_not_call, report.withdrawn) == (4, 2, 0)
    assert ended(evening) == {"S1": "", "S2": "do-not-call", "S3": ""}
    with evening.engine.connect() as connection:
        numbers = {row.number for row in connection.execute(tables.suppressed_numbers.select())}
    assert numbers == {"+12125550002", "+12125550004"}


def test_nothing_is_taken_in_from_a_list_that_did_not_come_whole(
    evening: Evening, small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    evening.pull()
    people = small.people

    class Half:
        def __iter__(self) -> Iterator[PulledVoter]:
            yield people[0]
            raise SystemDown("Small did not answer.")

    monkeypatch.setattr(small, "people", Half())
    with pytest.raises(SystemDown):
        evening.pull()
    assert ended(evening) == {"S1": "", "S2": "", "S3": ""}
    assert not (tmp_path / "pulled").exists()
    with evening.engine.connect() as connection:
        linked = find(connection, NAME)
    assert (linked.pull_said, linked.pull_tries, linked.pull_busy_until) == ("Small did not answer.", 1, None)


def test_an_empty_list_empties_nothing(evening: Evening, small: Small) -> None:
    evening.pull()
    small.people = []
    with pytest.raises(Refused) as refused:
        evening.pull()
    assert str(refused.value) == "The list of there is empty there, so nothing was changed here."
    assert ended(evening) == {"S1": "", "S2": "", "S3": ""}


def test_a_busy_system_is_left_alone(evening: Evening, small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    class Busy:
        def __iter__(self) -> Iterator[PulledVoter]:
            raise SystemBusy("Small is busy.", 90)

    monkeypatch.setattr(small, "people", Busy())
    with pytest.raises(SystemBusy):
        evening.pull()
    with evening.engine.connect() as connection:
        rests_until = find(connection, NAME).pull_rests_until
    assert rests_until is not None
    assert (rests_until - evening.clock()).total_seconds() == 90
    with pytest.raises(Refused) as refused:
        evening.pull()
    assert str(refused.value) == "there asked to be left alone until 16:01 UTC; nothing is lost meanwhile."
    monkeypatch.setattr(small, "people", [person(1)])
    evening.clock.passes(seconds=90)
    assert evening.pull().imported == 1


def test_what_a_killed_pull_left_is_gone_after_the_next(evening: Evening, tmp_path: Path) -> None:
    left = tmp_path / "pulled-there"
    left.mkdir()
    (left / "there").write_text("Ana")
    evening.pull()
    assert not left.exists()


def second_pull(evening: Evening) -> PullReport:
    """Another connection's, to the same system."""
    evening.environment["PHONETUI_CONNECT_SECOND_KEY"] = "k"
    with evening.engine.begin() as connection:
        connections.add(connection, "second", FILE, "second.yaml", evening.clock())
    with evening.engine.connect() as connection:
        return connection_work.pull(connection, "second", evening.office)


def test_two_lists_are_taken_in_at_once(evening: Evening, monkeypatch: pytest.MonkeyPatch) -> None:
    second: list[PullReport] = []

    def import_beside(*given: object, **named: object) -> object:
        if not second:
            second.append(PullReport(came=0))
            second[0] = second_pull(evening)
        return import_voters(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr("phonetui.server.pulling.import_voters", import_beside)
    assert (evening.pull().merged, second[0].imported) == (3, 3)


def test_who_left_one_list_and_is_on_another_is_called_for_that_one(evening: Evening, small: Small) -> None:
    evening.pull()
    second_pull(evening)
    gone = small.people.pop()
    assert evening.pull().withdrawn == 0
    assert second_pull(evening).withdrawn == 1
    assert evening.pull().withdrawn == 0
    assert ended(evening)["S3"] == "removed"
    small.people.append(gone)
    second_pull(evening)
    assert ended(evening)["S3"] == ""
    small.people.pop()
    assert evening.pull().withdrawn == 0
    assert ended(evening)["S3"] == ""


def test_a_list_of_a_removed_connection_holds_nobody(evening: Evening, small: Small) -> None:
    evening.pull()
    second_pull(evening)
    with evening.engine.begin() as connection:
        connections.remove(connection, "second", evening.clock())
    small.people.pop()
    assert evening.pull().withdrawn == 1
    assert ended(evening)["S3"] == "removed"


def test_who_replaced_a_connection_by_another_loses_those_who_leave(evening: Evening, small: Small) -> None:
    evening.pull()
    second_pull(evening)
    with evening.engine.begin() as connection:
        connections.remove(connection, NAME, evening.clock())
    small.people = [person(2), person(4)]
    assert second_pull(evening).withdrawn == 2
    assert ended(evening) == {"S1": "removed", "S2": "", "S3": "removed", "S4": ""}


def test_a_list_that_most_have_left_is_taken_for_a_mistake_until_somebody_is_sure(
    evening: Evening, small: Small
) -> None:
    small.people = [person(number) for number in range(1, 41)]
    evening.pull()
    small.people = [replace(person(1), do_not_call=True), person(2), *(person(number) for number in range(41, 81))]
    with pytest.raises(Refused) as refused:
        evening.pull()
    assert str(refused.value) == (
        "38 of the 40 voters whom there has brought are not on its list any more, so nothing was changed here. Look "
        "whether it is the right list; if it is: phonetui server connect there pull --yes"
    )
    assert ended(evening) == {f"S{number}": "" for number in range(1, 41)}
    with evening.engine.connect() as connection:
        alarms = [look.of["said"] for look in looks.of_systems(connection, CAMPAIGN, evening.clock())]
    assert alarms == [str(refused.value)]
    with evening.engine.connect() as connection:
        report = connection_work.pull(connection, NAME, evening.office, sure=True)
        assert not list(looks.of_systems(connection, CAMPAIGN, evening.clock()))
    assert (report.imported, report.merged, report.do_not_call, report.withdrawn) == (40, 1, 1, 38)
    assert evening.pull().withdrawn == 0


@pytest.mark.parametrize(("left", "is_asked"), [(20, False), (21, True)])
def test_half_of_a_list_may_leave(evening: Evening, small: Small, left: int, is_asked: bool) -> None:
    small.people = [person(number) for number in range(1, 41)]
    evening.pull()
    small.people = small.people[left:]
    if is_asked:
        with pytest.raises(Refused):
            evening.pull()
    else:
        assert evening.pull().withdrawn == left


def test_who_is_left_out_can_be_looked_up(evening: Evening, small: Small, tmp_path: Path) -> None:
    small.people.append(person(4, cell_phone="none"))
    report = evening.pull()
    kept = tmp_path / "there.refused.csv"
    assert (report.refused, report.refused_file) == (1, str(kept))
    assert kept.read_text().splitlines() == ["line,reason,id", "5,no number,S4"]
    assert kept.stat().st_mode & 0o777 == 0o600
    small.people.pop()
    assert evening.pull().refused_file == ""
    assert not kept.exists()


def test_what_did_not_come_of_a_voter_is_said(evening: Evening, small: Small) -> None:
    small.people = [person(1), replace(person(2), remark="no numbers"), replace(person(3), remark="no numbers")]
    assert evening.pull().remarks == {"no numbers": 2}


def test_a_list_that_cannot_be_read_is_not_taken_for_a_full_disk(
    evening: Evening, small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Gone:
        def __iter__(self) -> Iterator[PulledVoter]:
            yield person(1)
            raise OSError(5, os.strerror(5))

    monkeypatch.setattr(small, "people", Gone())
    with pytest.raises(Refused) as refused:
        evening.pull()
    assert str(refused.value) == (
        "The list of there cannot be read (Input/output error); look whether it is still where it was, then pull again."
    )


def test_a_list_that_a_killed_pull_left_is_cleared_away_by_the_server(evening: Evening, tmp_path: Path) -> None:
    folder = tmp_path / "pulled-there"
    own_runs = OwnRuns(evening.engine, evening.office)
    with evening.engine.connect() as connection:
        run = Run(connection, find(connection, NAME), "pull", evening.clock)
        connection.rollback()
        run.begin()
    folder.mkdir()
    (folder / "there").write_text("Ana")
    own_runs.run_due("pull")
    assert folder.exists()  # the pull may still be under way
    evening.clock.passes(minutes=6)
    own_runs.run_due("pull")
    assert not folder.exists()


def test_a_server_without_a_folder_has_the_list_in_one_that_the_next_pull_finds(
    evening: Evening, small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    office = replace(evening.office, data=None)
    with evening.engine.connect() as connection:
        folder = folder_of(evening.engine, None, NAME)
        assert folder.parent == tmp_path
        folder.mkdir()
        (folder / "there").write_text("Ana")
        small.people.append(person(4, cell_phone="none"))
        report = connection_work.pull(connection, NAME, office)
    assert (report.refused, report.refused_file) == (1, "")
    assert not folder.exists()


def test_a_list_that_comes_slowly_is_not_taken_for_dead(evening: Evening, small: Small) -> None:
    second = list[str]()

    class Slow(list[PulledVoter]):
        def __iter__(self) -> Iterator[PulledVoter]:
            for number in range(1, 401):
                evening.clock.passes(seconds=1)
                if number == 350:
                    with pytest.raises(UnderWay) as refused:
                        evening.pull()
                    second.append(str(refused.value))
                yield person(number)

    small.people = Slow()
    assert evening.pull().came == 400
    assert len(second) == 1


def test_a_folder_that_cannot_be_written_is_named(
    evening: Evening, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def no_room(*_: object, **__: object) -> int:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr("phonetui.server.pulled_list.os.open", no_room)
    with pytest.raises(Refused) as refused:
        evening.pull()
    assert str(refused.value) == ("The list cannot be written down (No space left on device); make room on the disk.")


def test_ids_of_those_who_left_are_kept(evening: Evening, small: Small) -> None:
    evening.pull()
    small.people = small.people[:1]
    evening.pull()
    with evening.engine.connect() as connection:
        kept = connection.execute(remote_ids.select().where(remote_ids.c.kind != "came")).all()
    assert len(kept) == 3


def test_who_was_erased_here_stays_out(evening: Evening, small: Small) -> None:
    evening.pull()
    with evening.engine.begin() as connection:
        key = tables.voters.c.file_key == "id:S2"
        voter_id = connection.scalar(select(tables.voters.c.voter_id).where(key))
        assert voter_id is not None
        erase(connection, "turnout", [voter_id], evening.clock(), erasing_key=b"e" * 32, ticket_key=b"t" * 32)
    report = evening.pull()
    assert (report.merged, report.refused, report.reasons) == (2, 1, {"erased on request": 1})
    assert set(ended(evening)) == {"S1", "S3", f"erased:{voter_id}"}
    with evening.engine.connect() as connection:
        assert {row.file_id for row in connection.execute(remote_ids.select())} == {"S1", "S3"}


def kept_ids(evening: Evening) -> set[tuple[str, str]]:
    """Whose numbers are kept."""
    with evening.engine.connect() as connection:
        kept = connection.execute(remote_ids.select().where(remote_ids.c.kind == "phone"))
        return {(row.file_id, row.ours) for row in kept}


def test_a_pull_that_breaks_off_brings_nothing_of_an_erased_voter_back(
    evening: Evening, small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("phonetui.server.pulled_list.CHUNK", 1)
    evening.pull()
    with evening.engine.begin() as connection:
        voter_id = connection.scalar(select(tables.voters.c.voter_id).where(tables.voters.c.file_key == "id:S2"))
        assert voter_id is not None
        erase(connection, "turnout", [voter_id], evening.clock(), erasing_key=b"e" * 32, ticket_key=b"t" * 32)
    before = kept_ids(evening)

    class BrokenOff(list[PulledVoter]):
        def __iter__(self) -> Iterator[PulledVoter]:
            yield from list(super().__iter__())
            raise SystemDown("Small did not answer.")

    small.people = BrokenOff(small.people)
    with pytest.raises(SystemDown):
        evening.pull()
    assert kept_ids(evening) == before == {("S1", "+12125550001"), ("S3", "+12125550003")}


def test_of_a_wrong_list_no_number_stays(evening: Evening, small: Small) -> None:
    small.people = [person(number) for number in range(1, 21)]
    evening.pull()
    before = kept_ids(evening)
    small.people = [person(number) for number in range(31, 51)]
    with pytest.raises(Refused):
        evening.pull()
    assert kept_ids(evening) == before


def test_a_pull_that_takes_long_is_not_taken_for_dead(evening: Evening, small: Small) -> None:
    class Slow:
        def __iter__(self) -> Iterator[PulledVoter]:
            small.made[-1].setup.wait(3600)
            yield person(1)
            evening.clock.passes(minutes=4)
            with pytest.raises(UnderWay):
                evening.pull()
            evening.clock.passes(minutes=4)
            yield person(2)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(small, "people", Slow())
        assert evening.pull().imported == 2
    assert evening.pull().came == 3


def test_a_run_that_was_taken_for_dead_writes_nothing_more(evening: Evening, small: Small) -> None:
    class Asleep:
        def __iter__(self) -> Iterator[PulledVoter]:
            yield person(1)
            evening.clock.passes(minutes=6)
            patch.undo()
            evening.pull()
            yield person(2)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(small, "people", Asleep())
        with pytest.raises(UnderWay) as ended_early:
            evening.pull()
    assert str(ended_early.value) == "Another pull of there has begun meanwhile, so this one has ended."
