"""Answers at hand: found by any word, in any language of the campaign, with or without accents; the likeliest first."""

from __future__ import annotations

import msgspec

from phonetui.core.call import Call, Draft
from phonetui.core.campaign import Reply
from phonetui.core.replies import found
from tests.tui.sample import CAMPAIGN, HOUSEHOLDS, SOO_JIN, VERNON

BY_MAIL = Reply(
    {"en": "How do I vote by mail?", "es": "¿Cómo voto por correo?"},
    {"en": "Ask the county clerk.", "es": "Pídalo en la oficina electoral, {first_name}."},
)
PAID = Reply({"en": "Are you paid?"}, {"en": "No; we all give our time, even those who write your mail."})
FALL = msgspec.structs.replace(CAMPAIGN, replies=(PAID, BY_MAIL))
TO_SOO_JIN = Call(household=HOUSEHOLDS[0], voter_id=SOO_JIN.voter_id, draft=Draft(language="en"))
IN_SPANISH = msgspec.structs.replace(TO_SOO_JIN, draft=Draft(language="es"))


def questions(typed: str, call: Call = TO_SOO_JIN) -> list[str]:
    return [reply.question for reply in found(FALL, call, "Dana", typed)]


def test_before_anything_is_typed_all_are_there_the_campaigns_own_first() -> None:
    assert questions("") == [
        "Are you paid?",
        "How do I vote by mail?",
        "When is the election?",
        "Where do I vote?",
        "When can I vote?",
        "Until when can I register, or vote early?",
    ]


def test_a_word_of_the_question_counts_more_than_one_of_the_answer() -> None:
    assert questions("mail")[:2] == ["How do I vote by mail?", "Until when can I register, or vote early?"]
    assert questions("mail")[2:] == ["Are you paid?"]


def test_every_word_must_be_there_in_whatever_case() -> None:
    assert questions("MAIL vote")[0] == "How do I vote by mail?"
    assert questions("mail zebra") == []


def test_two_letters_are_no_middle_of_a_word() -> None:
    assert questions("ai") == []
    assert questions("ail")[0] == "How do I vote by mail?"


def test_accents_and_the_language_make_no_difference() -> None:
    assert questions("COMO voto", IN_SPANISH)[0] == "¿Cómo voto por correo?"
    assert questions("clerk", IN_SPANISH) == ["¿Cómo voto por correo?"]
    assert questions("correo")[0] == "How do I vote by mail?"


def test_the_answer_is_in_the_voters_words() -> None:
    [reply, *_] = found(FALL, IN_SPANISH, "Dana", "correo")
    assert reply.answer == "Pídalo en la oficina electoral, Soo-Jin."


def test_dates_and_places_are_those_of_this_voter() -> None:
    where, *_ = found(FALL, TO_SOO_JIN, "Dana", "where vote")
    assert where.answer == "Mill Creek School\n200 Mill Ct"
    when, *_ = found(FALL, TO_SOO_JIN, "Dana", "election day")
    assert when.answer == "Tuesday, December 8"


def test_what_is_not_known_of_a_voter_is_not_asked() -> None:
    call = Call(household=HOUSEHOLDS[1], voter_id=VERNON.voter_id)
    assert questions("", call) == ["Are you paid?", "How do I vote by mail?", "When is the election?"]


def test_between_calls_only_what_the_campaign_has_written_is_there() -> None:
    assert questions("", Call()) == ["Are you paid?", "How do I vote by mail?"]
