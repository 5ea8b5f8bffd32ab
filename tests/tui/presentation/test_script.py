from __future__ import annotations

import msgspec

from phonetui.core.call_actions import Answer, Back, Forward
from phonetui.core.campaign import Condition
from phonetui.core.voter import Household
from phonetui.tui.presentation.script import place_line, script_lines
from tests.tui.presentation.drawn import KEYS, after, alone, of_role, text, view
from tests.tui.sample import CAMPAIGN, SOO_JIN, VERNON


def test_the_script_speaks_to_this_voter_in_their_language() -> None:
    assert text(script_lines(alone(SOO_JIN), KEYS, 36, 20)) == ["Hola, ¿hablo con Soo-Jin?"]
    assert text(script_lines(alone(VERNON), KEYS, 36, 20)) == ["Hi, is this Vernon?"]


def test_a_question_stands_with_its_numbered_answers() -> None:
    assert text(script_lines(after(alone(VERNON), Forward()), KEYS, 36, 20)) == [
        "My name is Dana, I'm a volunteer",
        "with Riverside Votes. We're calling",
        "neighbors on Mill Ct about the",
        "county election on Tuesday, December",
        "8.",
        "",
        "Do you plan to vote?",
        "",
        "1   Yes, already sure",
        "2   Leaning yes",
        "3   Not sure",
        "4   No",
    ]


def test_accent_marks_the_question_and_the_keys() -> None:
    lines = script_lines(after(alone(VERNON), Forward()), KEYS, 36, 20)
    assert of_role(lines, "accent") == ["Do you plan to vote?", "1", "2", "3", "4"]


def test_the_answer_that_was_given_is_ticked_when_the_caller_goes_back() -> None:
    shown = after(alone(VERNON), Forward(), Answer(2), Back())
    assert text(script_lines(shown, KEYS, 36, 20))[-4:] == [
        "1   Yes, already sure",
        "2 ✓ Leaning yes",
        "3   Not sure",
        "4   No",
    ]


def test_a_long_answer_goes_on_under_its_first_line() -> None:
    shown = after(alone(VERNON), Forward(), Answer(1))
    lines = text(script_lines(shown, KEYS, 36, 20))
    assert lines[lines.index("2   Needs a ride, and would be glad") + 1] == "    if somebody called to arrange"


def test_clicking_any_line_of_an_answer_is_pressing_its_digit() -> None:
    lines = script_lines(after(alone(VERNON), Forward(), Answer(1)), KEYS, 36, 20)
    assert [span.key for line in lines for span in line if "called to arrange" in span.text] == ["2"]


def test_where_room_is_short_answers_stand_side_by_side() -> None:
    lines = text(script_lines(after(alone(VERNON), Forward()), KEYS, 58, 7))
    assert lines[2:] == [
        "election on Tuesday, December 8.",
        "",
        "Do you plan to vote?",
        "1   Yes, already sure        3   Not sure",
        "2   Leaning yes              4   No",
    ]


def test_where_room_is_shorter_blank_lines_go() -> None:
    assert text(script_lines(after(alone(VERNON), Forward()), KEYS, 58, 6)) == [
        "My name is Dana, I'm a volunteer with Riverside Votes.",
        "We're calling neighbors on Mill Ct about the county",
        "election on Tuesday, December 8.",
        "Do you plan to vote?",
        "1   Yes, already sure        3   Not sure",
        "2   Leaning yes              4   No",
    ]


def test_the_disclosure_is_marked_to_be_read_out() -> None:
    shown = after(alone(VERNON), Forward(), Answer(1), Answer(1))
    assert text(script_lines(shown, KEYS, 36, 20)) == [
        "Read this out word for word:",
        "This call is paid for by Riverside",
        "Votes and is not authorized by any",
        "candidate.",
    ]


def test_the_last_row_says_where_the_caller_is_and_how_to_go_on() -> None:
    shown = alone(VERNON)
    assert text([place_line(shown, KEYS, more=False)]) == ["1 of 5 · Space"]
    assert text([place_line(shown, KEYS, more=True)]) == ["Space more"]


def test_at_the_scripts_end_what_is_left_is_a_result() -> None:
    shown = after(alone(VERNON), Forward(), Answer(4))
    assert text([place_line(shown, KEYS, more=False)]) == ["5 of 5 · choose a result"]


def test_where_the_rest_of_the_file_is_for_others_the_end_has_no_number() -> None:
    shown = alone(VERNON)
    assert shown.campaign
    others = tuple(msgspec.structs.replace(step, when=Condition(tags=("nobody",))) for step in shown.campaign.steps[1:])
    campaign = msgspec.structs.replace(shown.campaign, steps=(shown.campaign.steps[0], *others))
    shown = msgspec.structs.replace(shown, campaign=campaign)
    assert text([place_line(shown, KEYS, more=False)]) == ["choose a result"]


def test_a_campaign_without_a_script_leaves_the_pane_empty() -> None:
    bare = msgspec.structs.replace(CAMPAIGN, steps=())
    shown = view(Household(household_id="h", number=VERNON.number, voters=(VERNON,)), bare)
    assert script_lines(shown, KEYS, 36, 20) == []
    assert place_line(shown, KEYS, more=False) == ()
