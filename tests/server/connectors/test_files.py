"""An organiser has voters in a file, and wants results as files."""

from __future__ import annotations

import csv
import errno
import os
import sys
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest

from phonetui.core.campaign import Step
from phonetui.core.push import Outgoing
from phonetui.core.refusal import Refused
from phonetui.core.voter import Voter
from phonetui.server.connectors import files_whole
from phonetui.server.connectors.connector import Pulls, Writes
from phonetui.server.connectors.files import SYSTEM
from phonetui.server.connectors.files_rows import SCHEMA, TYPES
from tests.server.phone_bank import number

from .given import CAMPAIGN, NOON, connected, outgoing

DAY = date(2026, 10, 6)
LIST = "VANID,First Name,Last Name,Cell Phone,Home Phone,2024 General\n"


def written(folder: Path, outcomes: Iterable[Outgoing], kind: str = "csv", **given: dict[str, str]) -> Path:
    connector = connected(f"system: files\nresults: {folder}\nformat: {kind}", **given)  # type: ignore[arg-type]
    assert isinstance(connector, Writes)
    assert not isinstance(connector, Pulls)
    return connector.write(DAY, list(outcomes))


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def pulled(file: Path, more: str = "") -> list[dict[str, str]]:
    connector = connected(f"system: files\nvoters: {file}\n{more}")
    assert isinstance(connector, Pulls)
    assert not isinstance(connector, Writes)
    return [dict(voter.fields) for voter in connector.pull()]


# -- results -----------------------------------------------------------------------------------------------------------


def test_a_day_is_a_file_with_a_row_for_each_attempt(tmp_path: Path) -> None:
    called_back = outgoing(
        2,
        "call_back",
        answers={"vote": "yes", "help": "bake;drive", "yard_sign": "maybe"},
        note="Ask for Ann",
        call_at=NOON + timedelta(hours=2),
    )
    file = written(tmp_path, [called_back, outgoing(1, "not_home")])
    assert file == tmp_path / "evening-2026-10-06.csv"
    first, second = rows_of(file)
    assert (first["attempt_id"], first["disposition"], first["answer_vote"]) == ("attempt-1", "not_home", "")
    assert second == {
        "schema": "1",
        "campaign": "turnout",
        "attempt_id": "attempt-2",
        "event_id": "event-2",
        "at_utc": "2026-10-06T16:00:00Z",
        "local_date": "2026-10-06",
        "local_time": "11:00",
        "caller": "dana",
        "voter_file_id": "2",
        "first_name": "Ann",
        "last_name": "Doe",
        "number": number(2),
        "disposition": "call_back",
        "label": "Call back",
        "contact": "yes",
        "talk": "no",
        "same_call": "no",
        "other_answers": "yard_sign=maybe",
        "note": "Ask for Ann",
        "call_back": "2026-10-06T13:00-05:00",
        "answer_vote": "yes",
        "answer_help": "bake; drive",
    }


def test_the_columns_are_those_that_the_guide_promises() -> None:
    guide = Path(files_whole.__file__).parents[2] / "guide" / "files.md"
    promised = [line.split("`")[1] for line in guide.read_text("utf-8").splitlines() if line.startswith("| `")]
    names = list(TYPES)
    assert [name for name in promised if name in names] == names
    assert SCHEMA == 1


def test_results_and_answers_are_called_as_the_connection_says(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        [outgoing(1, "talked", answers={"vote": "yes", "help": "bake;drive"})],
        dispositions={"talked": "Canvassed"},
        answers={"vote": {"yes": "1 - Strong"}, "help": {"bake": "Cakes"}},  # type: ignore[dict-item]
    )
    [row] = rows_of(file)
    assert (row["disposition"], row["answer_vote"], row["answer_help"]) == ("Canvassed", "1 - Strong", "Cakes; drive")


def test_json_lines_keep_types(tmp_path: Path) -> None:
    file = written(tmp_path, [outgoing(1, "refused"), outgoing(2, answers={"vote": "no"})], "jsonl")
    first, second = map(msgspec.json.decode, file.read_bytes().splitlines())
    assert (first["contact"], first["answer_vote"], first["at_utc"]) == (True, None, "2026-10-06T16:00:00Z")
    assert (second["schema"], second["talk"], second["answer_vote"]) == (1, True, "no")


