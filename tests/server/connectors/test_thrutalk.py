"""A campaign that used ThruTalk goes on with its upload file, and what read ThruTalk's results reads ours."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from phonetui.core.push import Outgoing
from phonetui.core.refusal import Refused
from phonetui.core.voter import Voter
from phonetui.server.connectors.connector import Pulls, Writes
from phonetui.server.connectors.thrutalk import COUNTERPARTS, RESULTS, SYSTEM
from tests.server.phone_bank import HONOLULU

from .given import CAMPAIGN, NOON, connected, outgoing

SAMPLE = Path(__file__).parents[2] / "voter_files" / "thrutalk-contacts.csv"
DAY = date(2026, 10, 6)
HEADER = "First Name,Last Name,Phone,Unique Identifier,City,Shoe\n"


def written(
    folder: Path,
    *outcomes: Outgoing,
    more: str = "",
    dispositions: dict[str, str] | None = None,
    answers: dict[str, dict[str, str]] | None = None,
) -> list[dict[str, str]]:
    """The rows of the results file of the day."""
    connection = f"system: thrutalk\nresults: {folder}\nvoter_id_type: VANID\n{more}"
    connector = connected(connection, dispositions=dispositions, answers=answers)
    assert isinstance(connector, Writes)
    file = connector.write(DAY, outcomes)
    assert file.name == "evening-results-2026-10-06.csv"
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def test_the_upload_file_comes_in(tmp_path: Path) -> None:
    connector = connected(f"system: thrutalk\nupload: {SAMPLE}")
    assert isinstance(connector, Pulls)
    voters = list(connector.pull())
    assert len(voters) == len(SAMPLE.read_text("utf-8").splitlines()) - 1
    assert voters[0].fields == {
        "id": "TT-00000",
        "first_name": "Dwayne",
        "last_name": "St. John",
        "phone": "6465550101",
    }


def test_custom_fields_are_read_where_their_names_say_what_they_are(tmp_path: Path) -> None:
    file = tmp_path / "upload.csv"
    file.write_text(HEADER + "Ann,Doe,2125550101,17,New York,39\n", encoding="utf-8")
    connector = connected(f"system: thrutalk\nupload: {file}")
    assert isinstance(connector, Pulls)
    assert [voter.fields["city"] for voter in connector.pull()] == ["New York"]
    assert next(iter(connector.check())) == (
        f"{file}: 1 row; read are Unique Identifier as id, First Name as first_name, Last Name as last_name, "
        "Phone as phone, City as city. Left out: Shoe."
    )


def test_a_column_that_was_renamed_is_named(tmp_path: Path) -> None:
    file = tmp_path / "upload.csv"
    file.write_text("First Name,Last Name,Phone,Identifier\nAnn,Doe,2125550101,17\n", encoding="utf-8")
    connector = connected(f"system: thrutalk\nupload: {file}")
    assert isinstance(connector, Pulls)
    with pytest.raises(Refused) as refused:
        list(connector.pull())
    assert str(refused.value) == (
        "upload.csv has no column Unique Identifier, which is read as id; did you mean `Identifier`?"
    )


def test_the_results_are_thrutalks_column_for_column(tmp_path: Path) -> None:
    [row] = written(tmp_path, outgoing(1, "not_home"))
    assert tuple(row) == RESULTS
    assert row == {
        "Voter ID": "1",
        "Voter ID Type": "VANID",
        "Voter First Name": "Ann",
        "Voter Last Name": "Doe",
        "Voter Phone": "2125550001",
        "Date Called": "10-06-2026",
        "Time Called (EST)": "12:00 PM EST",
        "Caller Login": "dana",
        "Result": "No Answer",
    }


def test_the_time_is_that_of_new_york_in_summer_and_in_winter(tmp_path: Path) -> None:
    hawaii = Voter("1", "Ann", "Doe", zones=(HONOLULU,))
    summer, winter, night = written(
        tmp_path,
        outgoing(1, at=datetime(2026, 7, 1, 16, 5, tzinfo=UTC)),
        outgoing(2, at=datetime(2026, 12, 1, 17, 5, tzinfo=UTC)),
        outgoing(3, at=datetime(2026, 10, 7, 6, 30, tzinfo=UTC), voter=hawaii),
    )
    assert (summer["Date Called"], summer["Time Called (EST)"]) == ("07-01-2026", "12:05 PM EST")
    assert (winter["Date Called"], winter["Time Called (EST)"]) == ("12-01-2026", "12:05 PM EST")
    assert (night["Date Called"], night["Time Called (EST)"]) == ("10-07-2026", "02:30 AM EST")


def test_each_result_is_called_as_thrutalk_does(tmp_path: Path) -> None:
    ids = [disposition.id for disposition in CAMPAIGN.dispositions]
    rows = written(tmp_path, *(outgoing(nth, each) for nth, each in enumerate(ids, start=100)))
    results = dict(zip(ids, (row["Result"] for row in rows), strict=True))
    assert results == COUNTERPARTS | {"call_back": "Call back", "language": "Language"}
    losses = list(connected("system: thrutalk\nresults: /tmp\nvoter_id_type: VANID").losses())
    assert losses == [
        "ThruTalk has no result for `language`, so the file says Language; to have it say another, name it under "
        "`dispositions`.",
        "ThruTalk has no result for `call_back`, so the file says Call back; to have it say another, name it under "
        "`dispositions`.",
        "Notes, call-back times and other answers are not in ThruTalk's file.",
    ]


def test_whoever_only_pulls_loses_nothing() -> None:
    assert list(connected(f"system: thrutalk\nupload: {SAMPLE}").losses()) == []


def test_the_organiser_names_results(tmp_path: Path) -> None:
    named = {"call_back": "No Contact", "not_home": "Away"}
    rows = written(tmp_path, outgoing(1, "call_back"), outgoing(2, "not_home"), dispositions=named)
    assert [row["Result"] for row in rows] == ["No Contact", "Away"]
    connection = "system: thrutalk\nresults: /tmp\nvoter_id_type: VANID\nresult_question: support"
    assert list(connected(connection, dispositions={**named, "language": "Refused"}).losses())[:2] == [
        "`not_home` is written as Away, which is none of ThruTalk's own results.",
        "The script asks no question `support`, so talks are written without its answer.",
    ]


def test_the_result_of_a_talk_is_what_the_script_asked_for(tmp_path: Path) -> None:
    rows = written(
        tmp_path,
        outgoing(1, answers={"vote": "yes"}),
        outgoing(2),
        outgoing(3, "refused", answers={"vote": "no"}),
        more="result_question: vote",
        answers={"vote": {"yes": "1 - Strong Support"}},
    )
    assert [row["Result"] for row in rows] == ["1 - Strong Support", "Talked to Correct Person", "Refused"]


def test_a_voter_without_an_id_has_no_type_of_id(tmp_path: Path) -> None:
    [row] = written(tmp_path, outgoing(1, file_id=""))
    assert (row["Voter ID"], row["Voter ID Type"]) == ("", "")


def test_the_type_of_id_must_be_named() -> None:
    with pytest.raises(Refused) as refused:
        connected("system: thrutalk\nresults: /srv/phonetui/results")
    assert str(refused.value) == (
        "evening.yaml:2: results: `voter_id_type` is missing beside it; add it, such as `voter_id_type: VANID`"
    )


def test_the_template_is_a_connection_as_it_stands(tmp_path: Path) -> None:
    lines = SYSTEM.template.replace("/srv/phonetui/results", str(tmp_path))
    connector = connected(f"system: thrutalk\n{lines}")
    assert isinstance(connector, Pulls)
    assert isinstance(connector, Writes)
    assert NOON.date() == DAY
