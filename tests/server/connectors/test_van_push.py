"""What NGP VAN is told of each outcome, and what it cannot be told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from phonetui.core.campaign import Answer, Campaign, Disposition, Question, Step
from phonetui.core.push import Lost, Outgoing
from phonetui.server.connectors.connector import SystemRefused
from tests.server.connectors.given import CAMPAIGN, NOON, outgoing
from tests.server.connectors.van_connected import Office

SUPPORT = Question(
    "support",
    {"en": "Can we count on your support?"},
    (Answer("yes", {"en": "Strong"}), Answer("perhaps", {"en": "Leaning"}), Answer("never", {"en": "Never!"})),
)
BY_IDS = Question("sq_102", {"en": "Voting?"}, (Answer("sr_7", {"en": "Of course"}), Answer("sr_8", {"en": "No"})))
CODES = Question(
    "codes_1", {"en": "Help?"}, (Answer("ac_501", {"en": "Help out"}), Answer("ac_502", {"en": "Sign"})), kind="several"
)
RIDE = Question("ride_at", {"en": "When?"}, kind="text")
OLD = Question("sq_103", {"en": "May?"}, (Answer("sr_9", {"en": "Yes"}),))


def asking(*questions: Question, dispositions: tuple[Disposition, ...] = ()) -> Campaign:
    steps = tuple(Step(question.id, question=question) for question in questions)
    return replace(CAMPAIGN, steps=steps, dispositions=(*CAMPAIGN.dispositions, *dispositions))


@pytest.fixture
def office() -> Iterator[Office]:
    office = Office()
    for van_id in range(1, 31):
        office.van.has(van_id, "")
    yield office
    assert office.van.wrongs == []
    office.van.close()


def told(office: Office) -> list[tuple[int, str, list[str]]]:
    return [(one["vanId"], one["result"], one["told"]) for one in office.van.stored]


def corrected(one: Outgoing, by: Outgoing) -> Outgoing:
    assert one.outcome
    return replace(by, attempt_id=one.attempt_id, file_id=one.file_id, corrects=one.event_id, corrected=one.outcome)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("not_home", "Not Home"),
        ("busy", "Busy"),
        ("call_back", "Call Back"),
        ("left_message", "Left Message"),
        ("refused", "Refused"),
        ("wrong_number", "Wrong Number"),
        ("disconnected", "Disconnected"),
        ("moved", "Moved"),
        ("deceased", "Deceased"),
        ("language", "Language Barrier"),
        ("do_not_call", "Do Not Call"),
        ("talked", "Canvassed"),
    ],
)
def test_each_result_is_told_by_its_name(office: Office, ours: str, theirs: str) -> None:
    with office.connects() as van:
        assert office.tells(van, outgoing(1, ours)) == ""

    assert told(office) == [(1, theirs, [])]


def test_ids_of_results_differ_from_place_to_place(office: Office) -> None:
    office.van.result_codes = {205: "Not home", 206: "canvassed"}

    with office.connects() as van:
        office.tells(van, outgoing(1, "not_home"))

    assert told(office) == [(1, "Not home", [])]


def test_the_number_goes_along_by_its_id_or_as_it_is(office: Office) -> None:
    with office.connects() as van:
        one, other = outgoing(1), outgoing(2)
        office.ids["phone", "1", one.number] = "10"
        for each in (one, other, replace(outgoing(3), number="")):
            office.tells(van, each)

    assert [one["number"] for one in office.van.stored] == ["phone 10", other.number, ""]


def test_the_evening_stays_on_its_day(office: Office) -> None:
    late = datetime(2026, 10, 7, 0, 30, tzinfo=UTC)

    with office.connects() as van:
        office.tells(van, outgoing(1, at=late))

    [one] = office.van.stored
    assert one["context"]["dateCanvassed"] == "2026-10-06T20:30:00-04:00"
    assert (one["context"]["contactTypeId"], one["context"]["inputTypeId"]) == (1, 11)


def test_a_flushed_queue_loses_no_attempt(office: Office) -> None:
    """Three times not home, told within a minute: without skipMatching VAN would keep one."""
    with office.connects() as van:
        for nth in range(3):
            one = replace(outgoing(nth + 1, "not_home", at=NOON + timedelta(days=nth)), file_id="1")
            assert office.tells(van, one) == ""

    assert len(told(office)) == 3


def test_answers_are_responses_found_by_name_and_by_id(office: Office) -> None:
    answers = {"support": "yes", "sq_102": "sr_8", "codes_1": "ac_501;ac_502"}

    with office.connects(campaign=asking(SUPPORT, BY_IDS, CODES)) as van:
        assert office.tells(van, outgoing(1, answers=answers)) == ""

    assert told(office) == [
        (1, "Canvassed", ["Support: Strong", "Vote Plan: No", "Apply Volunteer", "Apply Yard Sign"])
    ]


def test_answers_are_responses_that_the_file_names(office: Office) -> None:
    named = {
        "vote": {"yes": "Vote Plan: Yes", "no": "sr_8"},
        "help": {"drive": "Volunteer", "bake": "ac_502"},
        "support": {"never": "Against"},
    }
    asked = {"vote": "yes", "help": "drive;bake", "support": "never"}
    steps = (*CAMPAIGN.steps, Step("support", question=SUPPORT))

    with office.connects(campaign=replace(CAMPAIGN, steps=steps), answers=named) as van:
        assert office.tells(van, outgoing(1, answers=asked)) == ""

    assert told(office) == [
        (1, "Canvassed", ["Vote Plan: Yes", "Apply Volunteer", "Apply Yard Sign", "Support: Against"])
    ]


def test_a_question_about_one_activist_code_applies_it_or_not(office: Office) -> None:
    sign = Question("ac_502", {"en": "A sign?"}, (Answer("yes", {"en": "Yes"}), Answer("no", {"en": "No"})))

    with office.connects(campaign=asking(sign)) as van:
        office.tells(van, outgoing(1, answers={"ac_502": "yes"}))
        assert office.tells(van, outgoing(2, answers={"ac_502": "no"})) == ""

    assert told(office) == [(1, "Canvassed", ["Apply Yard Sign"]), (2, "Canvassed", [])]


def test_what_has_no_counterpart_stays_here_and_is_said(office: Office) -> None:
    answers = {"support": "never", "ride_at": "at nine; or ten", "gone": "yes"}

    with office.connects(campaign=asking(SUPPORT, RIDE)) as van:
        said = office.tells(van, outgoing(1, answers=answers, note="Ask for Jo"))

    assert said == (
        "NGP VAN has no counterpart of `never` to `support`; if it should have one, write it under `answers:`. NGP VAN "
        "takes no answers in words or numbers: those to `ride_at` stay here. The script no longer asks `gone`, so NGP "
        "VAN is not told the answer. Only here: the note."
    )
    assert told(office) == [(1, "Canvassed", [])]


def test_an_answer_without_a_counterpart_is_told_once_the_file_names_one(office: Office) -> None:
    one = outgoing(1, answers={"support": "never"})
    again = replace(one, corrects=one.event_id, corrected=one.outcome)

    with office.connects(campaign=asking(SUPPORT)) as van:
        office.tells(van, one)
        assert office.pushed[one.event_id].in_part
        said = office.tells(van, again)
    assert said.startswith("NGP VAN has no counterpart of `never` to `support`;")
    assert told(office) == [(1, "Canvassed", [])]

    with office.connects(campaign=asking(SUPPORT), answers={"support": {"never": "Against"}}) as van:
        said = office.tells(van, again)
        assert not office.pushed[one.event_id].in_part
        assert office.tells(van, again) == ""
    assert said == "A correction is a second response: NGP VAN keeps Canvassed, too."
    assert told(office) == [(1, "Canvassed", []), (1, "Canvassed", ["Support: Against"])]


def test_an_answer_told_again_in_doubt_is_not_left_to_the_rule_against_doubles(office: Office) -> None:
    one = outgoing(1, answers={"support": "never"})
    again = replace(one, corrects=one.event_id, corrected=one.outcome)

    with office.connects(campaign=asking(SUPPORT)) as van:
        office.tells(van, one)
    with office.connects(campaign=asking(SUPPORT), answers={"support": {"never": "Against"}}) as van:
        said = office.tells(van, again, doubt_since=office.now)

    assert said.endswith("NGP VAN may have it twice: its first answer was lost.")
    assert told(office)[-1] == (1, "Canvassed", ["Support: Against"])


def test_a_correction_that_is_told_what_the_first_was_not_goes_through(office: Office) -> None:
    """The file has named the answer's counterpart meanwhile."""
    first = outgoing(1, answers={"support": "never"})

    with office.connects(campaign=asking(SUPPORT)) as van:
        office.tells(van, first)
    with office.connects(campaign=asking(SUPPORT), answers={"support": {"never": "Against"}}) as van:
        office.tells(van, corrected(first, outgoing(2, answers={"support": "never"}, note="a dog")))

    assert told(office)[-1] == (1, "Canvassed", ["Support: Against"])


