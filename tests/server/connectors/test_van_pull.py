"""Voters come from NGP VAN: a saved list, whole, with the ids of numbers and those who are not to be called."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import cycle
from pathlib import Path
from typing import cast

import pytest

from phonetui.core.refusal import Refused
from phonetui.server.connectors.connector import SystemBusy, SystemDown, WrongKey
from tests.server.connectors.van_connected import Office, read
from tests.server.connectors.van_stand_in_web import Answer, Fault, error


@pytest.fixture
def office() -> Iterator[Office]:
    office = Office()
    yield office
    office.van.close()


def test_a_saved_list_comes_in_with_the_ids_of_numbers_and_those_not_to_be_called(office: Office) -> None:
    office.van.has(1001, "812-555-0166")
    office.van.has(1002, "812-555-0123", suppressions=[{"suppressionCode": "NC", "suppressionName": "Do not call"}])
    office.van.has(1003, "812-555-0124", suppressions=[{"suppressionCode": "NM", "suppressionName": "Do not mail"}])

    with office.connects() as van:
        first, second, third = van.pull()

    assert first.fields == {
        "id": "1001",
        "first_name": "First1001",
        "last_name": "Last1001",
        "age": "40",
        "party": "D",
        "precinct": "Precinct 7",
        "preferred_phone": "812-555-0166",
        "cell_phone": "812-555-0166",
    }
    assert first.remote_ids == {("phone", "+18125550166"): "10010"}
    assert [one.do_not_call for one in (first, second, third)] == [False, True, False]
    assert office.van.wrongs == []
    assert office.waited == [2.0, 4.0]


def test_what_reading_the_person_says_is_newer_than_the_export(office: Office) -> None:
    phones = [
        {"phoneId": 7, "phoneNumber": "(812) 555-0101", "phoneType": "H", "isPreferred": False},
        {"phoneId": 8, "phoneNumber": "8125550102", "phoneType": "H", "isPreferred": False, "isCellStatus": None},
        {"phoneId": 9, "phoneNumber": "812.555.0103", "phoneType": "W", "ext": "12", "isPreferred": False},
        {"phoneId": 6, "phoneNumber": "812-555-0104", "phoneType": "F", "isPreferred": False},
        {
            "phoneId": 5,
            "phoneNumber": "812-555-0105",
            "phoneType": "H",
            "isPreferred": True,
            "isCellStatus": {"statusId": 1, "statusName": "Verified Cell"},
        },
    ]
    address = {
        "addressLine1": "1932 Mill Ct",
        "addressLine2": "Apt 4",
        "city": "Evansville",
        "stateOrProvince": "IN",
        "zipOrPostalCode": "47714",
        "isPreferred": True,
    }
    emails = [{"email": "old@example.com", "isPreferred": False}, {"email": "new@example.com", "isPreferred": True}]
    office.van.has(1001, "", firstName="Soo-Jin", phones=phones, addresses=[{}, address], emails=emails)

    with office.connects() as van:
        [voter] = van.pull()

    assert voter.fields == {
        "id": "1001",
        "first_name": "Soo-Jin",
        "last_name": "Last1001",
        "age": "40",
        "party": "D",
        "precinct": "Precinct 7",
        "preferred_phone": "812-555-0105",
        "cell_phone": "812-555-0105",
        "home_phone": "(812) 555-0101",
        "work_phone": "812.555.0103 x12",
        "address": "1932 Mill Ct",
        "unit": "Apt 4",
        "city": "Evansville",
        "state": "IN",
        "zip": "47714",
        "email": "new@example.com",
    }
    assert voter.further == {"home_phone": ["8125550102"]}


def test_the_export_alone_is_quick_and_knows_no_ids(office: Office) -> None:
    office.van.has(1001, "812-555-0166")

    with office.connects("list: 4711\nread: list") as van:
        [voter] = van.pull()

    assert voter.fields["preferred_phone"] == "812-555-0166"
    assert not voter.remote_ids
    assert not any(asked.startswith("GET people") for asked in office.van.asked)


def test_elections_come_along(office: Office, tmp_path: Path) -> None:
    office.van.has(1001, "812-555-0166")
    by_hand = tmp_path / "weekend.csv"
    by_hand.write_text("VANID,General22,Primary24\n1001,A,\n", "utf-8")

    with office.connects(f"vanids: {by_hand}") as van:
        [voter] = van.pull()

    assert (voter.fields["2022 general"], voter.fields["2024 primary"]) == ("A", "")


def test_where_no_list_may_be_exported_people_are_read_one_by_one_from_ids(office: Office, tmp_path: Path) -> None:
    office.van.rights.remove("exportJobs")
    for van_id in (1001, 1002, 1003):
        office.van.has(van_id, "812-555-0166")
    by_hand = tmp_path / "weekend.txt"
    by_hand.write_text("\ufeffVoter File VANID\tLastName\r\n1003\tA\r\n1001\tB\r\n1003\tA\r\n", "utf-8")

    with office.connects(f"vanids: {by_hand}") as van:
        voters = list(van.pull())

    assert [voter.fields["id"] for voter in voters] == ["1003", "1001"]
    assert [voter.fields["last_name"] for voter in voters] == ["Last1003", "Last1001"]


def test_who_was_merged_away_since_the_export_is_not_on_the_list_any_more(office: Office) -> None:
    office.van.has(1001, "812-555-0166")
    office.van.saved_list.append(1009)

    with office.connects() as van:
        assert [voter.fields["id"] for voter in van.pull()] == ["1001"]


def hides(office: Office, monkeypatch: pytest.MonkeyPatch, van_ids: Collection[int], status: int) -> None:
    """VAN does not show these people to this key."""
    answer = office.van.answer

    def instead(method: str, target: str, headers: dict[str, str], content: bytes) -> Answer:
        hidden = any(f"/people/{van_id}?" in target for van_id in van_ids)
        return error(status, "Not yours") if hidden else answer(method, target, headers, content)

    monkeypatch.setattr(office.van, "answer", instead)


@pytest.mark.parametrize("status", [403, 400])
def test_who_is_not_shown_is_left_out(office: Office, monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    for van_id in (1001, 1002, 1003):
        office.van.has(van_id, "812-555-0166")
    hides(office, monkeypatch, [1001], status)

    with office.connects() as van:
        first, second, third = van.pull()

    assert (first.fields["id"], first.fields["confidential"], first.remote_ids) == ("1001", "yes", {})
    assert first.remark == (
        f"left out, for NGP VAN does not show them to this key (it answered {status}), so nobody here knows whether "
        "they may be called"
    )
    assert (second.remark, third.remark) == ("", "")


@pytest.mark.parametrize("hidden", [range(20), range(9, 20)])
def test_a_key_that_is_shown_hardly_anybody_pulls_nobody(
    office: Office, monkeypatch: pytest.MonkeyPatch, hidden: range
) -> None:
    for van_id in range(20):
        office.van.has(van_id, "812-555-0166")
    hides(office, monkeypatch, hidden, 403)

    with office.connects() as van, pytest.raises(WrongKey) as wrong:
        list(van.pull())

    assert str(wrong.value) == ("NGP VAN answered 403: Not yours. Ask NGP VAN's support to let this key read people.")


def test_a_list_of_which_nobody_is_in_the_database_empties_no_campaign(office: Office) -> None:
    office.van.saved_list += [1, 2, 3]

    with office.connects() as van, pytest.raises(Refused) as refused:
        list(van.pull())

    assert str(refused.value) == (
        "None of the 3 people of The export of Weekend is in My Voters; look whether `database` is right."
    )


def test_an_empty_list_empties_no_campaign(office: Office) -> None:
    with office.connects() as van, pytest.raises(Refused) as refused:
        list(van.pull())

    assert str(refused.value) == "The export of Weekend has nobody on it; look whether it is the right list."


def test_a_list_that_is_gone_is_named(office: Office) -> None:
    with office.connects("list: 99") as van, pytest.raises(Refused) as refused:
        list(van.pull())

    assert str(refused.value) == (
        "NGP VAN shows this key no saved list 99, but 3 others. If it is still there, share its folder with the key's "
        "API user; else change `list`."
    )


def test_a_connection_that_names_no_list_pulls_nobody(office: Office) -> None:
    with office.connects("read: people") as van, pytest.raises(Refused) as refused:
        list(van.pull())

    assert str(refused.value) == "The connection van says nowhere which voters to pull; add `list` to its file."


def test_a_column_that_was_renamed_is_named(office: Office) -> None:
    office.van.has(1001, "812-555-0166")
    office.van.columns = ("Person", "LastName")

    with office.connects() as van, pytest.raises(Refused) as refused:
        list(van.pull())

    assert str(refused.value) == (
        "The export of Weekend has no column Voter File VANID or My Voters VANID or VANID or VAN ID; it has Person, "
        "LastName. Choose a format with VANIDs, or look whether `database` is right."
    )


def test_an_export_without_numbers_needs_the_people(office: Office) -> None:
    office.van.has(1001, "812-555-0166")
    office.van.columns = ("VANID", "LastName")

    with office.connects("list: 4711\nread: list") as van, pytest.raises(Refused) as refused:
        list(van.pull())

    assert str(refused.value) == (
        "The export of Weekend has no column with numbers; write `read: people`, or choose another `export_type`. "
        "It has VANID, LastName."
    )


def test_a_row_without_an_id_ends_the_pull(office: Office, tmp_path: Path) -> None:
    by_hand = tmp_path / "weekend.csv"
    by_hand.write_text("VANID,LastName\n1001,A\n,B\n", "utf-8")
    office.van.has(1001, "812-555-0166")

    with office.connects(f"vanids: {by_hand}") as van, pytest.raises(Refused) as refused:
        list(van.pull())

    assert str(refused.value) == f"Line 3 of {by_hand} has no VANID; export it again."


def test_the_other_database_is_another_key_and_another_column(office: Office) -> None:
    office.van.mode = 1
    office.van.has(1001, "812-555-0166")

    with office.connects("list: 4711\ndatabase: my_campaign") as van:
        assert [voter.fields["id"] for voter in van.pull()] == ["1001"]


def test_a_key_is_taken_with_what_support_wrote_behind_it(office: Office) -> None:
    office.van.has(1001, "812-555-0166")

    with office.connects(key="7f1c0d2a-secret|1") as van:
        assert len(list(van.pull())) == 1


def test_a_wrong_key_is_said_and_not_shown(office: Office) -> None:
    with office.connects(key="nonsense") as van, pytest.raises(WrongKey) as wrong:
        list(van.pull())

    assert str(wrong.value) == (
        "NGP VAN answered 401: Unauthorized. Look whether `application` and `database` are right, or give the key "
        "again: phonetui server connect van secret"
    )


def test_a_key_that_may_not_export_is_told_what_to_ask_for(office: Office) -> None:
    office.van.rights.remove("exportJobs")

    with office.connects() as van, pytest.raises(WrongKey) as wrong:
        list(van.pull())

    assert str(wrong.value) == (
        "NGP VAN answered 403: Forbidden. Ask NGP VAN's support to let this key export saved lists (`exportJobs`), or "
        "write `vanids:` with a list that you exported by hand."
    )


def test_an_export_that_fails_is_tried_again_later(office: Office) -> None:
    office.van.export_states = ["Requested", "Error"]

    with office.connects() as van, pytest.raises(SystemDown) as down:
        list(van.pull())

    assert str(down.value) == "NGP VAN failed over the export of list 4711 (TOO_LARGE)."


def test_an_export_that_never_ends_is_given_up_for_now(office: Office) -> None:
    office.van.export_states = ["Pending"]

    with office.connects() as van, pytest.raises(SystemDown) as down:
        list(van.pull())

    assert str(down.value) == "NGP VAN's export of list 4711 is still Pending after 30 minutes."


@pytest.mark.parametrize("link", ["http://files.example.org/list.csv", "https://[", "https://example.org/\x01.csv"])
def test_an_export_is_fetched_from_no_odd_address(office: Office, link: str) -> None:
    office.van.download_url = link

    with office.connects() as van, pytest.raises(SystemDown) as down:
        list(van.pull())

    assert str(down.value) == "NGP VAN gave no address that is safe to fetch the export from."


def test_half_a_file_is_no_list(office: Office) -> None:
    office.van.has(1001, "812-555-0166")
    office.van.fault = lambda what: "cut reply" if "list.csv" in what else ""

    with office.connects() as van, pytest.raises(SystemDown) as down:
        list(van.pull())

    assert (
        str(down.value) == "NGP VAN's export did not arrive, or not to the end (RemoteProtocolError); pull again later."
    )


def test_half_a_page_is_no_list(office: Office) -> None:
    office.van.fault = lambda what: "cut reply" if "savedLists" in what else ""

    with office.connects() as van, pytest.raises(SystemDown):
        list(van.pull())


def test_while_reading_it_waits_as_long_as_it_is_asked_to(office: Office) -> None:
    office.van.has(1001, "812-555-0166")
    faults: Iterator[Fault] = iter(["busy", "busy"])
    office.van.fault = lambda what: next(faults, "") if "people" in what else ""

    with office.connects() as van:
        assert len(list(van.pull())) == 1

    assert office.waited[-2:] == [7.0, 7.0]


def test_a_long_list_may_ask_for_rests_again_and_again(office: Office) -> None:
    for van_id in range(1, 11):
        office.van.has(van_id, "812-555-0166")
    resting = cycle(["busy"] * 20 + [""])
    office.van.fault = lambda what: cast(Fault, next(resting)) if "people" in what else ""

    with office.connects() as van:
        assert len(list(van.pull())) == 10

    assert office.waited.count(7.0) == 200


def test_one_person_of_thousands_may_fail_on_the_way(office: Office) -> None:
    office.van.has(1001, "812-555-0166")
    faults: Iterator[Fault] = iter(["lost reply", "cut reply", "failed"])
    office.van.fault = lambda what: next(faults, "") if "people" in what else ""

    with office.connects() as van:
        assert len(list(van.pull())) == 1

    assert office.waited[-3:] == [1.0, 5.0, 30.0]


def test_a_system_that_stays_down_ends_the_pull(office: Office) -> None:
    office.van.has(1001, "812-555-0166")
    office.van.fault = lambda what: "lost request" if "people" in what else ""

    with office.connects() as van, pytest.raises(SystemDown) as down:
        list(van.pull())

    assert str(down.value) == "NGP VAN did not answer, or not to the end (RemoteProtocolError); try again later."


def test_an_export_is_not_begun_twice_while_the_system_is_busy(office: Office) -> None:
    office.van.fault = lambda what: "busy" if what.startswith("POST") else ""

    with office.connects() as van, pytest.raises(SystemBusy) as busy:
        list(van.pull())

    assert busy.value.retry_after == 7.0


def test_an_answer_of_another_shape_is_the_systems_fault(office: Office) -> None:
    office.van.questions[0]["responses"] = "none"

    with office.connects() as van, pytest.raises(SystemDown) as down:
        van.script()

    assert str(down.value) == (
        "NGP VAN answered something else than was asked for (Expected `array`, got `str` - at `$.items[0].responses`)."
    )


def test_pages_that_lead_in_a_circle_end(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    link = f"{office.van.url}/savedLists?%24top=50&%24skip=0"
    page = {"items": [], "nextPageLink": link, "count": 0}
    monkeypatch.setattr("phonetui.server.connectors.system_http.SystemHttp.read", lambda *_: page)
    with office.connects() as van, pytest.raises(SystemDown) as down:
        list(van.pull())

    assert str(down.value) == "The pages of savedLists that NGP VAN gives do not end."


@pytest.mark.parametrize(
    ("file", "mistake"),
    [
        ("application: a\nlist: none", "van.yaml:2: list: expected a whole number from 1, such as 4711; found `none`"),
        (
            "application: a\ndatabase: voters",
            "van.yaml:2: database: `voters` is none of them; did you mean `my_voters`?",
        ),
        (
            "application: a\nvanids: list.txt",
            "van.yaml:2: vanids: write the whole path of the file, such as /srv/lists/weekend.txt",
        ),
        (
            "list: 1\nvanids: /srv/list.txt",
            "van.yaml:2: vanids: voters come from `list` or from `vanids`; drop one of the two",
        ),
    ],
)
def test_mistakes_in_the_file_are_named_with_their_line(file: str, mistake: str) -> None:
    with pytest.raises(Refused) as refused:
        read(file)

    assert str(refused.value) == mistake
