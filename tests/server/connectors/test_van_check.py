"""`check` says what is there in NGP VAN, what is not, and what is lost; it changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from phonetui.core.campaign import Answer, Campaign, Question, Step
from phonetui.core.standard_dispositions import QUIET
from phonetui.server.connectors.connector import SystemDown, WrongKey
from tests.server.connectors.given import CAMPAIGN
from tests.server.connectors.van_connected import Office
from tests.server.connectors.van_stand_in_web import error

LOSSES = [
    "NGP VAN takes answers with Canvassed alone; with any other result they stay here.",
    "It has no place for notes, for the time of a call back, and for who called.",
    "It takes nothing back: a correction is a second response, and what was undone here must be removed there.",
    "When an answer of it is lost and the next run is almost an hour later, or the voter had the same result within "
    "the hour, the call is told again and may be there twice; `status` says of which.",
]
IN_VAN = Question("sq_102", {"en": "Voting?"}, (Answer("sr_7", {"en": "Yes"}), Answer("sr_8", {"en": "No"})))


@pytest.fixture
def office() -> Iterator[Office]:
    office = Office()
    office.van.has(1001, "812-555-0166")
    yield office
    assert office.van.wrongs == []
    office.van.close()


def asking(*questions: Question) -> Campaign:
    return replace(CAMPAIGN, steps=tuple(Step(question.id, question=question) for question in questions))


def test_all_is_there(office: Office) -> None:
    with office.connects(campaign=asking(IN_VAN)) as van:
        assert list(van.check()) == [
            "NGP VAN lets the key in to My Voters; calls are entered as Phone.",
            "Voters come from the saved list Weekend with 1 people.",
            "The key may export lists as SavedListExport; which columns that has, the first pull says.",
            *LOSSES,
        ]
        assert list(van.losses()) == LOSSES
    assert all(asked.startswith("GET ") for asked in office.van.asked)


def test_everything_that_is_not_there_is_named_once(office: Office) -> None:
    del office.van.result_codes[33]
    support = Question(
        "Support", {"en": "Support?"}, (Answer("strong", {"en": "Strong"}), Answer("meh", {"en": "Meh"}))
    )
    old = Question("sq_103", {"en": "May?"}, (Answer("sr_9", {"en": "Yes"}),))
    ride = Question("ride_at", {"en": "When?"}, kind="text")
    plan = Question("plan", {"en": "Plan?"}, (Answer("a", {"en": "A"}), Answer("b", {"en": "B"})))
    campaign = replace(asking(support, plan, old, ride), dispositions=(*CAMPAIGN.dispositions, QUIET))

    with office.connects("list: 5\nread: list\nexport_type: 8", campaign=campaign) as van:
        found = list(van.check())

    assert found[1:8] == [
        "NGP VAN shows this key no saved list 5, but 3 others. If it is still there, share its folder with the key's "
        "API user; else change `list`.",
        "The key may not export lists as type 8; change `export_type` to one of: 4 (SavedListExport).",
        "NGP VAN has no counterpart of `meh` to `Support`; if it should have one, write it under `answers:`.",
        "NGP VAN asks nothing like `plan`, so its answers stay here; if they should be told, write what each is there "
        "under `answers:`.",
        "NGP VAN no longer has the survey question Old, sq_103, in use; make it active there, or name another under "
        "`answers:`.",
        "NGP VAN takes no answers in words or numbers: those to `ride_at` stay here.",
        "NGP VAN has no result code Language Barrier for `language`; write one that it has under `dispositions:`, such "
        "as `language: Not Home`. It has Not Home, Refused, Deceased, Moved, Canvassed, Call Back, Busy, Do Not Call, "
        "Disconnected, Left Message, Wrong Number.",
    ]
    assert found[8:] == [
        *LOSSES,
        "Until when somebody wants no calls is not known there.",
        "With `read: list` nobody knows here who is not to be called there; `read: people` brings that in.",
    ]


def test_a_type_of_export_that_the_key_lacks_is_named(office: Office) -> None:
    with office.connects("list: 4711\nexport_type: 8") as van:
        assert ("The key may not export lists as type 8; change `export_type` to one of: 4 (SavedListExport).") in list(
            van.check()
        )


def test_each_right_that_the_key_lacks_is_named(office: Office) -> None:
    office.van.rights -= {"exportJobs", "surveyQuestions"}

    with office.connects(campaign=asking(IN_VAN)) as van:
        found = list(van.check())

    forbidden = "NGP VAN answered 403: Forbidden. Ask NGP VAN's support to let this key"
    assert found[2:4] == [
        f"{forbidden} export saved lists (`exportJobs`), or write `vanids:` with a list that you exported by hand.",
        f"{forbidden} read survey questions.",
    ]


def test_a_wrong_key_ends_it(office: Office) -> None:
    with office.connects(key="wrong") as van, pytest.raises(WrongKey):
        list(van.check())


def test_a_system_that_is_down_ends_it(office: Office) -> None:
    office.van.fault = lambda _what: "failed before"

    with office.connects() as van, pytest.raises(SystemDown) as down:
        list(van.check())

    assert str(down.value) == "NGP VAN answered 500: An unexpected error occurred."


def test_a_list_that_was_exported_by_hand_is_looked_into(office: Office, tmp_path: Path) -> None:
    by_hand = tmp_path / "list.csv"
    by_hand.write_text("VANID,Name\n1001,A\n", "utf-8")

    with office.connects(f"vanids: {by_hand}") as van:
        assert f"Voters come from {by_hand}, which has VANIDs." in list(van.check())

    by_hand.write_text("Person,Name\n1001,A\n", "utf-8")
    with office.connects(f"vanids: {by_hand}") as van:
        assert any("has no column Voter File VANID" in found for found in van.check())


def test_a_place_that_does_not_say_which_exports_there_are_hides_nothing_else(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office.van, "_export_types", lambda **_page: error(404, "Not found"))

    with office.connects(campaign=asking(IN_VAN)) as van:
        assert list(van.check())[2:] == ["NGP VAN answered 404: Not found.", *LOSSES]


def test_a_connection_that_only_tells_needs_no_list(office: Office) -> None:
    with office.connects("contact_type: auto dial", campaign=asking()) as van:
        assert list(van.check())[:2] == [
            "NGP VAN lets the key in to My Voters; calls are entered as auto dial.",
            "No voters come from NGP VAN: the file of van names no `list`.",
        ]
