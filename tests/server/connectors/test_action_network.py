"""A campaign whose people are in Action Network: who is called, and what is told of the calls."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from phonetui.core.push import Lost, Outgoing, Pushed
from phonetui.core.refusal import Refused
from phonetui.server.connectors.action_network import SYSTEM, ActionNetwork
from phonetui.server.connectors.action_network_api import said
from phonetui.server.connectors.connector import PulledVoter, SystemBusy, SystemDown, SystemRefused, WrongKey
from tests.server.connectors.action_network_stand_in import KEY, ActionNetworkStandIn, an_id
from tests.server.connectors.given import NOON, connected, outgoing
from tests.server.connectors.strict_server import Asked, Fault

FIELDS = "fields: {result: Phone result, called: Phone called, note: Phone note}\nquestions: {vote: Plan}\n"


@pytest.fixture
def network() -> Iterator[ActionNetworkStandIn]:
    stand_in = ActionNetworkStandIn()
    yield stand_in
    stand_in.close()
    assert stand_in.wrong == []


def opened(network: ActionNetworkStandIn, more: str = "make_tags: true\n", **given: Any) -> ActionNetwork:
    """The connection that a file makes which says so."""
    file = f"system: action-network\nurl: {network.address}\n{more}"
    connector = connected(file, **{"secrets": {"key": KEY}, **given})
    assert isinstance(connector, ActionNetwork)
    network.at_the_end(connector.close)
    return connector


def pulled(network: ActionNetworkStandIn, more: str) -> dict[str, PulledVoter]:
    """Everyone who comes in, by id."""
    found = list(opened(network, more).pull())
    assert len({voter.fields["id"] for voter in found}) == len(found)
    return {voter.fields["id"]: voter for voter in found}


def call(nth: int, disposition: str, **more: Any) -> Outgoing:
    """The `nth` outcome, of the person with that number."""
    return outgoing(nth, disposition, file_id=an_id(1, nth), **more)


def correction(of: Outgoing, was: Pushed | Lost, now: Outgoing) -> Outgoing:
    """What tells the system that `now` stands in place of `of`, which it was told before."""
    assert isinstance(was, Pushed)
    outcome = now.outcome and msgspec.structs.replace(now.outcome, id=f"{of.event_id}-again", supersedes=of.event_id)
    return msgspec.structs.replace(
        now,
        event_id=f"{of.event_id}-again",
        attempt_id=of.attempt_id,
        outcome=outcome,
        corrects=of.event_id,
        corrected=of.outcome,
        remote_id=was.remote_id,
    )


def undo(of: Outgoing, was: Pushed | Lost) -> Outgoing:
    """What tells the system that the attempt was taken back."""
    return msgspec.structs.replace(correction(of, was, of), outcome=None, disposition=None)


# -- who is called -----------------------------------------------------------------------------------------------------


def test_a_list_comes_in_by_its_name_with_names_numbers_and_addresses(network: ActionNetworkStandIn) -> None:
    people = [network.person(number) for number in range(1, 61)]
    network.list_of("Likely volunteers", people)
    found = pulled(network, "list: Likely volunteers\n")
    assert list(found) == people
    assert found[people[6]].fields == {
        "id": people[6],
        "first_name": "Ann",
        "last_name": "Doe7",
        "cell_phone": "+12125550007",
        "email": "ann7@example.org",
        "language": "en",
        "address": "7 Mill Ct",
        "unit": "Apt 2",
        "city": "Evansville",
        "state": "IN",
        "zip": "47708",
    }
    assert not any(voter.do_not_call for voter in found.values())


def test_people_come_by_tag_or_by_filter_too(network: ActionNetworkStandIn) -> None:
    people = [network.person(number) for number in range(1, 31)]
    tag = network.tag("Phone bank")
    for person in people[:28]:
        network.tagged(person, tag)
    assert list(pulled(network, "tag: Phone bank\n")) == people[:28]
    assert list(pulled(network, f"tag: {tag}\n")) == people[:28]
    network.people[people[3]]["postal_addresses"][0]["postal_code"] = "47710"
    by_filter = pulled(network, "filter: \"postal_code eq '47708'\"\n")
    assert list(by_filter) == [person for person in people if person != people[3]]


def test_landlines_are_where_the_file_says(network: ActionNetworkStandIn) -> None:
    person = network.person(1, custom_fields={"Home_Phone": "(212) 555-0199", "Work": "(212) 555-0198"})
    network.list_of("all", [person])
    found = pulled(network, "list: all\nlandlines: [Home_Phone, Work]\n")[person]
    assert found.fields["home_phone"] == "(212) 555-0199"
    assert found.further == {"home_phone": ["(212) 555-0198"]}
    assert "home_phone" not in pulled(network, "list: all\n")[person].fields


UNSUBSCRIBED = [{"primary": True, "number": "12125550001", "number_type": "Mobile", "status": "unsubscribed"}]


def test_who_opted_out_is_not_called_by_anybody(network: ActionNetworkStandIn) -> None:
    asked, both, fine = network.person(1), network.person(2, phone_numbers=UNSUBSCRIBED), network.person(3)
    network.people[asked]["custom_fields"] = network.people[both]["custom_fields"] = {"Do_Not_Phone": "True"}
    network.list_of("all", [asked, both, fine])
    barred = {one: voter.do_not_call for one, voter in pulled(network, "list: all\nopt_outs: [Do_Not_Phone]\n").items()}
    assert barred == {asked: True, both: True, fine: False}


def test_who_is_unsubscribed_is_left_out_and_nothing_more(network: ActionNetworkStandIn) -> None:
    silent, fine = network.person(1, phone_numbers=UNSUBSCRIBED), network.person(2)
    network.list_of("all", [silent, fine])
    assert list(pulled(network, "list: all\n")) == [fine]
    lenient = pulled(network, "list: all\ncall_unsubscribed: true\n")
    assert list(lenient) == [silent, fine]
    assert not any(voter.do_not_call for voter in lenient.values())


def test_a_list_of_which_all_are_unsubscribed_is_not_an_empty_one(network: ActionNetworkStandIn) -> None:
    network.list_of("all", [network.person(number, phone_numbers=UNSUBSCRIBED) for number in (1, 2)])
    with pytest.raises(Refused) as refused:
        list(opened(network, "list: all\n").pull())
    assert str(refused.value) == (
        "Nobody is left to call: Action Network has the numbers of everybody there (2) as unsubscribed, which is about "
        "text messages; if they did not ask to be left alone, write `call_unsubscribed: true` in the connection's file."
    )


def test_who_slips_to_another_page_is_found_and_nobody_twice(network: ActionNetworkStandIn) -> None:
    people = [network.person(number) for number in range(1, 61)]
    inside = list(people)
    network.list_of("all", inside)

    def somebody_leaves(asked: Asked) -> None:
        if asked.way[-1] == "items" and asked.query["page"] == "2" and len(inside) == 60:
            inside.remove(people[0])  # so that who was first on this page is last on the page before

    network.turned = somebody_leaves
    assert set(pulled(network, "list: all\n")) == set(people)


def test_a_list_that_brings_somebody_new_each_time_cannot_be_called_whole(network: ActionNetworkStandIn) -> None:
    inside = [network.person(number) for number in range(1, 27)]
    network.list_of("all", inside)

    def somebody_joins(asked: Asked) -> None:
        if asked.way[-1] == "items" and asked.query["page"] == "1":
            inside.append(network.person(len(inside) + 1))

    network.turned = somebody_joins
    with pytest.raises(SystemDown) as down:
        list(opened(network, "list: all\n").pull())
    assert str(down.value) == (
        "The list kept changing while Action Network was read, 5 times over, so somebody on it may be missing; pull "
        "again when it is at rest."
    )


def test_who_is_merged_away_while_the_list_is_read_is_left_out(network: ActionNetworkStandIn) -> None:
    people = [network.person(number) for number in range(1, 4)]
    network.list_of("all", people)
    del network.people[people[1]]
    assert list(pulled(network, "list: all\n")) == [people[0], people[2]]


def test_half_an_answer_is_read_again_after_a_while(network: ActionNetworkStandIn) -> None:
    waits: list[float] = []
    people = [network.person(number) for number in range(1, 31)]
    network.list_of("all", people)
    faults: list[Fault] = ["half an answer", "lost answer"]
    network.fault = lambda asked: faults.pop() if asked.way[-1] == "items" and faults else ""
    found = list(opened(network, "list: all\nrequests_a_second: 4\n", wait=waits.append).pull())
    assert [voter.fields["id"] for voter in found] == people
    assert [waited for waited in waits if waited >= 1] == [1.0, 5.0]


def test_a_list_that_does_not_come_whole_ends_the_pull(network: ActionNetworkStandIn) -> None:
    network.list_of("all", [network.person(number) for number in range(1, 31)])
    network.fault = lambda asked: "half an answer" if asked.query.get("page") == "2" else ""
    with pytest.raises(SystemDown) as down:
        list(opened(network, "list: all\n").pull())
    assert str(down.value) == "Action Network did not answer, or not to the end (RemoteProtocolError); try again later."


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        ("", "The connection's file says not whom to call; name a `list`, a `tag` or a `filter` in it."),
        (
            "list: Gone\n",
            "Action Network has no list `Gone` that this key may see; it was renamed or removed: put its name right in "
            "the connection's file.",
        ),
        (
            "tag: Gone\n",
            "Action Network has no tag `Gone` that this key may see; it was renamed or removed: put its name right in "
            "the connection's file.",
        ),
        ("filter: shoe size\n", "Action Network answered 400: The filter shoe size cannot be read."),
    ],
)
def test_what_cannot_be_pulled_is_named(network: ActionNetworkStandIn, file: str, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        list(opened(network, file).pull())
    assert str(refused.value) == sentence


def test_two_lists_of_one_name_are_told_apart_by_id(network: ActionNetworkStandIn) -> None:
    first, second = network.list_of("all", []), network.list_of("all", [network.person(1)])
    with pytest.raises(Refused) as refused:
        list(opened(network, "list: all\n").pull())
    sentence = f"Action Network has 2 lists `all`; name yours by its id, one of {first}, {second}."
    assert str(refused.value) == sentence
    assert len(pulled(network, f"list: {second}\n")) == 1


# -- the key, and the pace ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        (
            "pasted …",
            "The key for Action Network is empty, or has characters that no key has; copy it once more and give it "
            "with `phonetui server connect evening secret`.",
        ),
        ("another", "Action Network answered 403: API Key invalid or not present."),
    ],
)
def test_a_key_that_is_wrong_is_said(network: ActionNetworkStandIn, key: str, sentence: str) -> None:
    with pytest.raises(WrongKey) as wrong:
        list(opened(network, "list: all\n", secrets={"key": key}).check())
    assert str(wrong.value) == sentence


def test_a_key_that_is_no_group_s_is_told_from_a_wrong_one(network: ActionNetworkStandIn) -> None:
    network.person(1)
    network.forbidden = "tags"
    with pytest.raises(WrongKey) as wrong:
        opened(network).send(call(1, "busy"), doubt_since=None)
    assert str(wrong.value) == (
        "Action Network answered 403: Not allowed. If it is right, it is no group's key: only a group has tags."
    )


def test_the_key_goes_nowhere_in_the_clear() -> None:
    with pytest.raises(Refused, match="must begin with https://, or the key would go in the clear"):
        connected("system: action-network\nurl: http://actionnetwork.org/api/v2\n", secrets={"key": KEY})


def test_requests_go_at_an_even_pace(network: ActionNetworkStandIn) -> None:
    waits: list[float] = []
    network.list_of("all", [network.person(number) for number in range(1, 6)])
    list(opened(network, "list: all\n", wait=waits.append).pull())
    assert len(waits) == len(network.asked) - 1
    assert min(waits) >= 0.25


def test_while_reading_it_waits_as_long_as_it_is_asked_to(network: ActionNetworkStandIn) -> None:
    waits: list[float] = []
    network.list_of("all", [network.person(1)])
    network.retry_after = "7"
    faults: list[Fault] = ["busy"]
    network.fault = lambda asked: faults.pop() if faults else ""
    assert len(list(opened(network, "list: all\n", wait=waits.append).pull())) == 1
    assert 7.0 in waits


@pytest.mark.parametrize(("file", "part_told"), [("", False), (FIELDS, True)])
def test_who_is_busy_after_a_part_was_told_has_that_part(
    network: ActionNetworkStandIn, file: str, part_told: bool
) -> None:
    network.tag("phonetui: busy")
    network.person(1)
    method = "PUT" if part_told else "POST"
    network.fault = lambda asked: "busy" if asked.method == method else ""
    with pytest.raises(SystemBusy) as busy:
        opened(network, file).send(call(1, "busy"), doubt_since=None)
    assert busy.value.part_told == part_told
    assert network.names_of(an_id(1, 1)) == ["phonetui: busy"] * part_told


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_system_that_is_busy_while_it_is_told_ends_the_run(network: ActionNetworkStandIn, method: str) -> None:
    network.person(1)
    network.retry_after = "30"
    network.fault = lambda asked: "busy" if asked.method == method else ""
    with pytest.raises(SystemBusy) as busy:
        opened(network).send(call(1, "busy"), doubt_since=None)
    assert busy.value.retry_after == 30
    assert len([asked for asked in network.asked if asked.startswith(method)]) == 1


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"error": "Over the limit"}, "Over the limit"),
        (
            {
                "request_type": "atomic",
                "response_code": 400,
                "resource_status": [{"error_descriptions": [{"code": "Missing", "description": "No person"}, {}]}],
            },
            "No person",
        ),
        (["nothing", "of", "the", "kind"], ""),
    ],
)
def test_its_own_words_on_an_error_are_found(body: object, words: str) -> None:
    assert said(body) == words


# -- what is told ------------------------------------------------------------------------------------------------------


def test_each_result_becomes_a_tag_which_is_made_once(network: ActionNetworkStandIn) -> None:
    people = [network.person(number) for number in (1, 2, 3)]
    connection = opened(network, "make_tags: true\n", dispositions={"talked": "Phone - talked"})
    for nth, disposition in ((1, "not_home"), (2, "not_home"), (3, "talked")):
        answer = connection.send(call(nth, disposition), doubt_since=None)
        assert isinstance(answer, Pushed)
        assert answer.said == ""
    assert [network.names_of(person) for person in people] == [
        ["phonetui: not home"],
        ["phonetui: not home"],
        ["Phone - talked"],
    ]
    assert sorted(network.tags.values()) == ["Phone - talked", "phonetui: not home"]


def test_without_leave_no_tag_is_made(network: ActionNetworkStandIn) -> None:
    network.person(1)
    with pytest.raises(SystemRefused) as refused:
        opened(network, "").send(call(1, "busy"), doubt_since=None)
    assert str(refused.value) == (
        "Action Network has no tag `phonetui: busy`; make it there, "
        "or write `make_tags: true` in the connection's file."
    )
    assert network.tags == {}


def test_custom_fields_tell_of_the_last_call(network: ActionNetworkStandIn) -> None:
    person = network.person(1, custom_fields={"Home_Phone": "2125550199"})
    connection = opened(network, f"make_tags: true\n{FIELDS}", answers={"vote": {"yes": "Will vote"}})
    connection.send(call(1, "talked", answers={"vote": "yes"}, note="at six"), doubt_since=None)
    told = {"Phone result": "Talked", "Phone called": "2026-10-06T16:00:00Z", "Phone note": "at six"}
    assert network.people[person]["custom_fields"] == {"Home_Phone": "2125550199", "Plan": "Will vote", **told}


def test_an_earlier_call_that_comes_late_does_not_overwrite_a_later_one(network: ActionNetworkStandIn) -> None:
    person = network.person(1)
    connection = opened(network, f"make_tags: true\n{FIELDS}")
    connection.send(call(1, "talked", answers={"vote": "yes"}), doubt_since=None)
    late = call(1, "not_home", at=NOON - timedelta(days=1))
    late = msgspec.structs.replace(late, event_id="event-0", attempt_id="attempt-0")
    answer = connection.send(late, doubt_since=None)
    assert answer == Pushed(
        answer.remote_id if isinstance(answer, Pushed) else "",
        "A later call to this person was told before, so the custom fields keep that one.",
    )
    assert network.people[person]["custom_fields"]["Phone result"] == "Talked"
    assert network.names_of(person) == ["phonetui: not home", "phonetui: talked"]


def test_an_earlier_call_does_not_overwrite_a_later_one_where_the_field_for_the_time_is_gone(
    network: ActionNetworkStandIn,
) -> None:
    person = network.person(1)
    network.custom_fields.remove("Phone called")
    later = call(1, "talked", answers={"vote": "yes"})
    assert later.outcome
    connection = opened(network, f"make_tags: true\n{FIELDS}", told=[later.outcome])
    connection.send(later, doubt_since=None)
    early = call(1, "not_home", at=NOON - timedelta(days=1))
    early = msgspec.structs.replace(early, event_id="event-0", attempt_id="attempt-0")
    connection.send(early, doubt_since=None)
    assert network.people[person]["custom_fields"]["Phone result"] == "Talked"


def test_a_custom_field_that_is_gone_is_said_and_the_rest_is_told(network: ActionNetworkStandIn) -> None:
    person = network.person(1)
    network.custom_fields.remove("Phone note")
    answer = opened(network, f"make_tags: true\n{FIELDS}").send(call(1, "busy", note="again"), doubt_since=None)
    assert isinstance(answer, Pushed)
    assert answer.said == "Action Network has no custom field `Phone note`, so it was not told that."
    assert network.people[person]["custom_fields"]["Phone result"] == "Busy"


def test_a_custom_field_that_is_made_gets_what_it_was_not_told(network: ActionNetworkStandIn) -> None:
    person = network.person(1)
    network.custom_fields.remove("Phone note")
    first = call(1, "busy", note="again")
    was = opened(network, f"make_tags: true\n{FIELDS}").send(first, doubt_since=None)
    assert isinstance(was, Pushed)
    assert was.in_part
    network.custom_fields.add("Phone note")
    again = {"corrects": first.event_id, "corrected": first.outcome, "remote_id": was.remote_id}
    connection = opened(network, f"make_tags: true\n{FIELDS}")
    answer = connection.send(msgspec.structs.replace(first, **again), doubt_since=None)
    assert answer == Pushed(was.remote_id)
    assert network.people[person]["custom_fields"]["Phone note"] == "again"
    assert network.names_of(person) == ["phonetui: busy"]


def test_who_answered_is_recorded_for_the_survey_once(network: ActionNetworkStandIn) -> None:
    people = [network.person(1), network.person(2)]
    survey = network.survey("Voting plans")
    connection = opened(network, f"make_tags: true\n{FIELDS}survey: {survey}\n")
    connection.send(call(1, "talked", answers={"vote": "yes"}), doubt_since=None)
    connection.send(call(1, "talked", answers={"vote": "yes"}), doubt_since=NOON)
    connection.send(call(2, "not_home"), doubt_since=None)
    assert [one["action_network:person_id"] for one in network.responses[survey]] == people[:1]


def test_what_arrived_without_an_answer_is_found_there(network: ActionNetworkStandIn) -> None:
    person = network.person(1)
    survey = network.survey("Voting plans")
    file = f"make_tags: true\n{FIELDS}survey: {survey}\n"
    one = call(1, "talked", answers={"vote": "yes"})
    for last in ("taggings", "responses"):
        network.fault = loses_answer(last)
        with pytest.raises(SystemDown):
            opened(network, file).send(one, doubt_since=NOON - timedelta(seconds=1))
    network.fault = lambda asked: ""
    network.asked.clear()
    answer = opened(network, file).send(one, doubt_since=NOON - timedelta(seconds=1))
    assert [asked for asked in network.asked if not asked.startswith("GET")] == []
    assert network.names_of(person) == ["phonetui: talked"]
    assert len(network.responses[survey]) == 1
    assert isinstance(answer, Pushed)
    assert answer.remote_id  # it is ours, so that it can be taken back


def loses_answer(last: str) -> Callable[[Asked], Fault]:
    """The answer gets lost whenever one of those is made."""
    return lambda asked: "lost answer" if asked.method == "POST" and asked.way[-1] == last else ""


# -- corrections and undos ---------------------------------------------------------------------------------------------


def test_a_correction_moves_the_tag_and_the_fields(network: ActionNetworkStandIn) -> None:
    person = network.person(1)
    connection = opened(network, f"make_tags: true\n{FIELDS}")
    first = call(1, "talked", answers={"vote": "yes"}, note="at six")
    was = connection.send(first, doubt_since=None)
    again = correction(first, was, call(1, "refused"))
    for doubt in (None, NOON):
        answer = connection.send(again, doubt_since=doubt)
        assert isinstance(answer, Pushed)
        assert answer.said == ""
        assert network.names_of(person) == ["phonetui: refused"]
        fields = {"Phone result": "Refused", "Phone called": "2026-10-06T16:00:00Z"}
        assert network.people[person]["custom_fields"] == fields


def test_a_correction_of_the_answer_alone_keeps_the_tag(network: ActionNetworkStandIn) -> None:
    person = network.person(1)
    survey = network.survey("Voting plans")
    connection = opened(network, f"make_tags: true\n{FIELDS}survey: {survey}\n")
    first = call(1, "talked", answers={"vote": "yes"})
    was = connection.send(first, doubt_since=None)
    network.asked.clear()
    answer = connection.send(correction(first, was, call(1, "talked", answers={"vote": "no"})), doubt_since=None)
    assert answer == was
    assert not any("taggings" in asked for asked in network.asked)
    assert network.people[person]["custom_fields"]["Plan"] == "No"
    assert len(network.responses[survey]) == 1


def test_an_undo_leaves_nothing_behind_but_what_others_wrote(network: ActionNetworkStandIn) -> None:
    person = network.person(1)
    survey = network.survey("Voting plans")
    connection = opened(network, f"make_tags: true\n{FIELDS}survey: {survey}\n")
    first = call(1, "talked", answers={"vote": "yes"}, note="at six")
    was = connection.send(first, doubt_since=None)
    network.people[person]["custom_fields"]["Phone note"] = "somebody's own words"
    for doubt in (None, NOON):
        assert connection.send(undo(first, was), doubt_since=doubt) == Pushed()
    assert network.names_of(person) == []
    assert network.people[person]["custom_fields"] == {"Phone note": "somebody's own words"}
    assert network.responses[survey] == []


def test_a_tag_that_was_there_before_stays(network: ActionNetworkStandIn) -> None:
    person = network.person(1)
    network.tagged(person, network.tag("phonetui: refused"), at="2026-01-01T00:00:00Z")
    connection = opened(network)
    first = call(1, "refused")
    was = connection.send(first, doubt_since=None)
    assert was == Pushed()
    answer = connection.send(undo(first, was), doubt_since=None)
    assert answer == Pushed(said="The tag `phonetui: refused` was there before this call, so it stays.")
    assert network.names_of(person) == ["phonetui: refused"]


@pytest.mark.parametrize("told", [True, False])
def test_an_undo_of_what_was_refused_in_doubt_takes_the_tag_if_it_is_there(
    network: ActionNetworkStandIn, told: bool
) -> None:
    person = network.person(1)
    connection = opened(network)
    first = call(1, "refused")
    if told:
        connection.send(first, doubt_since=None)
    taken_back = msgspec.structs.replace(undo(first, Pushed()), corrects_since=NOON)
    assert connection.send(taken_back, doubt_since=None) == Pushed()
    assert network.names_of(person) == []


def test_a_tag_that_is_told_again_in_place_of_one_in_doubt_can_be_taken_back(network: ActionNetworkStandIn) -> None:
    person = network.person(1)
    first, later = call(1, "refused"), NOON + timedelta(hours=2)
    opened(network).send(first, doubt_since=None)
    right = msgspec.structs.replace(correction(first, Pushed(), first), corrects_since=NOON)
    was = opened(network, now=later).send(right, doubt_since=None)
    assert opened(network, now=later).send(undo(right, was), doubt_since=None) == Pushed()
    assert network.names_of(person) == []


def test_a_tag_that_another_call_has_too_stays(network: ActionNetworkStandIn) -> None:
    person = network.person(1)
    first = call(1, "not_home")
    second = outgoing(2, "not_home", file_id=an_id(1, 1), at=NOON + timedelta(days=1))
    assert first.outcome
    assert second.outcome
    connection = opened(network, told=[first.outcome, second.outcome])
    was = connection.send(first, doubt_since=None)
    connection.send(second, doubt_since=None)
    answer = connection.send(undo(first, was), doubt_since=None)
    sentence = "The tag `phonetui: not home` stays, for another call to this person had that result."
    assert answer == Pushed(said=sentence)
    assert network.names_of(person) == ["phonetui: not home"]


def test_an_undo_of_what_nobody_remembers_is_lost(network: ActionNetworkStandIn) -> None:
    one = msgspec.structs.replace(undo(call(1, "busy"), Pushed()), corrected=None)
    sentence = "What Action Network was told of this call is not known any more, so it stays there."
    assert opened(network).send(one, doubt_since=None) == Lost(sentence)


# -- what is refused, and what a check says ----------------------------------------------------------------------------


def test_a_person_merged_away_is_refused_alone(network: ActionNetworkStandIn) -> None:
    network.person(1)
    connection = opened(network)
    with pytest.raises(SystemRefused) as refused:
        connection.send(call(2, "busy"), doubt_since=None)
    assert str(refused.value) == (
        "Action Network does not have this person any more: removed, or merged with another. Pull the list again."
    )
    assert isinstance(connection.send(call(1, "busy"), doubt_since=None), Pushed)


def test_a_voter_from_elsewhere_is_refused(network: ActionNetworkStandIn) -> None:
    with pytest.raises(SystemRefused) as refused:
        opened(network).send(outgoing(1, "busy", file_id="NC-1"), doubt_since=None)
    assert str(refused.value) == (
        "This voter has no id of Action Network's; pull them from there to tell it of their calls."
    )
    assert network.asked == []


def test_a_survey_that_is_gone_is_refused_in_its_own_words(network: ActionNetworkStandIn) -> None:
    network.person(1)
    connection = opened(network, f"make_tags: true\n{FIELDS}survey: {an_id(5, 99)}\n")
    with pytest.raises(SystemRefused) as refused:
        connection.send(call(1, "talked", answers={"vote": "yes"}), doubt_since=None)
    assert str(refused.value) == (f"Action Network answered 404: Couldn't find survey with id = {an_id(5, 99)}.")


def test_a_check_says_what_is_there_and_changes_nothing(network: ActionNetworkStandIn) -> None:
    people = [network.person(1, phone_numbers=UNSUBSCRIBED), network.person(2, phone_numbers=[]), network.person(3)]
    network.people[people[2]]["custom_fields"] = {"Do_Not_Phone": "yes"}
    network.list_of("all", people)
    network.tag("Phonetui: Busy")
    survey = network.survey("Voting plans")
    file = f"list: all\nmake_tags: true\nlandlines: [Landline]\nopt_outs: Do_Not_Phone\n{FIELDS}survey: {survey}\n"
    found = list(opened(network, file.replace("vote: Plan", "vote: Plan, shoes: Shoe size")).check())
    assert found == [
        "Action Network lets the key in, and the list `all` is there.",
        "Of 3 people looked at, 2 have a number and 1 may not be called.",
        "Left out, as unsubscribed: 1 of them. Action Network says that of a number that gets no text messages, new "
        "ones too; if your people asked for no such thing, write `call_unsubscribed: true`.",
        "These tags are not there yet; the first push of such a result makes them: `phonetui: not home`, "
        "`phonetui: wrong number`, `phonetui: disconnected`, `phonetui: refused`, `phonetui: moved`, "
        "`phonetui: language`, `phonetui: call back`, `phonetui: deceased`, `phonetui: do not call`, "
        "`phonetui: talked`, `phonetui: left message`.",
        "Action Network has no custom field `Shoe size`; make it there, or put its name right in the file.",
        "Action Network has no custom field `Landline`; make it there, or put its name right in the file.",
        "Who answers is recorded for the survey `Voting plans`.",
        "The script does not ask `shoes`, which `questions` names in the connection's file.",
        "A tag says that a result was had, not how often, when or by whom.",
        "Answers to `help` are not told; name a field for them under `questions`.",
        "Fields hold the last call alone: what they said of an earlier one is overwritten.",
        "When to call back is not told.",
        "Do not call becomes a tag: leave out who has it when you call from Action Network by other means.",
    ]
    assert all(asked.startswith("GET") for asked in network.asked)


def test_a_check_without_leave_to_make_tags_says_which_to_make(network: ActionNetworkStandIn) -> None:
    network.tag("phonetui: busy")
    found = list(opened(network, "survey: 00000005-0000-4000-8000-000000000009\n").check())
    assert found[0] == (
        "Action Network lets the key in. Nobody is pulled, for the file names no `list`, `tag` or `filter`."
    )
    assert found[1].startswith("These tags are not there: `phonetui: not home`, ")
    assert found[1].endswith(". Make them in Action Network, or write `make_tags: true` to have a push make them.")
    assert found[2] == (
        "Action Network has no survey 00000005-0000-4000-8000-000000000009; it was removed, "
        "or the id in the file is not its id."
    )


@pytest.mark.parametrize(
    ("file", "mistake"),
    [
        (
            "list: a\ntag: b\n",
            "evening.yaml:3: tag: there is a `list` already; name a list, a tag or a filter, and only one of them",
        ),
        (
            "survey: Voting plans\n",
            "evening.yaml:2: survey: expected the id of a survey, such as 3f2a1c9e-5b7d-4c21-9a60-8f1e2d3c4b5a; "
            "found `Voting plans`",
        ),
        (
            "requests_a_second: 20\n",
            "evening.yaml:2: requests_a_second: Action Network takes no more than 4 requests a second",
        ),
        (
            "fields: {results: x}\n",
            "evening.yaml:2: fields.results: `results` is not a key here; did you mean `result`?",
        ),
    ],
)
def test_mistakes_in_the_file_are_named(file: str, mistake: str) -> None:
    with pytest.raises(Refused) as refused:
        connected(f"system: action-network\n{file}")
    assert str(refused.value) == mistake


def test_the_file_to_begin_with_has_every_key() -> None:
    template = SYSTEM.template
    connected(f"system: action-network\n{template}", secrets={"key": KEY}).close()
    keys = set(re.findall(r"(?m)^(?:# )?([a-z_]+):", template))
    assert keys | {"url", "requests_a_second"} == set(SYSTEM.keys)
