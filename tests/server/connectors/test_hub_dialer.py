"""A campaign that used Hub Dialer says once which of its columns is which."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from phonetui.core.refusal import Refused
from phonetui.server.connectors.connector import Pulls, Writes
from phonetui.server.connectors.hub_dialer import SYSTEM

from .given import CAMPAIGN, connected, outgoing
from .shift import Shift
from .small import Small

DAY = date(2026, 10, 6)


def test_the_list_comes_in_by_its_own_columns(tmp_path: Path) -> None:
    file = tmp_path / "hub.csv"
    file.write_text("Contact,Fore,Sur,Line 1,Line 2,City\n17,Ann,Doe,2125550101,2125550102,Bronx\n", encoding="utf-8")
    connector = connected(
        f"system: hubdialer\nvoters: {file}\ncolumns:\n"
        "  id: contact\n  first_name: Fore\n  last_name: Sur\n  phone: [Line 1, Line 2]\n"
    )
    assert isinstance(connector, Pulls)
    [ann] = connector.pull()
    assert ann.fields == {"id": "17", "first_name": "Ann", "last_name": "Doe", "phone": "2125550101", "city": "Bronx"}
    assert ann.further == {"phone": ["2125550102"]}


def test_a_column_that_was_renamed_is_named(tmp_path: Path) -> None:
    file = tmp_path / "hub.csv"
    file.write_text("Contact,Name,Telephone\n17,Ann Doe,2125550101\n", encoding="utf-8")
    connector = connected(f"system: hubdialer\nvoters: {file}\ncolumns: {{id: Contact, phone: Line 1}}")
    assert isinstance(connector, Pulls)
    with pytest.raises(Refused) as refused:
        list(connector.pull())
    assert str(refused.value) == (
        "hub.csv has no column Line 1, which is read as phone; known are Contact, Name, Telephone."
    )


def test_results_go_out_in_its_own_columns(tmp_path: Path) -> None:
    connector = connected(
        f"system: hubdialer\nresults: {tmp_path}\nresult_columns:\n"
        "  Contact: voter_file_id\n  Outcome: disposition\n  Talked: talk\n  Will vote: answer_vote\n",
        dispositions={"not_home": "No Answer"},
    )
    assert isinstance(connector, Writes)
    file = connector.write(DAY, [outgoing(2, answers={"vote": "yes"}), outgoing(1, "not_home")])
    with file.open(encoding="utf-8", newline="") as text:
        assert list(csv.reader(text)) == [
            ["Contact", "Outcome", "Talked", "Will vote"],
            ["1", "No Answer", "no", ""],
            ["2", "talked", "yes", "yes"],
        ]
    assert list(connector.losses()) == [
        "Notes are not written: no column holds note.",
        "Call-back times are not written: no column holds call_back.",
        "Answers to old questions are not written: no column holds other_answers.",
        "Answers to `help` are not written: no column holds answer_help.",
    ]


def test_a_column_must_hold_what_there_is(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        connected(f"system: hubdialer\nresults: {tmp_path}\nresult_columns:\n  Outcome: dispositon\n")
    assert str(refused.value) == (
        "evening.yaml:4: result_columns.Outcome: there is no `dispositon`; did you mean `disposition`?"
    )
    with pytest.raises(Refused) as refused:
        connected(f"system: hubdialer\nresults: {tmp_path}")
    assert str(refused.value) == (
        "evening.yaml:2: results: `result_columns` is missing beside it, such as "
        "{Contact ID: voter_file_id, Outcome: disposition}"
    )


def test_a_question_that_has_gone_from_the_script_leaves_its_column_empty(tmp_path: Path) -> None:
    connector = connected(
        f"system: hubdialer\nresults: {tmp_path}\nresult_columns:\n"
        "  Contact: voter_file_id\n  Shoe: answer_shoe_size\n  Will vote: answer_votes\n"
    )
    assert isinstance(connector, Writes)
    said = [
        "The column Shoe stays empty, for the script does not ask `shoe_size`; take the column out of the connection's "
        "file.",
        "The column Will vote stays empty, for the script does not ask `votes`; did you mean `vote`?",
    ]
    assert list(connector.check())[1:3] == list(connector.losses())[:2] == said
    assert connector.lacks == " ".join(said)
    file = connector.write(DAY, [outgoing(1, answers={"vote": "yes", "shoe_size": "39"})])
    assert file.read_bytes() == b"Contact,Shoe,Will vote\r\n1,,\r\n"


def test_the_status_says_which_column_stays_empty(url: str, tmp_path: Path) -> None:
    shift = Shift(
        url,
        tmp_path,
        Small(),
        source=f"system: hubdialer\ncampaign: {CAMPAIGN.campaign_id}\nresults: {tmp_path}\n"
        "result_columns: {Contact: voter_file_id, Shoe: answer_shoe_size}\n",
    )
    shift.saved("1")
    shift.clock.passes(minutes=11)
    assert (shift.push().pushed, shift.push().pushed) == (1, 0)
    assert shift.status().shortened == {
        "The column Shoe stays empty, for the script does not ask `shoe_size`; take the column out of the connection's "
        "file.": 1
    }


def test_the_template_is_a_connection_as_it_stands(tmp_path: Path) -> None:
    lines = SYSTEM.template.replace("/srv/phonetui/results", str(tmp_path))
    connector = connected(f"system: hubdialer\n{lines}")
    assert isinstance(connector, Pulls)
    assert isinstance(connector, Writes)
    assert connector.write(DAY, []).read_bytes() == b"Contact ID,Phone,Date,Time,Agent,Outcome,Notes\r\n"
