"""Line by line, the supervisor answers and the campaign tells before a line is typed; messages are said in words."""

from __future__ import annotations

import msgspec

from tests.plain.talking import said_last, talk
from tests.tui.desk_in_memory import DeskInMemory
from tests.tui.test_help_line import ANSWER, ASKED, MOVED, desk


def test_a_notice_is_said_once_before_the_next_line() -> None:
    told = DeskInMemory()
    told.told = (MOVED, ANSWER)
    said = talk("n", desk=told)
    for sentence in (f"The campaign tells: {MOVED.text}", "The supervisor answers: Yes, where they live."):
        assert said.count(sentence) == 1
    assert all(each.seen for each in told.told)
    assert MOVED.text in "\n".join(said_last("notices", desk=told))


def test_a_question_is_asked_and_its_answer_said_again_behind_the_same_word() -> None:
    asking = DeskInMemory()
    talk("ask", "May students vote?", "no", desk=asking)
    assert asking.done == ["ask: May students vote?"]
    asking.asked, asking.told = (ASKED,), (msgspec.structs.replace(ANSWER, seen=True),)
    said = said_last("a", desk=asking)
    assert said[:3] == ["Questions and answers", "May students vote here?", "Yes, where they live."]


def test_a_message_is_said_in_words_and_counts_where_the_caller_says_that_it_was_sent() -> None:
    sending = desk()
    said = talk("on", "1", "send", "1", "2", "1", desk=sending)
    assert "You vote at Mill Creek School.\nSent to (812) 555-0166:\n" in said
    assert sending.done == ["place to v1 by qr"]
    talk("on", "1", "f", "1", "2", "2", desk=(other := desk()))
    assert other.done == []
