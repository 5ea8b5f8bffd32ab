"""A campaign whose contacts are in CallHub: who is called, and what is told of the calls."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from phonetui.core.event import Undo
from phonetui.core.push import Lost, Outgoing, Pushed
from phonetui.core.refusal import Refused
from phonetui.server.connectors.callhub import SYSTEM, CallHub
from phonetui.server.connectors.connector import PulledVoter, SystemBusy, SystemDown, SystemRefused, WrongKey
from tests.server.connectors.callhub_stand_in import KEY, LARGE, CallHubStandIn
from tests.server.connectors.given import NOON, KeptIds, connected, outgoing
from tests.server.connectors.strict_server import Asked, Fault

FIELDS = "fields: {result: Phone result, called: Phone called}\nquestions: {vote: Plan}\n"
TOLD = "2026-10-06T16:00:00Z"


@pytest.fixture
def hub() -> Iterator[CallHubStandIn]:
    stand_in = CallHubStandIn()
    yield stand_in
    stand_in.close()
    assert stand_in.wrong == []


def opened(hub: CallHubStandIn, more: str = FIELDS, **given: Any) -> CallHub:
    """The connection that a file makes which says so."""
    connector = connected(f"system: callhub\nurl: {hub.url}\n{more}", **{"secrets": {"key": KEY}, **given})
    assert isinstance(connector, CallHub)
    hub.at_the_end(connector.close)
    return connector


def pulled(hub: CallHubStandIn, more: str = "phonebook: Weekend\n") -> dict[str, PulledVoter]:
    """Everyone who comes in, by id."""
    found = list(opened(hub, more).pull())
    assert len({voter.fields["id"] for voter in found}) == len(found)
    return {voter.fields["id"]: voter for voter in found}


def call(nth: int, disposition: str, **more: Any) -> Outgoing:
    """The `nth` outcome, of the contact with that number."""
    return outgoing(nth, disposition, file_id=str(LARGE + nth), **more)


def correction(of: Outgoing, now: Outgoing) -> Outgoing:
    """What tells CallHub that `now` stands in place of `of`, which it was told before."""
    outcome = now.outcome and msgspec.structs.replace(now.outcome, id=f"{of.event_id}-again", supersedes=of.event_id)
    known = {"attempt_id": of.attempt_id, "corrects": of.event_id, "corrected": of.outcome}
    return msgspec.structs.replace(now, event_id=f"{of.event_id}-again", outcome=outcome, **known)


def correction_of_itself(of: Outgoing) -> Outgoing:
    """What is told once more, since CallHub was told it in part."""
    return msgspec.structs.replace(of, corrects=of.event_id, corrected=of.outcome)


def undo(of: Outgoing) -> Outgoing:
    """What tells CallHub that the attempt was taken back."""
    return msgspec.structs.replace(correction(of, of), outcome=None, disposition=None)


def loses_answer(method: str) -> Callable[[Asked], Fault]:
    """The answer to every such request gets lost."""
    return lambda asked: "lost answer" if asked.method == method else ""


# -- who is called -----------------------------------------------------------------------------------------------------


def test_a_phonebook_comes_in_page_by_page(hub: CallHubStandIn) -> None:
    hub.most_on_a_page = 25
    people = [hub.contact(number) for number in range(1, 61)]
    hub.contacts[people[6]]["mobile"] = "12125550199"
    hub.contacts[people[7]]["mobile"] = hub.contacts[people[7]]["contact"]
    book = hub.phonebook("Weekend", people)
    found = pulled(hub)
    assert list(found) == people
    assert found[people[6]].fields == {
        "id": people[6],
        "first_name": "Ann",
        "last_name": "Doe7",
        "phone": "+12125550007",
        "cell_phone": "+12125550199",
        "email": "ann7@example.org",
        "address": "7 Mill Ct",
        "city": "Evansville",
        "state": "IN",
        "zip": "47708",
    }
    assert "cell_phone" not in found[people[7]].fields
    assert list(pulled(hub, f"phonebook: {book}\n")) == people


def test_numbers_on_a_do_not_call_list_are_not_called_unless_it_is_for_texts(hub: CallHubStandIn) -> None:
    people = [hub.contact(number) for number in range(1, 6)]
    hub.contacts[people[3]]["mobile"] = "2125550199"
    hub.phonebook("Weekend", people)
    ours, other = hub.list_called("Ours"), hub.list_called("Other")
    for number, in_list, category in (
        ("12125550001", ours, 1),
        ("12125550002", ours, 2),
        ("12125550003", other, 3),
        ("+12125550199", ours, 3),
    ):
        hub.bar(number, in_list, category)
    all_lists = list(pulled(hub).values())
    assert [voter.do_not_call for voter in all_lists] == [True, False, True, False, False]
    assert [list(voter.barred) for voter in all_lists] == [[], [], [], ["2125550199"], []]  # whose other number is free
    of_ours = list(pulled(hub, "phonebook: Weekend\ndo_not_call_lists: [ours]\n").values())
    assert [voter.do_not_call for voter in of_ours] == [True, False, False, False, False]
    assert [list(voter.barred) for voter in of_ours] == [[], [], [], ["2125550199"], []]


def test_who_slips_to_another_page_is_found(hub: CallHubStandIn) -> None:
    hub.most_on_a_page = 25
    people = [hub.contact(number) for number in range(1, 61)]
    inside = list(people)
    hub.phonebook("Weekend", inside)

    def somebody_moves(asked: Asked) -> None:
        if asked.query.get("page") == "2" and inside[0] == people[0]:
            inside.append(inside.pop(0))  # so that who was first on this page is last on the page before

    hub.turned = somebody_moves
    assert set(pulled(hub)) == set(people)


def test_a_phonebook_that_comes_short_is_not_taken_for_whole(hub: CallHubStandIn) -> None:
    hub.phonebook("Weekend", [hub.contact(1), hub.contact(2)])
    hub.counted = lambda _: 3
    with pytest.raises(SystemDown) as down:
        pulled(hub)
    assert str(down.value) == (
        "CallHub says that the phonebook `Weekend` has 3 contacts, but gave 2; pull it again later."
    )


@pytest.mark.parametrize("count", [None, "many", True])
def test_a_phonebook_of_unknown_length_is_not_taken_for_whole(hub: CallHubStandIn, count: object) -> None:
    hub.phonebook("Weekend", [hub.contact(1), hub.contact(2)])
    hub.counted = lambda _: count
    for look in (lambda: pulled(hub), lambda: list(opened(hub, "phonebook: Weekend\n").check())):
        with pytest.raises(SystemDown) as down:
            look()
        assert str(down.value) == (
            "CallHub did not say how many contacts the phonebook `Weekend` has, so nobody knows whether all come; try "
            "again later."
        )


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        ("", "The connection's file says not whom to call; name a `phonebook` in it."),
        (
            "phonebook: Gone\n",
            "CallHub has no phonebook `Gone` that this key may see; it was renamed or removed: put its name right in "
            "the connection's file.",
        ),
        (
            "phonebook: Weekend\ndo_not_call_lists: [Gone]\n",
            "CallHub has no do-not-call list `Gone`, so that nobody knows whom not to call; put its name right in the "
            "connection's file.",
        ),
    ],
)
def test_what_cannot_be_pulled_is_named(hub: CallHubStandIn, file: str, sentence: str) -> None:
    hub.phonebook("Weekend", [])
    with pytest.raises(Refused) as refused:
        pulled(hub, file)
    assert str(refused.value) == sentence


def test_two_phonebooks_of_one_name_are_told_apart_by_id(hub: CallHubStandIn) -> None:
    first, second = hub.phonebook("Weekend", []), hub.phonebook("Weekend", [hub.contact(1)])
    with pytest.raises(Refused) as refused:
        pulled(hub)
    sentence = f"CallHub has 2 phonebooks `Weekend`; name yours by its id, one of {first}, {second}."
    assert str(refused.value) == sentence


# -- the key, and the pace ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        (
            "pasted …",
            "The key for CallHub is empty, or has characters that no key has; copy it once more and give it with "
            "`phonetui server connect evening secret`.",
        ),
        (
            "another",
            "CallHub answered 401: Invalid token. If your account is on CallHub's other host, write its `url` in the "
            "file.",
        ),
    ],
)
def test_a_key_that_is_wrong_is_said(hub: CallHubStandIn, key: str, sentence: str) -> None:
    with pytest.raises(WrongKey) as wrong:
        opened(hub, secrets={"key": key}).send(call(1, "busy"), doubt_since=None)
    assert str(wrong.value) == sentence


def test_a_key_without_the_right_is_not_sent_to_the_other_host(hub: CallHubStandIn) -> None:
    hub.contact(1)
    hub.forbidden = "PUT"
    with pytest.raises(WrongKey) as wrong:
        opened(hub).send(call(1, "busy"), doubt_since=None)
    sentence = "CallHub answered 403: You do not have permission to perform this action."
    assert str(wrong.value) == sentence


def test_requests_go_at_an_even_pace(hub: CallHubStandIn) -> None:
    waits: list[float] = []
    hub.contact(1)
    opened(hub, f"{FIELDS}requests_a_second: 10\n", wait=waits.append).send(call(1, "busy"), doubt_since=None)
    assert len(waits) == len(hub.asked) - 1
    assert min(waits) >= 0.1


# -- what is told ------------------------------------------------------------------------------------------------------


def test_results_go_into_the_contact_s_fields_by_callhub_s_names(hub: CallHubStandIn) -> None:
    people = [hub.contact(number) for number in range(1, 5)]
    connection = opened(hub, answers={"vote": {"yes": "Will vote"}}, dispositions={"moved": "MOVED"})
    for one in (call(1, "talked", answers={"vote": "yes"}), call(2, "not_home"), call(3, "refused"), call(4, "moved")):
        assert connection.send(one, doubt_since=None) == Pushed()
    assert [hub.fields_of(person)["Phone result"] for person in people] == [
        "MEANINGFUL_INTERACTION",
        "NO_ANSWER",
        "Refused",
        "MOVED",
    ]
    assert hub.fields_of(people[0]) == {
        "Phone result": "MEANINGFUL_INTERACTION",
        "Phone called": TOLD,
        "Plan": "Will vote",
    }


def test_telling_it_again_changes_nothing(hub: CallHubStandIn) -> None:
    person = hub.contact(1)
    hub.fault = loses_answer("PUT")
    with pytest.raises(SystemDown):
        opened(hub).send(call(1, "busy"), doubt_since=None)
    hub.fault = lambda asked: ""
    hub.asked.clear()
    assert opened(hub).send(call(1, "busy"), doubt_since=NOON) == Pushed()
    assert all(asked.startswith("GET") for asked in hub.asked)
    assert hub.fields_of(person) == {"Phone result": "USER_BUSY", "Phone called": TOLD}


def test_without_a_field_for_results_only_the_do_not_call_list_is_told(hub: CallHubStandIn) -> None:
    """Whoever names one later has the results told by `push --again`."""
    person = hub.contact(1)
    hub.list_called("Ours")
    connection = opened(hub, "")
    for disposition in ("busy", "do_not_call"):
        told = connection.send(call(1, disposition), doubt_since=None)
        said = "Results are not told; name a field for them under `fields`, at `result`."
        assert told == Pushed(said=said, in_part=True)
    assert [asked for asked in hub.asked if not asked.startswith("GET")] == ["POST v1/dnc_contacts/"]
    first = call(1, "do_not_call")
    assert opened(hub).send(correction_of_itself(first), doubt_since=None) == Pushed()
    assert hub.fields_of(person)["Phone result"] == "DO_NOT_CALL"
    assert len(hub.barred) == 1


def test_a_contact_keeps_its_tags(hub: CallHubStandIn) -> None:
    person = hub.contact(1, tags=[{"id": 7, "name": "volunteer"}, {"id": 9, "name": "spanish"}])
    opened(hub).send(call(1, "busy"), doubt_since=None)
    assert [tag["id"] for tag in hub.contacts[person]["tags"]] == [7, 9]


def test_a_contact_keeps_its_tags_though_answers_get_lost(hub: CallHubStandIn) -> None:
    waits: list[float] = []
    person = hub.contact(1, tags=[{"id": 7, "name": "volunteer"}])
    faults: list[Fault] = ["lost request", "busy", "lost answer"]
    hub.retry_after = "9"
    hub.fault = lambda asked: faults.pop() if asked.method != "GET" and faults else ""
    with pytest.raises(SystemDown):
        opened(hub, wait=waits.append).send(call(1, "busy"), doubt_since=None)
    assert [tag["id"] for tag in hub.contacts[person]["tags"]] == [7]
    assert [waited for waited in waits if waited > 1] == [9.0, 5.0]
    assert opened(hub).send(call(1, "busy"), doubt_since=NOON) == Pushed()


class Stopped(BaseException):
    """The server stops."""


@pytest.mark.parametrize("stops_before", ["PUT", "PATCH"])
def test_a_contact_keeps_its_tags_though_the_server_stops(hub: CallHubStandIn, stops_before: str) -> None:
    tags = [{"id": LARGE + nth, "name": f"tag {LARGE + nth}"} for nth in range(9)]
    person, kept = hub.contact(1, tags=tags), KeptIds()
    before = {"PUT": "GET", "PATCH": "PUT"}[stops_before]

    def wait(_seconds: float) -> None:
        if any(asked.startswith(before) for asked in hub.asked):
            raise Stopped

    with pytest.raises(Stopped):
        opened(hub, remote_ids=kept, wait=wait).send(call(1, "busy"), doubt_since=None)
    assert hub.contacts[person]["tags"] == (tags if stops_before == "PUT" else [])
    assert opened(hub, remote_ids=kept).send(call(1, "busy"), doubt_since=NOON) == Pushed()
    assert hub.contacts[person]["tags"] == tags
    hub.contacts[person]["tags"] = []  # somebody takes them off
    opened(hub, remote_ids=kept).send(call(1, "talked"), doubt_since=None)
    assert hub.contacts[person]["tags"] == []


def test_tags_that_came_since_the_server_stopped_stay_beside_those_given_back(hub: CallHubStandIn) -> None:
    person, kept = hub.contact(1, tags=[{"id": 9, "name": "tag 9"}]), KeptIds()
    kept.keep("tags", person, "", "7 9")
    opened(hub, remote_ids=kept).send(call(1, "busy"), doubt_since=NOON)
    assert [tag["id"] for tag in hub.contacts[person]["tags"]] == [7, 9]


def test_what_callhub_refuses_leaves_no_tags_to_give_back(hub: CallHubStandIn) -> None:
    person, kept = hub.contact(1, tags=[{"id": 9, "name": "tag 9"}]), KeptIds()
    hub.fault = lambda asked: "busy" if asked.method == "PUT" else ""
    with pytest.raises(SystemBusy):
        opened(hub, remote_ids=kept).send(call(1, "busy"), doubt_since=None)
    assert kept.find("tags", person) == ""


@pytest.mark.parametrize(
    ("fault", "retry_after", "waited"),
    [("failed", "", [1.0, 5.0, 30.0]), ("busy", "90000", []), ("busy", "600", [600.0, 600.0, 600.0])],
)
def test_tags_that_callhub_does_not_take_back_are_named(
    hub: CallHubStandIn, fault: Fault, retry_after: str, waited: list[float]
) -> None:
    waits: list[float] = []
    person = hub.contact(1, tags=[{"id": 7, "name": "volunteer"}, {"id": 9, "name": "spanish"}])
    hub.retry_after = retry_after
    hub.fault = lambda asked: fault if asked.method == "PATCH" else ""
    connection = opened(hub, wait=waits.append)
    with pytest.raises(SystemRefused) as refused:
        connection.send(call(1, "busy"), doubt_since=None)
    assert str(refused.value) == (
        "CallHub took the tags `volunteer`, `spanish` from this contact when its fields were changed, and did not take "
        "them back; give them to it there, then push --again."
    )
    assert refused.value.part_told
    assert [seconds for seconds in waits if seconds >= 1] == waited
    assert hub.fields_of(person)["Phone result"] == "USER_BUSY"
    assert connection.send(call(1, "busy"), doubt_since=None) == Pushed()


def test_a_key_that_may_not_set_tags_costs_one_contact_its_tags_and_no_other(hub: CallHubStandIn) -> None:
    people = [hub.contact(1, tags=[{"id": 7, "name": "volunteer"}]), hub.contact(2, tags=[{"id": 7}]), hub.contact(3)]
    hub.forbidden = "PATCH"
    connection = opened(hub)
    with pytest.raises(SystemRefused) as refused:
        connection.send(call(1, "busy"), doubt_since=None)
    assert str(refused.value).startswith("CallHub took the tags `volunteer` from this contact")
    with pytest.raises(SystemRefused) as refused:
        connection.send(call(2, "busy"), doubt_since=None)
    assert str(refused.value) == (
        "CallHub takes a contact's tags away when its fields are changed, and did not take those of another contact "
        "back, so this one stays as it is; see that the key may set tags, then push --again."
    )
    assert connection.send(call(3, "busy"), doubt_since=None) == Pushed()
    assert [len(hub.contacts[person]["tags"]) for person in people] == [0, 1, 0]


def test_a_system_that_is_busy_while_it_is_told_is_asked_once(hub: CallHubStandIn) -> None:
    hub.contact(1)
    hub.fault = lambda asked: "busy"
    with pytest.raises(SystemBusy):
        opened(hub).send(call(1, "busy"), doubt_since=None)
    assert len(hub.asked) == 1


def test_a_contact_without_a_number_is_refused(hub: CallHubStandIn) -> None:
    hub.contact(1, contact="")
    with pytest.raises(SystemRefused) as refused:
        opened(hub).send(call(1, "busy"), doubt_since=None)
    assert str(refused.value) == (
        "This contact has no number in CallHub, which changes none without; give it one there."
    )


def test_who_asks_not_to_be_called_is_on_the_list_once(hub: CallHubStandIn) -> None:
    hub.contact(1)
    hub.list_called("Ours")
    hub.fault = loses_answer("POST")
    with pytest.raises(SystemDown):
        opened(hub).send(call(1, "do_not_call"), doubt_since=None)
    hub.fault = lambda asked: ""
    connection = opened(hub)
    assert connection.send(call(1, "do_not_call"), doubt_since=NOON) == Pushed()
    assert connection.send(call(1, "do_not_call"), doubt_since=None) == Pushed()
    assert [(entry["phone_number"], entry["category"]) for entry in hub.barred] == [("12125550001", 1)]


def test_somebody_else_may_put_the_number_there_just_now(hub: CallHubStandIn) -> None:
    hub.contact(1)
    ours = hub.list_called("Ours")
    hub.turned = lambda asked: hub.bar("12125550001", ours, 3) if asked.method == "POST" and not hub.barred else None
    assert opened(hub).send(call(1, "do_not_call"), doubt_since=None) == Pushed()
    assert len(hub.barred) == 1


def test_a_wrong_number_is_on_the_list_too_as_in_callhub_itself(hub: CallHubStandIn) -> None:
    hub.contact(1)
    hub.list_called("Other")
    ours = hub.list_called("Ours")
    connection = opened(hub, f"{FIELDS}do_not_call_list: Ours\n")
    connection.send(call(1, "wrong_number"), doubt_since=None)
    connection.send(call(1, "disconnected"), doubt_since=None)
    assert [(entry["phone_number"], entry["dnc"]) for entry in hub.barred] == [
        ("12125550001", f"{hub.url}/v1/dnc_lists/{ours}/")
    ]


def test_a_number_that_is_barred_for_texts_alone_is_left_to_the_organiser(hub: CallHubStandIn) -> None:
    hub.contact(1)
    hub.bar("12125550001", hub.list_called("Ours"), 2)
    with pytest.raises(SystemRefused) as refused:
        opened(hub).send(call(1, "do_not_call"), doubt_since=None)
    assert str(refused.value) == (
        "The number is on CallHub's list `Ours` for text messages alone; make it calls and texts there, and push again."
    )


@pytest.mark.parametrize(
    ("lists", "file", "sentence"),
    [
        (
            ["a", "b"],
            "",
            "CallHub has 2 do-not-call lists; name the one that numbers go to as `do_not_call_list` in the "
            "connection's file.",
        ),
        (["a"], "do_not_call_list: Ours\n", "CallHub has no do-not-call list `Ours`; put its name right in the file."),
    ],
)
def test_a_list_that_numbers_cannot_go_to_is_named(
    hub: CallHubStandIn, lists: list[str], file: str, sentence: str
) -> None:
    hub.contact(1)
    for name in lists:
        hub.list_called(name)
    with pytest.raises(SystemRefused) as refused:
        opened(hub, FIELDS + file).send(call(1, "do_not_call"), doubt_since=None)
    assert str(refused.value) == sentence


def test_an_earlier_call_that_comes_late_does_not_overwrite_a_later_one(hub: CallHubStandIn) -> None:
    person = hub.contact(1)
    connection = opened(hub)
    connection.send(call(1, "talked"), doubt_since=None)
    sentence = "A later call to this contact was told before, so the fields keep that one."
    late = call(1, "not_home", at=NOON - timedelta(days=1))
    assert connection.send(late, doubt_since=None) == Pushed(said=sentence)
    assert hub.fields_of(person)["Phone result"] == "MEANINGFUL_INTERACTION"


def test_without_a_field_for_the_time_what_was_told_decides(hub: CallHubStandIn) -> None:
    person = hub.contact(1)
    later = outgoing(2, "talked", file_id=person, at=NOON + timedelta(hours=3))
    assert later.outcome
    connection = opened(hub, "fields: {result: Phone result}\n", told=[later.outcome])
    connection.send(later, doubt_since=None)
    connection.send(call(1, "not_home"), doubt_since=None)
    assert hub.fields_of(person) == {"Phone result": "MEANINGFUL_INTERACTION"}


def test_a_later_call_that_was_taken_back_bars_no_earlier_one(hub: CallHubStandIn) -> None:
    person = hub.contact(1)
    file = "fields: {result: Phone result}\n"
    later = outgoing(2, "talked", file_id=person, at=NOON + timedelta(hours=3))
    assert later.outcome
    opened(hub, file).send(later, doubt_since=None)
    opened(hub, file, told=[later.outcome]).send(undo(later), doubt_since=None)
    back = Undo(id="event-3", seq=3, at=NOON, campaign_id="turnout", voter_id="1", supersedes=later.event_id)
    assert opened(hub, file, told=[later.outcome, back]).send(call(1, "busy"), doubt_since=None) == Pushed()
    assert hub.fields_of(person) == {"Phone result": "USER_BUSY"}


# -- corrections and undos ---------------------------------------------------------------------------------------------


def test_a_correction_overwrites_and_empties_what_does_not_stand(hub: CallHubStandIn) -> None:
    person = hub.contact(1)
    connection = opened(hub)
    first = call(1, "talked", answers={"vote": "yes"})
    connection.send(first, doubt_since=None)
    for doubt in (None, NOON):
        assert connection.send(correction(first, call(1, "refused")), doubt_since=doubt) == Pushed()
        assert hub.fields_of(person) == {"Phone result": "Refused", "Phone called": TOLD}


def test_an_undo_empties_what_nobody_has_changed_since(hub: CallHubStandIn) -> None:
    person = hub.contact(1)
    connection = opened(hub)
    first = call(1, "talked", answers={"vote": "yes"})
    connection.send(first, doubt_since=None)
    plan = next(key for key, name in hub.fields.items() if name == "Plan")
    hub.own[person][plan] = "somebody's own words"
    assert connection.send(undo(first), doubt_since=None) == Pushed()
    assert hub.fields_of(person) == {"Plan": "somebody's own words"}


def test_nobody_is_taken_off_the_do_not_call_list(hub: CallHubStandIn) -> None:
    hub.contact(1)
    hub.list_called("Ours")
    connection = opened(hub)
    first = call(1, "do_not_call")
    connection.send(first, doubt_since=None)
    sentence = "The number stays on CallHub's do-not-call list; take it off there if it should be called."
    assert connection.send(correction(first, call(1, "busy")), doubt_since=None) == Pushed(said=sentence)
    assert len(hub.barred) == 1


def test_an_undo_of_what_nobody_remembers_is_lost(hub: CallHubStandIn) -> None:
    one = msgspec.structs.replace(undo(call(1, "busy")), corrected=None)
    sentence = "What CallHub was told of this call is not known any more, so it stays there."
    assert opened(hub).send(one, doubt_since=None) == Lost(sentence)


# -- what is refused, and what a check says ----------------------------------------------------------------------------


def test_a_contact_merged_away_is_refused_alone(hub: CallHubStandIn) -> None:
    hub.contact(1)
    connection = opened(hub)
    with pytest.raises(SystemRefused) as refused:
        connection.send(call(2, "busy"), doubt_since=None)
    assert str(refused.value) == (
        "CallHub does not have this contact any more: removed, or merged with another. Pull the list again."
    )
    assert connection.send(call(1, "busy"), doubt_since=None) == Pushed()


def test_a_voter_from_elsewhere_is_refused(hub: CallHubStandIn) -> None:
    with pytest.raises(SystemRefused) as refused:
        opened(hub).send(outgoing(1, "busy", file_id="NC-1"), doubt_since=None)
    assert str(refused.value) == "This voter has no id of CallHub's; pull them from there to tell it of their calls."


def test_a_field_that_was_renamed_is_named_and_everything_else_is_told(hub: CallHubStandIn) -> None:
    people = [hub.contact(1), hub.contact(2)]
    hub.list_called("Ours")
    key = next(key for key, name in hub.fields.items() if name == "Phone called")
    hub.fields[key] = "Called"
    sentence = (
        "CallHub has no contact field `Phone called`; make it there as a custom field of the type Text, or put its "
        "name right in the connection's file."
    )
    calls = [call(nth, "do_not_call") for nth in (1, 2)]
    connection = opened(hub)
    for one in calls:
        assert connection.send(one, doubt_since=None) == Pushed(said=sentence, in_part=True)
    assert [hub.fields_of(person) for person in people] == [{"Phone result": "DO_NOT_CALL"}] * 2
    assert len(hub.barred) == 2
    hub.fields[key] = "Phone called"
    assert opened(hub).send(correction_of_itself(calls[0]), doubt_since=None) == Pushed()
    assert hub.fields_of(people[0]) == {"Phone result": "DO_NOT_CALL", "Phone called": TOLD}


def test_without_the_field_for_the_time_an_earlier_call_does_not_overwrite_a_later_one(hub: CallHubStandIn) -> None:
    person = hub.contact(1)
    hub.fields = {key: name for key, name in hub.fields.items() if name != "Phone called"}
    later = call(1, "talked", at=NOON + timedelta(hours=3))
    assert later.outcome
    earlier = msgspec.structs.replace(call(1, "busy"), event_id="event-2", attempt_id="attempt-2")
    connection = opened(hub, told=[later.outcome])
    connection.send(later, doubt_since=None)
    sentence = "A later call to this contact was told before, so the fields keep that one."
    assert connection.send(earlier, doubt_since=None) == Pushed(said=sentence)
    assert hub.fields_of(person) == {"Phone result": "MEANINGFUL_INTERACTION"}


def test_a_check_says_what_is_there_and_changes_nothing(hub: CallHubStandIn) -> None:
    hub.phonebook("Weekend", [hub.contact(1), hub.contact(2)])
    hub.list_called("Ours")
    file = f"phonebook: Weekend\ndo_not_call_lists: [Gone]\n{FIELDS.replace('Plan', 'Plan, shoes: Shoe size')}"
    assert list(opened(hub, file, dispositions={"moved": "MOVED"}).check()) == [
        "CallHub lets the key in, and the phonebook `Weekend` has 2 contacts.",
        "CallHub has no do-not-call list `Gone`; nobody is pulled before its name is right in the file.",
        "Numbers not to call go to the list `Ours`.",
        "CallHub has no contact field `Shoe size`; make it there as a custom field of the type Text, or put its name "
        "right in the connection's file.",
        "The script does not ask `shoes`, which `questions` names in the connection's file.",
        "Answers to `help` are not told; name a field for them under `questions`.",
        "Notes are not told; name a field for them under `fields`, at `note`.",
        "Fields hold the last call alone: what they said of an earlier one is overwritten.",
        "When to call back is not told.",
        "`wrong_number` also puts the number on the do-not-call list, as CallHub itself does.",
        "CallHub has no result like `refused`; the field will say `Refused`.",
        "CallHub has no result like `language`; the field will say `Language`.",
        "CallHub has no result like `deceased`; the field will say `Deceased`.",
    ]
    assert all(asked.startswith("GET") for asked in hub.asked)


def test_a_check_without_a_phonebook_lets_the_key_speak(hub: CallHubStandIn) -> None:
    said = list(opened(hub, "").check())
    assert said[:3] == [
        "CallHub lets the key in. Nobody is pulled, for the file names no `phonebook`.",
        "CallHub has 0 do-not-call lists; name the one that numbers go to as `do_not_call_list` in the connection's "
        "file.",
        "Results are not told; name a field for them under `fields`, at `result`.",
    ]


def test_mistakes_in_the_file_are_named() -> None:
    with pytest.raises(Refused) as refused:
        connected("system: callhub\nrequests_a_second: 50\nfields: {note: }\n")
    assert str(refused.value) == (
        "evening.yaml:2: requests_a_second: CallHub takes no more than 20 requests a second\n"
        "evening.yaml:3: fields.note: expected the name of a field, such as Phone note; there is nothing here"
    )


def test_the_file_to_begin_with_has_every_key() -> None:
    template = SYSTEM.template
    connected(f"system: callhub\n{template}", secrets={"key": KEY}).close()
    keys = set(re.findall(r"(?m)^(?:# )?([a-z_]+):", template))
    assert keys | {"url", "requests_a_second"} == set(SYSTEM.keys)
