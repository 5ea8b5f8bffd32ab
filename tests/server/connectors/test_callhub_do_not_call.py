"""Numbers on CallHub's do-not-call lists over an evening and the next pull: who put them there, and whom they bar."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from phonetui.core.event import Outcome
from phonetui.server import connection_work, connections, tables
from phonetui.server.connectors.callhub_do_not_call import DoNotCall
from phonetui.server.connectors.reading_json import Record
from tests.server.connectors.callhub_stand_in import KEY, CallHubStandIn
from tests.server.connectors.evening import CAMPAIGN
from tests.server.connectors.street import Street
from tests.server.connectors.strict_server import Asked, Fault

FILE = f"""\
system: callhub
campaign: {CAMPAIGN.campaign_id}
phonebook: Weekend
fields: {{result: Phone result, called: Phone called}}
"""
HOME, CELL, OF_CY = "+12125550100", "+12125550200", "+12125550102"
EVERYBODY = {"Ann": ("", HOME), "Bob": ("", HOME), "Cy": ("", OF_CY)}


class CallHubStreet(Street):
    """Ann has two numbers, Bob shares the first of them, Cy has one of his own; they go by their first names."""

    def __init__(self, url: str, folder: Path, hub: CallHubStandIn) -> None:
        self.hub = hub
        self.hub_list = hub.list_called("Ours")
        people = {"Ann": (HOME, CELL), "Bob": (HOME, ""), "Cy": (OF_CY, "")}
        self.contacts = {
            name: hub.contact(
                nth, first_name=name, contact=first[1:], mobile=other[1:], state="NY", zipcode="10001", tags=[]
            )
            for nth, (name, (first, other)) in enumerate(people.items())
        }
        hub.phonebook("Weekend", list(self.contacts.values()))
        super().__init__(url, folder, f"url: {hub.url}\n{FILE}", secrets={"key": KEY})
        self.begins()

    def called(self, whom: str, disposition: str) -> Outcome:
        """Likewise, by name."""
        return super().called(self.contacts[whom], disposition)

    def standing(self) -> dict[str, tuple[str, str]]:
        """Likewise, by name."""
        names = {contact: name for name, contact in self.contacts.items()}
        return {names[contact]: stands for contact, stands in super().standing().items()}

    def suppressed(self) -> set[str]:
        """The numbers that nobody on this server calls."""
        with self.engine.connect() as connection:
            return set(connection.scalars(select(tables.suppressed_numbers.c.number)))

    def on_their_list(self) -> list[str]:
        """The numbers on CallHub's list, as we write them."""
        return [f"+{entry['phone_number']}" for entry in self.hub.barred]


@pytest.fixture
def hub() -> Iterator[CallHubStandIn]:
    stand_in = CallHubStandIn()
    yield stand_in
    stand_in.close()
    assert stand_in.wrong == []


@pytest.fixture
def street(url: str, tmp_path: Path, hub: CallHubStandIn) -> CallHubStreet:
    made = CallHubStreet(url, tmp_path, hub)
    assert made.standing() == EVERYBODY
    return made


def test_a_wrong_number_that_we_put_there_bars_nobody_when_it_comes_back(street: CallHubStreet) -> None:
    street.called("Ann", "wrong_number")
    before = street.standing()
    assert before == {"Ann": ("", CELL), "Bob": ("no-number", HOME), "Cy": ("", OF_CY)}
    assert street.push().pushed == 1
    assert street.on_their_list() == [HOME]
    for _ in range(2):
        assert street.pull().do_not_call == 0
        assert (street.standing(), street.suppressed()) == (before, set())


def test_a_wrong_number_that_was_taken_back_is_called_again(street: CallHubStreet) -> None:
    mistaken = street.called("Ann", "wrong_number")
    street.push()
    street.saves(street.dana.undo(mistaken))
    street.push()
    street.pull()
    assert street.on_their_list() == [HOME]  # CallHub keeps it; the status of the connection says so
    assert (street.standing(), street.suppressed()) == (EVERYBODY, set())


def test_a_wrong_number_whose_answer_got_lost_is_known_as_ours(street: CallHubStreet, hub: CallHubStandIn) -> None:
    street.called("Ann", "wrong_number")

    def once(asked: Asked) -> Fault:
        if asked.method != "POST":
            return ""
        hub.fault = lambda asked: ""
        return "lost answer"

    hub.fault = once
    assert street.push().waiting == 1
    assert street.on_their_list() == [HOME]
    street.pull()
    assert street.suppressed() == set()
    assert street.push().pushed == 1
    street.pull()
    assert street.suppressed() == set()
    assert street.standing()["Ann"] == ("", CELL)


