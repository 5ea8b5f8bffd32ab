"""A call assignment of Zetkin's, its surveys and events, as a script; and its people as voters."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from phonetui.client.machine_zone import machine_zone
from phonetui.client.received import cleaned
from phonetui.client.zetkin_script import campaign, given, in_words, linked_surveys, membership, place_of
from phonetui.client.zetkin_voters import NO_NUMBER, Ticket, lease, ticket_of
from phonetui.client.zetkin_wire import Assignment, Call, OrgAction, Response, Survey, decode_call
from phonetui.core import script
from phonetui.core.campaign import Campaign
from phonetui.core.conditions import Listener
from phonetui.core.voter import Voter
from tests.zetkin.world import SURVEY, Json, World, assignment, option, person, question, usual_survey

ANYBODY = Listener(Voter("", "", ""), date(2026, 10, 6))
NOW = datetime(2026, 10, 6, 12, 0, tzinfo=UTC)


def made(*surveys: Json, **changed: object) -> Campaign:
    """The assignment with these surveys, as it comes over the wire and is cleaned."""
    given_out = msgspec.convert({**assignment(), **changed}, Assignment)
    actions = msgspec.convert(World().actions(), list[OrgAction])
    return cleaned(
        campaign(given_out, [msgspec.convert(each, Survey) for each in surveys], actions, "Europe/Stockholm")
    )


def long_survey(count: int, widget: str | None) -> Json:
    options = [option(number, f"Answer {number}") for number in range(1, count + 1)]
    return {"id": 61, "title": "Long", "elements": [question(601, "Which?", options, widget), question(602, "Why?")]}


def test_the_script_asks_what_the_surveys_ask() -> None:
    found = made(usual_survey())
    assert [step.id for step in found.steps] == ["begin", "s61-601", "s61-602", "s61-603", "events"]
    asked = [step.question for step in found.steps if step.question]
    assert [each.kind for each in asked] == ["one", "several", "text", "event"]
    assert asked[3].answers[1].label["en"] == "Door knocking, Thursday, October 10, 6:00 pm, Town hall"
    assert found.calling.hours["sun"].closes.hour == 21
    assert found.disposition("busy") is not None
    assert (found.starts, found.ends) == (date(2026, 1, 1), date(2199, 12, 31))


def test_a_question_that_zetkin_requires_is_waited_for() -> None:
    chosen, ticked, typed = (each for each in usual_survey()["elements"][1:4])
    for each in (chosen, ticked, typed):
        each["question"]["required"] = True
    found = made({"id": 61, "title": "Support", "elements": [chosen, ticked, typed]})
    place = script.forward(found, ANYBODY, script.start(found))
    for question_id, answered in (("s61-o601", {"s61-o601": "1"}), ("s61-o602", {"s61-o602": "3"}), ("s61-t603", {})):
        wanted = script.wanting(found, place)
        assert wanted is not None
        assert wanted.id == question_id
        place = msgspec.structs.replace(place, answers={**place.answers, **answered})
        place = script.forward(found, ANYBODY, place)


def test_of_a_required_question_on_several_pages_any_page_may_have_the_answer() -> None:
    one, several = long_survey(20, "radio"), long_survey(20, None)
    for each in (one, several):
        each["elements"][0]["question"]["required"] = True
    asked = [step.question.required for step in made(one).steps if step.question and "601" in step.id]
    assert asked == [True, True, True]
    asked = [step.question.required for step in made(several).steps if step.question and "601" in step.id]
    assert asked == [False, False, False]


def test_instructions_are_pages_of_plain_text_in_which_a_brace_is_a_brace() -> None:
    found = made(instructions="".join(f"<p>{number} {'x' * 300} {{caller}}</p>" for number in range(5)))
    pages = [step for step in found.steps if step.id.startswith("begin")]
    assert [step.id for step in pages] == ["begin", "begin-2", "begin-3"]
    assert "{{caller}}" in pages[1].say["en"]


def test_without_instructions_there_is_something_to_say() -> None:
    assert made(description=None, instructions=None).steps[0].say["en"] == "Call as the organiser asked you to."


def test_one_of_many_answers_is_chosen_over_several_pages() -> None:
    found = made(long_survey(20, "radio"))
    steps = {step.id: step for step in found.steps}
    counts = [len(step.question.answers) for step in found.steps if step.question and step.id.startswith("s61-601")]
    assert counts == [9, 9, 4]
    place = script.Place(("begin", "s61-601"))
    there = script.answer(found, ANYBODY, place, 3)
    assert there is not None
    assert there.step_id == "s61-602"
    further = script.answer(found, ANYBODY, place, 9)
    assert further is not None
    assert further.step_id == "s61-601-2"
    last = script.answer(found, ANYBODY, further, 2)
    assert last is not None
    assert last.step_id == "s61-602"
    assert given(last.answers).surveys == {61: (Response(601, options=(10,)),)}
    asked = [step.question for step in found.steps if step.question]
    assert script.pages(found, asked[2]) == asked[:3]
    assert script.pages(found, asked[3]) == asked[3:4]
    assert steps["s61-602"].question is not None


def test_where_it_is_the_last_question_the_script_has_an_end() -> None:
    survey = {**long_survey(10, "select"), "elements": long_survey(10, "select")["elements"][:1]}
    given_out = msgspec.convert(assignment(), Assignment)
    found = campaign(given_out, [msgspec.convert(survey, Survey)], [], "UTC")
    there = script.answer(found, ANYBODY, script.Place(("s61-601",)), 1)
    assert there is not None
    assert there.step_id == "end"


def test_several_of_many_answers_are_ticked_over_several_pages() -> None:
    found = made(long_survey(12, None))
    assert [step.id for step in found.steps][1:4] == ["s61-601", "s61-601-2", "s61-602"]
    answers = {"s61-o601": "1;9", "s61-o601-2": "12", "s61-t602": "because", "event": "81", "other": "x"}
    found_given = given(answers)
    assert found_given.surveys == {61: (Response(601, options=(1, 9, 12)), Response(602, response="because"))}
    assert found_given.action_id == 81
    survey = msgspec.convert(long_survey(12, None), Survey)
    assert in_words(found_given.surveys[61], survey) == "Which?: Answer 1, Answer 9, Answer 12; Why?: because"
    assert in_words(found_given.surveys[61], None) == "601: 1, 9, 12; 602: because"


def test_the_version_is_another_where_anything_is() -> None:
    assert made(usual_survey()).version == made(usual_survey()).version
    assert made(usual_survey()).version != made(usual_survey(), title="Other").version
    assert 0 < made().version < 2**31 + 1


def test_surveys_are_those_that_the_instructions_link_to() -> None:
    both = "see https://x.org/o/7/surveys/62 and /o/7/surveys/61, then surveys/62/ again"
    assert linked_surveys(msgspec.convert({**assignment(), "instructions": both}, Assignment)) == [62, 61]
    assert linked_surveys(msgspec.convert(assignment(), Assignment)) == [SURVEY]


def test_an_assignment_is_one_of_the_campaigns_to_choose_from() -> None:
    found = membership(msgspec.convert({**assignment(), "end_date": "2026-11-30T00:00:00"}, Assignment), "UTC")
    assert (found.campaign_id, found.name, found.organisation) == ("zetkin-7-5", "Autumn calls", "Riverside Union")
    assert (found.starts, found.ends) == (date(2026, 1, 1), date(2026, 11, 30))
    place = place_of(found.campaign_id)
    assert place is not None
    assert (place.org, place.assignment) == (7, 5)
    assert place_of("riverside") is None


# -- people ------------------------------------------------------------------------------------------------------------


def lent(**changed: object) -> Voter:
    """A person as a voter, as the laptop takes them in."""
    world = World({1001: {**person(1), **changed}})
    call: Call = decode_call(json.dumps({"data": world.call(1001)}).encode()).data
    return cleaned(lease(call, 7, NOW + timedelta(hours=1), "46")).household.voters[0]


def test_a_person_is_a_voter() -> None:
    found = lent(alt_phone="08-123 45 67", co_address="c/o Berg")
    assert (found.voter_id, found.full_name, found.email) == ("1001", "Ana1 Lind", "ana1@example.org")
    assert [phone.number for phone in found.phones] == ["+46701234001", "+4681234567"]
    assert (found.address.street, found.address.city) == ("Storgatan 1, c/o Berg", "Stockholm")
    assert found.tags == ("Member",)
    [before] = found.attempts
    assert (before.at, before.disposition) == (datetime(2026, 9, 1, 17, tzinfo=UTC), "not_home")


def test_what_is_hostile_or_missing_in_a_person_is_harmless() -> None:
    log = [
        {"state": 14, "update_time": "2026-09-01T17:00:00", "notes": "\x1b]0;x\x07 was out"},
        {"state": 0, "update_time": "2026-09-02T17:00:00"},
        {"state": 99, "update_time": "2026-09-02T17:00:00"},
        {"state": 11, "update_time": "yesterday", "allocation_time": None},
    ]
    found = lent(
        first_name="\x1b[2JAna\u202e" + "x" * 500,
        last_name=None,
        zip_code=11122,
        call_log=log,
        tags=["old", None, {"id": 1}],
    )
    assert found.first_name.startswith("[2JAnax")
    assert len(found.first_name) == 200
    assert found.address.zip_code == "11122"
    assert found.tags == ("old",)
    assert [(each.disposition, each.note) for each in found.attempts] == [("not available", "]0;x was out")]


def test_who_has_no_number_is_shown_as_that() -> None:
    world = World({1001: {**person(1), "phone": "ask her mother", "alt_phone": None}})
    call = msgspec.convert(world.call(1001), Call)
    assert lease(call, 7, NOW, "46").household.number == NO_NUMBER


@pytest.mark.parametrize(
    "written", ["", "t-7-1", "zetkin-7", "zetkin-7-x", "zetkin-07-1", "zetkin-7-1-2", "x zetkin-7-1"]
)
def test_a_ticket_that_zetkin_never_gave(written: str) -> None:
    assert ticket_of(written) is None


def test_a_ticket_names_the_call() -> None:
    assert ticket_of(Ticket(7, 9001).written) == Ticket(7, 9001)


# -- the zone ----------------------------------------------------------------------------------------------------------


def test_the_zone_is_that_of_the_computer(tmp_path: Path) -> None:
    linked = tmp_path / "localtime"
    there = tmp_path / "zoneinfo" / "Europe" / "Stockholm"
    there.parent.mkdir(parents=True)
    there.touch()
    linked.symlink_to(there)
    assert machine_zone({}, NOW, linked) == "Europe/Stockholm"
    assert machine_zone({"TZ": ":America/Chicago"}, NOW, linked) == "America/Chicago"
    assert machine_zone({"TZ": "nowhere"}, NOW, linked) == "Europe/Stockholm"


def test_where_nothing_names_it_it_is_as_far_from_utc(tmp_path: Path) -> None:
    hours = round((NOW.astimezone().utcoffset() or timedelta()) / timedelta(hours=1))
    assert machine_zone({}, NOW, tmp_path / "none") == (f"Etc/GMT{-hours:+d}" if hours else "UTC")
