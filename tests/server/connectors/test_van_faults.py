"""What becomes of a push where the line to NGP VAN, the key, a voter or an answer there fails."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from msgspec.structs import replace

from phonetui.core.push import Outgoing
from phonetui.core.refusal import Refused
from phonetui.server import connections
from phonetui.server.connection_secrets import secret
from phonetui.server.connectors.connector import SystemBusy, SystemDown, SystemRefused, WrongKey
from phonetui.server.connectors.van_server import VanServer
from phonetui.server.connectors.van_settings import VanSettings
from phonetui.server.push_outbox import Pushing
from tests.server.connectors.evening import NAME
from tests.server.connectors.given import outgoing
from tests.server.connectors.shift import Shift
from tests.server.connectors.small import Small
from tests.server.connectors.van_connected import Office
from tests.server.connectors.van_stand_in import APPLICATION, KEY
from tests.server.connectors.van_stand_in_web import Fault


@pytest.fixture
def office() -> Iterator[Office]:
    office = Office()
    for van_id in range(1, 4):
        office.van.has(van_id, "")
    yield office
    assert office.van.wrongs == []
    office.van.close()


# -- in doubt


def doubted(office: Office, one: Outgoing, *, arrived: bool, **later: float) -> str:
    """It is told, no answer comes, and later it is told again; returns what is said then."""
    office.van.fault = lambda what: ("lost reply" if arrived else "lost request") if "people" in what else ""
    began = office.now
    with office.connects() as van, pytest.raises(SystemDown):
        office.tells(van, one)
    office.van.fault = lambda _what: ""
    office.passes(**later)
    with office.connects() as van:
        return office.tells(van, one, began)


@pytest.mark.parametrize("arrived", [True, False])
def test_a_lost_answer_is_left_to_vans_own_rule_within_the_hour(office: Office, arrived: bool) -> None:
    assert doubted(office, outgoing(1, "not_home"), arrived=arrived, minutes=49) == ""

    assert len(office.van.stored) == 1
    assert len(office.van.dropped) == arrived


@pytest.mark.parametrize("arrived", [True, False])
def test_another_attempt_of_the_hour_with_the_same_result_is_never_taken_for_this_one(
    office: Office, arrived: bool
) -> None:
    with office.connects() as van:
        office.tells(van, outgoing(1, "not_home"))
    office.passes(minutes=20)

    again = replace(outgoing(2, "not_home"), file_id="1")
    said = doubted(office, again, arrived=arrived, minutes=2)

    assert said == "NGP VAN may have it twice: its first answer was lost."
    assert len(office.van.stored) == 2 + arrived


def test_another_result_of_the_hour_does_not_stand_in_the_way(office: Office) -> None:
    with office.connects() as van:
        office.tells(van, outgoing(1, "busy"))

    said = doubted(office, replace(outgoing(2, "not_home"), file_id="1"), arrived=True, minutes=2)

    assert said == ""
    assert [one["result"] for one in office.van.stored] == ["Busy", "Not Home"]


def test_an_attempt_of_two_hours_ago_does_not_stand_in_the_way(office: Office) -> None:
    with office.connects() as van:
        office.tells(van, outgoing(1, "not_home"))
    office.passes(hours=2)

    assert doubted(office, replace(outgoing(2, "not_home"), file_id="1"), arrived=True, minutes=2) == ""
    assert len(office.van.stored) == 2


def test_after_a_day_it_is_told_again_and_that_is_said(office: Office) -> None:
    said = doubted(office, outgoing(1, "not_home"), arrived=False, days=1)

    assert said == "NGP VAN may have it twice: its first answer was lost."
    assert len(office.van.stored) == 1


@pytest.mark.parametrize("fault", ["cut reply", "failed"])
def test_half_an_answer_and_a_failure_leave_it_in_doubt(office: Office, fault: Fault) -> None:
    office.van.fault = lambda what: fault if "people" in what else ""

    with office.connects() as van, pytest.raises(SystemDown):
        office.tells(van, outgoing(1))


def test_what_fails_before_anything_is_told_leaves_nothing_in_doubt(office: Office) -> None:
    office.van.fault = lambda what: "lost reply" if "resultCodes" in what else ""

    with office.connects() as van, pytest.raises(SystemDown) as down:
        office.tells(van, outgoing(1))

    assert down.value.nothing_sent
    assert office.waited == [1.0, 5.0, 30.0]


def test_a_system_that_nobody_reaches_was_told_nothing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    real = httpx.HTTPTransport.handle_request

    def no_way_for_posts(transport: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            raise httpx.ConnectError("no way there", request=request)
        return real(transport, request)

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", no_way_for_posts)
    with office.connects() as van, pytest.raises(SystemDown) as down:
        office.tells(van, outgoing(1))

    assert str(down.value) == (
        "NGP VAN cannot be reached (ConnectError); check this machine's line, and try again later."
    )
    assert down.value.nothing_sent


# -- what goes wrong


def test_a_voter_who_was_merged_away_is_refused_and_the_rest_goes_on(office: Office) -> None:
    with office.connects() as van:
        with pytest.raises(SystemRefused) as refused:
            office.tells(van, outgoing(99))
        office.tells(van, outgoing(2))

    assert str(refused.value) == (
        "NGP VAN answered 404: There is no person 99 (vanId). Nobody has the VANID 99 any more; the voter was probably "
        "merged with another: enter the call there by hand, and pull the list again."
    )
    assert [one["vanId"] for one in office.van.stored] == [2]


def test_a_voter_from_elsewhere_cannot_be_told_of(office: Office) -> None:
    with office.connects() as van, pytest.raises(SystemRefused) as refused:
        office.tells(van, outgoing(1, file_id="np-7"))

    assert str(refused.value) == (
        "This voter has no VANID: they did not come from NGP VAN, so it cannot be told of the call."
    )


def test_an_own_word_of_the_system_is_passed_on(office: Office) -> None:
    office.ids["phone", "1", outgoing(1).number] = "77"

    with office.connects() as van, pytest.raises(SystemRefused) as refused:
        office.tells(van, outgoing(1))

    assert str(refused.value) == "NGP VAN answered 400: 'phoneId' is not one of this person (phoneId)."


@pytest.mark.parametrize("way", ["people", "resultCodes"])
def test_when_it_is_busy_it_is_asked_no_more_and_says_for_how_long(office: Office, way: str) -> None:
    asked: list[str] = []

    def fault(what: str) -> Fault:
        asked.append(what)
        return "busy" if way in what else ""

    office.van.fault = fault

    with office.connects() as van, pytest.raises(SystemBusy) as busy:
        office.tells(van, outgoing(1))

    assert busy.value.retry_after == 7.0
    assert len([what for what in asked if way in what]) == 1


def test_a_key_that_may_not_enter_calls_ends_the_run(office: Office) -> None:
    office.van.rights.remove("canvassResponses")

    with office.connects() as van, pytest.raises(WrongKey) as wrong:
        office.tells(van, outgoing(1))

    assert str(wrong.value) == (
        "NGP VAN answered 403: Forbidden. Ask NGP VAN's support to let this key read and enter canvass responses."
    )


def test_a_contact_type_that_is_not_there_ends_the_run(office: Office) -> None:
    with office.connects("contact_type: Paid Phone") as van, pytest.raises(Refused) as refused:
        office.tells(van, outgoing(1))

    assert not isinstance(refused.value, SystemRefused)
    assert str(refused.value) == "NGP VAN has no `contact_type` Paid Phone for this key; it has Phone, Walk, Auto Dial."


# -- where a key may go


@pytest.mark.parametrize("elsewhere", ["example.org", "api.securevan.com:444", "api.securevan.com:none"])
def test_a_link_to_the_next_page_may_name_the_usual_port_but_no_other_server(
    monkeypatch: pytest.MonkeyPatch, elsewhere: str
) -> None:
    links = iter(
        ["https://api.securevan.com:443/v4/savedLists?%24top=50&%24skip=1", f"https://{elsewhere}/v4/savedLists"]
    )
    asked: list[str] = []

    def answer(_transport: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(200, json={"items": [], "nextPageLink": next(links), "count": 2}, request=request)

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", answer)
    server = VanServer("van", VanSettings(application="a"), "k", lambda _seconds: None)
    with pytest.raises(SystemDown) as down:
        server.saved_list(1)
    server.close()

    assert str(down.value) == f"NGP VAN pointed to another server, {elsewhere}; nothing was asked there."
    assert asked == [
        "https://api.securevan.com/v4/savedLists?%24top=50",
        "https://api.securevan.com/v4/savedLists?%24top=50&%24skip=1",
    ]


def test_a_key_never_goes_in_the_clear() -> None:
    with pytest.raises(Refused, match="https://"):
        VanServer("van", VanSettings(application="a", url="http://van.example.org/v4"), "k", lambda _seconds: None)


def test_an_answer_that_the_file_names_too_late_arrives_with_the_next_push_again(
    office: Office, url: str, tmp_path: Path, small: Small
) -> None:
    yes, no = office.van.questions[1]["responses"][:2]
    yes["name"], no["name"] = "Will", "Will not"
    source = (
        f"system: van\ncampaign: turnout\napplication: {APPLICATION}\nurl: {office.van.url}\nlist: 4711\nids: theirs\n"
    )
    shift = Shift(url, tmp_path, small, people=2, source=source)
    shift.environment = {secret(NAME, "key").variable: KEY}
    shift.saved("1", "talked", answers={"plan": "yes"}, talked=True)
    shift.saved("2", "busy")
    shift.clock.passes(minutes=10)
    assert shift.push() == Pushing(pushed=2)
    assert shift.status().shortened == {
        "NGP VAN has no counterpart of `yes` to `plan`; if it should have one, write it under `answers:`.": 1
    }
    assert shift.push(again=True) == Pushing()
    named = f"{source}answers: {{plan: {{'yes': sr_{yes['surveyResponseId']}}}}}\n"
    with shift.engine.begin() as connection:
        connections.add(connection, NAME, named, "there.yaml", shift.clock())
    assert shift.push() == Pushing()
    assert shift.push(again=True) == Pushing(pushed=1)
    told = [(one["vanId"], one["result"], one["told"]) for one in office.van.stored]
    assert told == [(1, "Canvassed", []), (2, "Busy", []), (1, "Canvassed", ["Vote Plan: Will"])]
    assert shift.push(again=True) == Pushing()
    assert shift.status().shortened == {"A correction is a second response: NGP VAN keeps Canvassed, too.": 1}