def test_with_another_result_answers_stay_here(office: Office) -> None:
    with office.connects(campaign=asking(SUPPORT)) as van:
        said = office.tells(van, outgoing(1, "refused", answers={"support": "yes"}))

    assert said == "NGP VAN takes answers with Canvassed alone, so it was told Refused without them."
    assert told(office) == [(1, "Refused", [])]


def test_what_was_retired_holds_up_no_result_that_takes_no_answers(office: Office) -> None:
    office.van.rights -= {"surveyQuestions", "activistCodes"}

    with office.connects(campaign=asking(OLD)) as van:
        office.tells(van, outgoing(1, "refused", answers={"sq_103": "sr_9"}))

    assert told(office) == [(1, "Refused", [])]


def test_the_file_may_prefer_the_answers_to_the_result(office: Office) -> None:
    with office.connects(campaign=asking(SUPPORT), dispositions={"refused": "Canvassed"}) as van:
        assert office.tells(van, outgoing(1, "refused", answers={"support": "yes"})) == ""

    assert told(office) == [(1, "Canvassed", ["Support: Strong"])]


def test_a_call_back_loses_its_time(office: Office) -> None:
    with office.connects() as van:
        said = office.tells(van, outgoing(1, "call_back", note="x", call_at=NOON + timedelta(days=1)))

    assert said == "Only here: the note and the time to call again."