def test_a_number_that_others_put_there_is_barred_and_their_other_number_is_called(
    street: CallHubStreet, hub: CallHubStandIn
) -> None:
    hub.bar(HOME[1:], street.hub_list, 1)
    report = street.pull()
    assert report.do_not_call == 1  # Bob, who has no other
    assert street.suppressed() == {HOME}
    assert street.standing() == {"Ann": ("", CELL), "Bob": ("do-not-call", HOME), "Cy": ("", OF_CY)}


def test_a_number_that_was_there_before_we_called_it_wrong_stays_barred(
    street: CallHubStreet, hub: CallHubStandIn
) -> None:
    street.called("Ann", "wrong_number")
    hub.bar(HOME[1:], street.hub_list, 1)
    faults: list[Fault] = ["lost answer", ""]
    hub.fault = lambda asked: faults.pop(0) if asked.method == "PUT" and faults else ""
    assert street.push().waiting == 1  # so that it is in doubt whose it is
    assert street.push().pushed == 1
    street.pull()
    assert street.suppressed() == {HOME}


def test_a_number_that_somebody_puts_there_anew_is_barred(street: CallHubStreet, hub: CallHubStandIn) -> None:
    street.called("Ann", "wrong_number")
    street.push()
    hub.barred.clear()
    street.pull()
    assert street.suppressed() == set()
    hub.bar(HOME[1:], street.hub_list, 1)
    street.pull()
    assert street.suppressed() == {HOME}


def test_what_the_list_does_not_take_is_not_taken_for_ours(street: CallHubStreet, hub: CallHubStandIn) -> None:
    street.called("Ann", "wrong_number")
    hub.forbidden = "POST"
    assert street.push().waiting == 1
    hub.forbidden = ""
    hub.bar(HOME[1:], street.hub_list, 1)
    street.push()
    street.pull()
    assert street.suppressed() == {HOME}


def test_who_asks_not_to_be_called_is_on_both_lists(street: CallHubStreet) -> None:
    street.called("Ann", "do_not_call")
    street.push()
    street.pull()
    assert street.on_their_list() == [HOME]
    assert street.suppressed() == {HOME}
    assert {name: ended for name, (ended, _) in street.standing().items()} == {
        "Ann": "do_not_call",  # by her call
        "Bob": "do-not-call",  # by the list: it is his only number
        "Cy": "",
    }


def test_all_numbers_are_told_though_a_field_is_missing_and_the_rest_once_it_is_there(
    street: CallHubStreet, hub: CallHubStandIn
) -> None:
    key = next(key for key, name in hub.fields.items() if name == "Phone called")
    hub.fields[key] = "Called"
    street.called("Ann", "do_not_call")
    street.called("Cy", "do_not_call")
    assert street.push().pushed == 2
    assert street.on_their_list() == [HOME, OF_CY]
    hub.fields[key] = "Phone called"
    assert street.push().pushed == 0
    assert street.push(again=True).pushed == 2
    fields = {name: set(hub.fields_of(contact)) for name, contact in street.contacts.items()}
    assert fields == {"Ann": {"Phone result", "Phone called"}, "Bob": set(), "Cy": {"Phone result", "Phone called"}}
    assert street.push(again=True).pushed == 0


def test_a_pull_beside_a_push_knows_what_is_told_meanwhile(
    street: CallHubStreet, monkeypatch: pytest.MonkeyPatch
) -> None:
    street.called("Ann", "wrong_number")
    read = DoNotCall._all_numbers
    pushed: list[int] = []

    def after_a_push(lists: DoNotCall) -> list[Record]:
        if not pushed:
            pushed.append(0)
            pushed.append(street.push().pushed)
        return read(lists)

    monkeypatch.setattr(DoNotCall, "_all_numbers", after_a_push)
    street.pull()
    assert (pushed, street.on_their_list(), street.suppressed()) == ([0, 1], [HOME], set())


def test_another_connection_to_the_account_knows_our_numbers_too(street: CallHubStreet) -> None:
    """It may be another campaign's; and it was removed since."""
    street.called("Ann", "wrong_number")
    street.push()
    with street.engine.begin() as connection:
        connections.remove(connection, "there", street.clock())
        connections.add(connection, "anew", f"url: {street.hub.url}\n{FILE}", "anew.yaml", street.clock())
    street.environment |= {"PHONETUI_CONNECT_ANEW_KEY": KEY}
    with street.engine.connect() as connection:
        connection_work.pull(connection, "anew", street.office)
    assert street.suppressed() == set()