def test_parquet_keeps_types_and_says_its_schema(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    file = written(tmp_path, [outgoing(1, "refused"), outgoing(2, answers={"vote": "no"})], "parquet")
    table = parquet.read_table(file)
    assert table.schema.metadata == {b"phonetui.schema": b"1"}
    assert str(table.schema.field("at_utc").type) == "timestamp[us, tz=UTC]"
    assert table.column("contact").to_pylist() == [True, True]
    assert table.column("answer_vote").to_pylist() == [None, "no"]
    assert table.column("at_utc").to_pylist() == [NOON, NOON]


def test_without_its_package_parquet_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setattr("phonetui.server.connectors.files_formats.find_spec", lambda name: None)
    with pytest.raises(Refused) as refused:
        written(tmp_path, [], "parquet")
    assert str(refused.value) == (
        "Parquet needs a package that is not installed; type: pipx install 'phonetui[server,parquet]', or write "
        "`format: csv` in the connection's file."
    )


def test_a_correction_is_in_the_next_file_of_its_day_and_an_undo_takes_the_row_away(tmp_path: Path) -> None:
    written(tmp_path, [outgoing(1, "busy"), outgoing(2, "busy")])
    file = written(tmp_path, [outgoing(1, "talked", corrects="event-0")])
    assert [row["disposition"] for row in rows_of(file)] == ["talked"]
    file = written(tmp_path, [])
    assert rows_of(file) == []
    assert file.read_text("utf-8").startswith("schema,campaign,attempt_id,")


def test_nothing_in_a_row_acts_in_a_spreadsheet(tmp_path: Path) -> None:
    evil = Voter("1", '=HYPERLINK("x")', "Doe\nSecond line")
    [row] = rows_of(written(tmp_path, [outgoing(1, voter=evil, note="+1+1")]))
    assert (row["first_name"], row["last_name"], row["note"]) == (
        '\'=HYPERLINK("x")',
        "Doe Second line",
        "'+1+1",
    )


def test_a_reader_finds_the_old_file_or_the_new_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = written(tmp_path, [outgoing(1, "busy")])
    before = file.read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("phonetui.server.connectors.files_whole.os.fsync", full)
    with pytest.raises(Refused) as refused:
        written(tmp_path, [outgoing(1, "talked")])
    assert str(refused.value) == (
        f"The results cannot be written to {file} (No space left on device); make room on the disk."
    )
    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]


def test_what_is_not_finished_has_another_name_and_goes_after_a_kill(tmp_path: Path) -> None:
    (tmp_path / ".evening-2026-10-06.csv.killed.part").write_text("schema,camp")
    (tmp_path / ".evening-2026-10-07.csv.other.part").write_text("schema,camp")
    seen: list[list[str]] = []
    with files_whole.whole_file(tmp_path / "evening-2026-10-06.csv") as out:
        out.write(b"schema")
        seen.append(sorted(name.name for name in tmp_path.glob("*.csv*") if not name.name.startswith(".")))
    assert seen == [[]]
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        ".evening-2026-10-07.csv.other.part",
        "evening-2026-10-06.csv",
    ]
    assert (tmp_path / "evening-2026-10-06.csv").stat().st_mode & 0o777 == 0o600