def test_one_question_keeps_one_response(office: Office) -> None:
    several = replace(SUPPORT, kind="several")

    with office.connects(campaign=asking(several)) as van:
        said = office.tells(van, outgoing(1, answers={"support": "yes;perhaps"}))

    assert said == "NGP VAN keeps one response to sq_101; the first was told."
    assert told(office) == [(1, "Canvassed", ["Support: Strong"])]


def test_of_two_questions_of_one_name_none_is_guessed(office: Office) -> None:
    twin = {**office.van.questions[0], "surveyQuestionId": 201, "scriptQuestion": None}
    office.van.questions.append(twin)
    named = replace(SUPPORT, id="Support", ask={})

    with office.connects(campaign=asking(named)) as van:
        said = office.tells(van, outgoing(1, answers={"Support": "yes"}))

    assert said == (
        "NGP VAN has several questions called Support (sq_101, sq_201); write under `answers:` which response each "
        "answer to `Support` is."
    )


@pytest.mark.parametrize(
    ("question", "answer", "why"),
    [
        (OLD, "sr_9", "the survey question Old, sq_103, in use"),
        (replace(OLD, id="Old"), "yes", "the survey question Old, sq_103, in use"),
        (replace(OLD, id="sq_900"), "yes", "the survey question sq_900 in use"),
        (replace(OLD, id="x"), "sr_900", "the survey response sr_900 in use"),
        (CODES, "ac_503", "the activist code Bus 2019, ac_503, in use"),
        (CODES, "ac_900", "the activist code ac_900 in use"),
    ],
)
def test_what_was_retired_is_refused_by_name_and_told_once_it_is_mended(
    office: Office, question: Question, answer: str, why: str
) -> None:
    one = outgoing(1, answers={question.id: answer})

    with office.connects(campaign=asking(question)) as van, pytest.raises(SystemRefused) as refused:
        office.tells(van, one)

    assert str(refused.value) == (
        f"NGP VAN no longer has {why}; make it active there, or name another under `answers:`."
    )
    with office.connects(campaign=asking(question), answers={question.id: {answer: "Vote Plan: Yes"}}) as van:
        office.tells(van, one)
    assert told(office) == [(1, "Canvassed", ["Vote Plan: Yes"])]


def test_what_the_file_names_in_vain_is_refused(office: Office) -> None:
    with office.connects(answers={"vote": {"yes": "Voted"}}) as van, pytest.raises(SystemRefused) as refused:
        office.tells(van, outgoing(1, answers={"vote": "yes"}))

    assert str(refused.value) == (
        "NGP VAN has nothing called `Voted`, which `answers:` names for `vote`; look what it is called there now."
    )


