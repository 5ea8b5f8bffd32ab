"""The evening line by line."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

from phonetui.client.supervisors_desk import SupervisorsDesk
from phonetui.client.supervisors_server import SupervisorsServer
from phonetui.supervise import plain
from phonetui.wire_supervisors import TakenAnswer
from tests.supervise.server_in_memory import CAMPAIGN, NOW, URL, ServerInMemory, caller, offline
from tests.supervise.stage import StillClock


def said(server: ServerInMemory, *typed: str) -> list[str]:
    """What it says to these lines, below the status at the start."""

    async def open_desk() -> SupervisorsDesk:
        return SupervisorsDesk(SupervisorsServer(URL, "token", CAMPAIGN, server), StillClock(), lambda: 0.5)

    out = StringIO()
    plain.supervise(open_desk, StringIO("".join(f"{line}\n" for line in typed)), out)
    return out.getvalue().splitlines()


def test_enter_says_how_the_evening_goes() -> None:
    assert said(ServerInMemory()) == [
        "Type a command, or Enter for how the evening goes; help says what there is.",
        "Weekend turnout is open.",
        "Today: 208 calls, 66 reached, 31 talks, 32 % reached.",
        "Last hour: 138 calls, 42 reached, 16 talks.",
        "4 of 6 callers here.",
        "1,204 of 2,800 households left, done today at 9:00 pm.",
        "2 questions wait.",
        "Ana Ruiz has had Pat Kowalski on the screen for 18 min.",
        "The list precinct-12 ends at about 6:40 pm: 900 households are left.",
        "van refused 2 outcomes: resultCodeId 12 is not known",
        "2 entries of Dana Whitfield were not taken. The event's ticket is not one that this server gave this caller "
        "for this voter.",
    ]


def test_a_question_is_answered_by_the_number_that_was_listed() -> None:
    server = ServerInMemory()
    lines = said(server, "answer 1 Yes", "questions", "answer 2 Until nine.", "answer 2", "questions")
    assert lines[-5:] == [
        "1. Chen Li, 7 min, about Ida Brandt: A voter asks where to drop the ballot off.",
        "2. Femi Adeyemi, 1 min: May I call after eight?",
        "Answered; Femi Adeyemi sees it now.",
        "Write answer, the number of a question as questions lists it, and the answer's words.",
        "1. Chen Li, 7 min, about Ida Brandt: A voter asks where to drop the ballot off.",
    ]
    assert server.done == ["answer q2 Until nine."]


def test_a_question_that_somebody_has_answered_is_answered_again() -> None:
    server = ServerInMemory()
    server.answered["q1"] = TakenAnswer(False, "Sam", "Yes.")
    lines = said(server, "questions", "answer 1 No.", "again 1 No.")
    assert lines[-2:] == [
        "Sam has answered already: “Yes.” Nothing was sent; again sends yours, too.",
        "Answered; Chen Li sees it now.",
    ]
    assert server.done == ["answer q1 No."]


def test_notices_pause_and_reopen() -> None:
    server = ServerInMemory()
    lines = said(server, "notice", "notice Pizza at eight", "pause", "reopen", "quit", "pause")
    assert lines[-4:] == [
        "Write notice and its words in one line.",
        "Sent; everybody who calls sees it now.",
        "The campaign is paused.",
        "The campaign is open.",
    ]
    assert server.done == ["notice Pizza at eight", "state paused", "state open"]


def test_callers_and_results() -> None:
    server = ServerInMemory()
    gone = caller("Ben Okafor", doing="left", since=NOW - timedelta(minutes=48))
    server.change(callers=(caller("Ana Ruiz", voter="Pat\x1b[2J Kowalski"), gone))
    lines = said(server, "callers", "results")
    assert "Ana Ruiz, calling 2 min, Pat[2J Kowalski, 0 calls, 0 reached, 0 talks." in lines
    assert "Ben Okafor, left at 5:12 pm, 0 calls, 0 reached, 0 talks." in lines
    assert lines[-8:-6] == ["Not home: 120.", "Talked: 31."]


def test_what_cannot_be_done_is_said_and_the_next_line_is_read() -> None:
    server = ServerInMemory()
    server.failing = offline
    lines = said(server, "dance", "help")
    assert lines[1] == "Nothing answers at calls.example.org; check the address, or ask whether the server is running."
    assert lines[2] == "There is no command dance; help says what there is."
    assert lines[-1] == "quit: leave; the evening goes on without you"