def test_a_folder_that_is_gone_is_named(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    with pytest.raises(Refused) as refused:
        written(gone, [])
    assert str(refused.value) == (
        f"The results cannot be written to {gone}/evening-2026-10-06.csv (No such file or directory); "
        "make its folder, or name another in the connection's file."
    )
    with pytest.raises(Refused) as refused:
        list(connected(f"system: files\nresults: {gone}").check())
    assert str(refused.value) == (
        f"No file can be written in {gone} (No such file or directory); "
        "make its folder, or name another in the connection's file."
    )


def test_a_question_of_the_file_that_has_gone_from_the_script_is_kept_with_the_others(tmp_path: Path) -> None:
    shorter = msgspec.structs.replace(CAMPAIGN, steps=(Step("bye", ends=True),))
    connector = connected(f"system: files\nresults: {tmp_path}", campaign=shorter)
    assert isinstance(connector, Writes)
    [row] = rows_of(connector.write(DAY, [outgoing(1, answers={"vote": "yes"})]))
    assert row["other_answers"] == "vote=yes"
    assert "answer_vote" not in row


# -- voters ------------------------------------------------------------------------------------------------------------


def test_a_list_comes_in_with_its_fields(tmp_path: Path) -> None:
    file = tmp_path / "voters.csv"
    file.write_text(LIST + "17,ANN,DOE,(212) 555-0101,212-555-0102,Y\n18,Bo,Poe,,212-555-0103,\n", encoding="utf-8")
    assert pulled(file) == [
        {
            "id": "17",
            "first_name": "ANN",
            "last_name": "DOE",
            "cell_phone": "(212) 555-0101",
            "home_phone": "212-555-0102",
            "2024 general": "Y",
        },
        {"id": "18", "first_name": "Bo", "last_name": "Poe", "home_phone": "212-555-0103", "2024 general": ""},
    ]


def test_a_map_file_names_the_columns(tmp_path: Path) -> None:
    file, named = tmp_path / "voters.csv", tmp_path / "map.yaml"
    file.write_text("Nr,Vorname,Nachname,Tel 1,Tel 2\n17,Ann,Doe,2125550101,2125550102\n", encoding="utf-8")
    named.write_text("id: Nr\nname: [Vorname, Nachname]\ncell_phone: [Tel 1, Tel 2]\n", encoding="utf-8")
    connector = connected(f"system: files\nvoters: {file}\nmap: {named}")
    assert isinstance(connector, Pulls)
    [ann] = connector.pull()
    assert ann.fields == {"id": "17", "name": "Ann Doe", "cell_phone": "2125550101"}
    assert ann.further == {"cell_phone": ["2125550102"]}


def test_check_says_what_is_read_and_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "voters.csv"
    file.write_text("VANID,Name,Phone,Shoe size\n17,Ann Doe,2125550101,39\n", encoding="utf-8")
    connector = connected(f"system: files\nvoters: {file}\nresults: {tmp_path}")
    assert list(connector.check()) == [
        f"{tmp_path}: a file a day can be written there.",
        f"{file}: 1 row; read are VANID as id, Name as name, Phone as phone. Left out: Shoe size.",
    ]
    assert list(tmp_path.iterdir()) == [file]
    assert list(connector.losses()) == []


def test_a_column_that_was_renamed_is_named(tmp_path: Path) -> None:
    file = tmp_path / "voters.csv"
    file.write_text("Shoe,Name,Phone\n17,Ann Doe,2125550101\n", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        pulled(file)
    assert str(refused.value) == (
        "voters.csv has no id column that is recognised, which the list needs; its columns are Shoe, Name, Phone."
    )


def test_a_list_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        pulled(tmp_path / "voters.csv")
    assert str(refused.value) == (
        f"{tmp_path}/voters.csv cannot be read (No such file or directory); put the list there, then pull again."
    )


def test_half_a_list_withdraws_nobody(tmp_path: Path) -> None:
    file = tmp_path / "voters.csv"
    file.write_text(LIST + "17,Ann,Doe,2125550101,,\n18,Bo,Po", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        pulled(file)
    assert str(refused.value) == (
        "voters.csv line 3: too few fields; mend the row, or wait until the file is complete."
    )


def test_a_list_that_grows_meanwhile_is_read_again_later(tmp_path: Path) -> None:
    file = tmp_path / "voters.csv"
    file.write_text(LIST + "17,Ann,Doe,2125550101,,\n", encoding="utf-8")
    connector = connected(f"system: files\nvoters: {file}")
    assert isinstance(connector, Pulls)
    voters = connector.pull()
    next(voters)
    with file.open("a") as more:
        more.write("18,Bo,Poe,2125550102,,\n")
    with pytest.raises(Refused) as refused:
        list(voters)
    assert str(refused.value) == "voters.csv was written to while it was read; pull again when it is complete."


def test_a_connection_without_a_place_does_nothing() -> None:
    with pytest.raises(Refused) as refused:
        connected("system: files\nformat: csv")
    assert str(refused.value) == (
        "The connection evening names no file for voters and no folder for results; add one of them to it."
    )


def test_a_place_is_a_whole_path() -> None:
    with pytest.raises(Refused) as refused:
        connected("system: files\nresults: out\nformat: xls")
    assert str(refused.value) == (
        "evening.yaml:2: results: write the whole path, such as /srv/phonetui/results; found `out`\n"
        "evening.yaml:3: format: `xls` is none of them; known are csv, jsonl, parquet"
    )


def test_the_template_is_a_connection_as_it_stands(tmp_path: Path) -> None:
    lines = SYSTEM.template.replace("/srv/phonetui/results", str(tmp_path))
    connector = connected(f"system: files\n{lines}")
    assert isinstance(connector, Pulls)
    assert isinstance(connector, Writes)
    assert connector.write(DAY, []).name == "evening-2026-10-06.csv"