def test_a_result_without_a_counterpart_is_refused_by_name_with_the_mend(office: Office) -> None:
    del office.van.result_codes[31]
    own = Disposition(id="spouse", key="S", label={"en": "Spouse"}, about="person")

    with office.connects(campaign=asking(dispositions=(own,))) as van:
        with pytest.raises(SystemRefused) as left_message:
            office.tells(van, outgoing(1, "left_message"))
        with pytest.raises(SystemRefused) as spouse:
            office.tells(van, replace_disposition(outgoing(2), "spouse"))

    there = (
        "It has Not Home, Refused, Deceased, Moved, Canvassed, Call Back, Busy, Do Not Call, Disconnected, Wrong "
        "Number, Language Barrier."
    )
    assert str(left_message.value) == (
        "NGP VAN has no result code Left Message for `left_message`; write one that it has under `dispositions:`, such "
        f"as `left_message: Not Home`. {there}"
    )
    assert str(spouse.value) == (
        "NGP VAN has nothing that `spouse` is called; write one that it has under `dispositions:`, such as `spouse: "
        f"Not Home`. {there}"
    )


def replace_disposition(one: Outgoing, disposition_id: str) -> Outgoing:
    assert one.outcome
    return replace(one, outcome=replace(one.outcome, disposition=disposition_id))


def test_own_results_are_told_by_the_file_by_their_label_or_as_a_talk(office: Office) -> None:
    by_label = Disposition(id="tied", key="T", label={"en": "Busy", "es": "Ocupado"}, about="number")
    talk = Disposition(id="supporter", key="S", label={"en": "Supporter"}, about="person", contact=True, talk=True)
    by_file = Disposition(id="spouse", key="P", label={"en": "Spouse"}, about="person")
    campaign = asking(dispositions=(by_label, talk, by_file))

    with office.connects(campaign=campaign, dispositions={"spouse": "31"}) as van:
        for nth, name in enumerate(("tied", "supporter", "spouse"), start=1):
            office.tells(van, replace_disposition(outgoing(nth), name))

    assert told(office) == [(1, "Busy", []), (2, "Canvassed", []), (3, "Left Message", [])]


def test_a_correction_is_a_second_response_and_is_reported_as_such(office: Office) -> None:
    first = outgoing(1, "not_home")

    with office.connects() as van:
        office.tells(van, first)
        said = office.tells(van, corrected(first, outgoing(2, "wrong_number")))

    assert said == "A correction is a second response: NGP VAN keeps Not Home, too."
    assert told(office) == [(1, "Not Home", []), (1, "Wrong Number", [])]


def test_a_correction_takes_activist_codes_off_again(office: Office) -> None:
    first = outgoing(1, answers={"codes_1": "ac_501;ac_502"})

    with office.connects(campaign=asking(CODES)) as van:
        office.tells(van, first)
        office.tells(van, corrected(first, outgoing(2, answers={"codes_1": "ac_502"})))
        office.tells(van, corrected(first, outgoing(3)))
        said = office.tells(van, corrected(first, outgoing(4, "refused")))

    assert told(office)[1:] == [
        (1, "Canvassed", ["Apply Yard Sign", "Remove Volunteer"]),
        (1, "Canvassed", ["Remove Volunteer", "Remove Yard Sign"]),
        (1, "Refused", []),
    ]
    assert said == (
        "A correction is a second response: NGP VAN keeps Canvassed, too, and applied Volunteer, Yard Sign."
    )


def test_a_correction_of_what_stays_here_makes_no_second_attempt(office: Office) -> None:
    first = outgoing(1, "not_home")

    with office.connects() as van:
        office.tells(van, first)
        said = office.tells(van, corrected(first, outgoing(2, "not_home", note="a dog")))

    assert said == "The correction changes nothing that NGP VAN takes. Only here: the note."
    assert len(office.van.stored) == 1


def test_a_correction_of_a_result_that_nobody_knows_any_more_goes_through(office: Office) -> None:
    first = replace_disposition(outgoing(1), "long_gone")

    with office.connects() as van:
        said = office.tells(van, corrected(first, outgoing(2, "busy")))

    assert said == "A correction is a second response: NGP VAN keeps the first, too."


def test_nothing_is_taken_back(office: Office) -> None:
    first = outgoing(1, "do_not_call")

    with office.connects() as van:
        office.tells(van, first)
        lost = van.send(corrected(first, outgoing(2, undone=True)), doubt_since=None)

    assert lost == Lost("NGP VAN takes nothing back: it keeps Do Not Call; remove it there by hand.")
    assert len(office.van.stored) == 1


def test_do_not_call_comes_back_with_the_next_pull(office: Office) -> None:
    office.van.saved_list = [1]

    with office.connects() as van:
        office.tells(van, outgoing(1, "do_not_call"))
        assert [voter.do_not_call for voter in van.pull()] == [True]
