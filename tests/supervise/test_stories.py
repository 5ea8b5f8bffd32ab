"""What supervisors do, by keyboard."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from textual.events import Key
from textual.widgets import Input

from phonetui.core.refusal import Refused
from phonetui.supervise import front_page
from phonetui.supervise.app import SuperviseApp
from phonetui.wire_supervisors import AskedNow, CheckedFile, Counts, OpenInvitation, TakenAnswer
from tests.supervise.server_in_memory import EVENING, HELD, NOW, REPORT, ServerInMemory, caller, offline, problem
from tests.supervise.stage import Stage, play


def test_a_question_is_answered_and_leaves_the_list() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("a", "enter")
        await stage.sees("To Chen Li:")
        await stage.types("At the library, until 8.")
        await stage.sees("Answered; Chen Li sees it now.")
        await stage.until(lambda: "drop the ballot off" not in stage.text, "the list without it")
        assert stage.server.done == ["answer q1 At the library, until 8."]
        await stage.press("escape")
        await stage.sees("1 question waits")

    play(story)


def test_whoever_answers_second_is_told_of_the_first() -> None:
    server = ServerInMemory()
    server.answered["q1"] = TakenAnswer(False, "Sam", "At the school.")

    async def story(stage: Stage) -> None:
        await stage.press("a", "enter")
        await stage.types("At the library.")
        await stage.sees("Sam has answered already: “At the school.”")
        await stage.press("escape")
        await stage.sees("Nothing was sent.")
        assert stage.server.done == []

    play(story, server)


def test_a_second_answer_is_sent_where_it_is_meant() -> None:
    server = ServerInMemory()
    server.answered["q1"] = TakenAnswer(False, "Sam", "At the school.")

    async def story(stage: Stage) -> None:
        await stage.press("a", "enter")
        await stage.types("By the side door.")
        await stage.press("s")
        await stage.sees("Answered; Chen Li sees it now.")
        assert stage.server.done == ["answer q1 By the side door."]

    play(story, server)


def test_the_question_stands_over_the_line_in_which_it_is_answered() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("a", "enter")
        await stage.sees("Chen Li asks: A voter asks where to drop the ballot off.")

    play(story)


def test_the_chosen_entry_stays_so_when_others_go() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("a", "down")
        await stage.sees("▸ 2")
        stage.server.change(questions=EVENING.questions[1:])
        await stage.sees("▸ 1")
        await stage.press("enter")
        await stage.sees("To Femi Adeyemi:")

    play(story)


def test_what_is_gone_before_it_is_drawn_again_is_not_taken() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("a")
        await stage.sees("drop the ballot off")
        desk = stage.app.desk
        assert desk is not None
        desk.evening = msgspec.structs.replace(EVENING, questions=EVENING.questions[1:])
        await stage.press("1")
        await stage.comes_to_rest()
        assert "To " not in stage.text
        await stage.press("1")
        await stage.sees("To Femi Adeyemi:")

    play(story)


def test_every_page_names_its_keys() -> None:
    async def story(stage: Stage) -> None:
        for keys, said in ((("l",), "Home End"), (("t",), "Space PgDn"), (("w",), "Home End")):
            await stage.press(*keys, "?")
            await stage.sees(said)
            await stage.press("?", "escape")
            await stage.sees("Callers")

    play(story)


def test_home_and_end_choose_the_first_and_the_last() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("l", "end")
        await stage.sees("▸ 3")
        await stage.press("home")
        await stage.sees("▸ 1")

    play(story)


def test_a_question_that_comes_while_one_is_answered_moves_no_answer_to_another() -> None:
    new = AskedNow(question_id="q0", caller="Zoe", asked_at=NOW, text="Help!")

    async def story(stage: Stage) -> None:
        await stage.press("a", "enter")
        await stage.sees("To Chen Li:")
        stage.server.change(questions=(new, *EVENING.questions))
        await stage.types("Yes.")
        await stage.until(lambda: bool(stage.server.done))
        assert stage.server.done == ["answer q1 Yes."]

    play(story)


def test_keys_typed_ahead_are_for_the_question_that_is_on_its_way() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("n", *"Wrap_up", "enter")
        await stage.until(lambda: bool(stage.server.done))
        assert stage.server.done == ["notice Wrap_up"]
        await stage.sees("Sent; everybody who calls sees it now.")
        await stage.press("1")
        assert "Sent;" not in stage.text

    play(story)


def test_a_letter_taken_back_in_a_hurry_is_the_one_before() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("n")
        await stage.until(lambda: isinstance(stage.app.focused, Input), "a line to type")
        for key in ("a", "b", "backspace", "c", "left", "d", "enter"):  # all of them before any is carried out
            stage.app.post_message(Key(key, key if len(key) == 1 else None))
        await stage.until(lambda: bool(stage.server.done))
        assert stage.server.done == ["notice adc"]

    play(story)


def test_an_empty_notice_is_not_sent() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("n", "enter")
        await stage.press("n", "escape")
        await stage.comes_to_rest()
        assert stage.server.done == []
        assert "Asking" not in stage.text

    play(story)


@pytest.mark.parametrize("keys", [("n",), ("a", "enter")])
def test_what_is_refused_stands_there_to_be_sent_again(keys: tuple[str, ...]) -> None:
    async def story(stage: Stage) -> None:
        await stage.press(*keys)
        await stage.until(lambda: isinstance(stage.app.focused, Input), "a line to type")
        stage.server.failing = lambda: problem("refused", "This is too long.")
        await stage.types("Pizza at eight.")
        await stage.sees("! This is too long.")
        await stage.sees("Pizza at eight.")
        stage.server.failing = None
        await stage.press("backspace", "enter")
        await stage.until(lambda: bool(stage.server.done), "what was sent")
        assert stage.server.done[0].endswith(" Pizza at eight")

    play(story)


def test_pausing_and_reopening_want_a_second_key() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("p")
        await stage.sees("Pause: no voters are given out")
        await stage.press("escape")
        await stage.press("p", "p")
        await stage.sees("‖ paused")
        await stage.press("p", "o")
        await stage.sees("▸ open")
        await stage.press("c", "c")
        await stage.sees("■ closed")
        assert stage.server.done == ["state paused", "state open", "state closed"]

    play(story)


def test_a_script_is_checked_compared_and_then_used(tmp_path: Path) -> None:
    file = tmp_path / "campaign.yaml"
    file.write_text("name: Weekend turnout\n")

    async def story(stage: Stage) -> None:
        await stage.press("s")
        await stage.types(str(file))
        await stage.sees("+  Hello, is this {name}?")
        await stage.press("y")
        await stage.sees("In use: callers move over between calls.")
        assert stage.server.done == ["use 22 over 3"]

    play(story)


def test_a_script_with_mistakes_cannot_be_used_and_they_name_the_file_as_it_is_called_here(tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text("name: Weekend turnout\n")
    server = ServerInMemory()
    server.checked = CheckedFile(version=3, mistakes=("file:12: the key “n” is used twice.",))

    async def story(stage: Stage) -> None:
        await stage.press("s")
        await stage.types(str(file))
        await stage.sees("1 mistake; the file cannot be used:")
        await stage.sees("! broken.yaml:12: the key “n” is used twice.")
        await stage.press("y", "escape")
        await stage.sees("Callers")
        assert stage.server.done == []

    play(story, server)


def test_the_evenings_report_is_read_and_written_to_a_file_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "report.txt"

    async def story(stage: Stage) -> None:
        await stage.press("e", "enter")  # of today
        await stage.sees("Calls of Sat Nov 21, 2026 · made Sat Nov 21, 2026, 6:00 pm")
        await stage.sees("Ana Ruiz                12         4  33.3%  13.8–60.9%       2")
        await stage.press("e")
        await stage.types(str(file))
        await stage.until(file.exists, "the file")
        await stage.press("escape", "e")
        await stage.types("")
        await stage.sees("All calls so far")

    play(story)
    assert file.read_text("utf-8") == REPORT.format(days="Calls of Sat Nov 21, 2026") + "\n"
    if os.name == "posix":
        assert file.stat().st_mode & 0o777 == 0o600


def test_a_report_is_of_a_day(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        await stage.press("e")
        await stage.types("yesterday")
        await stage.sees("“yesterday” is no day; write it as 2026-12-31.")

    play(story)


def test_a_report_that_would_move_the_cursor_moves_nothing() -> None:
    server = ServerInMemory()
    server.reported = "Weekend \x1b[2Jturnout\nand \u202eon"

    async def story(stage: Stage) -> None:
        await stage.press("e", "enter")
        await stage.sees(r"Weekend \x1b[2Jturnout")
        await stage.sees(r"and \u202eon")

    play(story, server)


def test_the_file_in_use_is_written_out_once(tmp_path: Path) -> None:
    file = tmp_path / "campaign.yaml"

    async def story(stage: Stage) -> None:
        for said in ("Written to", "There is a file"):
            await stage.press("g")
            await stage.types(str(file))
            await stage.sees(said)

    play(story, size=(120, 40))
    assert file.read_text() == "name: Weekend turnout\n"
    if os.name == "posix":
        assert file.stat().st_mode & 0o77 == 0


@pytest.mark.parametrize(
    ("keys", "typed", "rule"),
    [
        ("p", "-20", '{"priority":-20}'),
        ("r", None, '{"paused":true}'),
    ],
)
def test_a_list_is_ordered_and_rested(keys: str, typed: str | None, rule: str) -> None:
    async def story(stage: Stage) -> None:
        await stage.press("l", "2", keys)
        if typed is not None:
            await stage.types(typed)
        await stage.sees("Changed; it counts for the next voters that are given out.")
        assert stage.server.done == [f"list 2 {rule}"]

    play(story)


def test_whoever_gives_a_list_to_some_is_told_how_many_may_call_it() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("l", "1", "l")
        await stage.types("Spanish, pt")
        await stage.sees("Changed; but nobody may call it now: m gives people languages and tags.")
        await stage.press("escape", "m", "1", "l")
        await stage.types("es")
        await stage.press("1", "t")
        await stage.types("phone-bank")
        await stage.press("escape", "l", "1", "l")
        await stage.types("es")
        await stage.sees("Changed; 1 person may call it now.")
        await stage.press("1", "t")
        await stage.types("needs ride, x")
        await stage.sees("Changed; but nobody may call it now")
        assert stage.server.done == [
            'list 1 {"languages":["es","pt"]}',
            'member ana ruiz {"languages":["es"]}',
            'member ana ruiz {"tags":["phone-bank"]}',
            'list 1 {"languages":["es"]}',
            'list 1 {"tags":["needs ride","x"]}',
        ]

    play(story)


@pytest.mark.parametrize("keys", [("l", "1", "l"), ("m", "1", "l")])
def test_what_is_no_language_is_given_to_no_list_and_nobody(keys: tuple[str, ...]) -> None:
    async def story(stage: Stage) -> None:
        await stage.press(*keys)
        await stage.types("es, spanich")
        await stage.sees("“spanich” is no language that is known here; write its code, such as es.")
        assert stage.server.done == []

    play(story)


@pytest.mark.parametrize("typed", ["first", "200", "-"])
def test_a_priority_is_a_number(typed: str) -> None:
    async def story(stage: Stage) -> None:
        await stage.press("l", "1", "p")
        await stage.types(typed)
        await stage.sees(f"{typed} is not a number from -100 to 100.")
        assert stage.server.done == []

    play(story)


def test_people_get_roles_and_are_signed_out() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("m", "1", "r", "s")
        await stage.sees("supervisor · ana@example.org")
        await stage.press("1", "l")
        await stage.types("es en")
        await stage.sees("Spanish and English")
        await stage.press("1", "s", "s")
        await stage.sees("Ana Ruiz is signed out")
        assert stage.server.done == [
            'member ana ruiz {"role":"supervisor"}',
            'member ana ruiz {"languages":["es","en"]}',
            "sign out ana ruiz",
        ]

    play(story)


def test_before_somebody_is_removed_it_is_said_what_their_laptop_has_not_sent() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("m", "4", "x")
        await stage.sees("4 entries not sent at 4:48 pm, and maybe more since; all of it is still taken later.")
        await stage.sees("Remove Dana Whitfield?")
        await stage.press("x")
        await stage.until(lambda: stage.server.done == ["remove dana whitfield"])
        await stage.sees("Dana Whitfield is removed; what their laptop has not sent is still taken.")
        await stage.until(lambda: "dana@example.org" not in stage.text, "the list without her")

    play(story, size=(120, 40))


def test_what_a_laptop_has_is_asked_for_again_before_its_caller_is_removed() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("m")
        await stage.sees("ana@example.org")
        ana, *others = stage.server.members
        stage.server.members = [msgspec.structs.replace(ana, unsent=30), *others]
        await stage.press("1", "x")
        await stage.sees("30 entries not sent, still taken later.")
        await stage.press("escape")
        stage.server.members = [msgspec.structs.replace(ana, heard_at=NOW - timedelta(hours=30)), *others]
        await stage.press("1", "x")
        await stage.sees(
            "Not heard of since Nov 20, 12:00 pm: calls that are only on their laptop are still taken later."
        )
        await stage.press("escape")
        stage.server.members = others
        await stage.press("1")
        await stage.sees("! They are not among the campaign's people any more.")
        assert stage.server.done == []

    play(story, size=(120, 40))


def test_people_come_once_the_line_is_back() -> None:
    server = ServerInMemory()

    async def story(stage: Stage) -> None:
        await stage.sees("Ana Ruiz")
        server.failing = offline
        server.change()
        await stage.sees("○ offline")
        await stage.press("m")
        await stage.sees("They come once the server answers.")
        server.failing = None
        assert stage.app.desk is not None
        stage.app.desk.try_now()
        await stage.sees("ana@example.org")

    play(story, server)


def test_whoever_is_removed_may_have_another_link() -> None:
    server = ServerInMemory()
    server.invitations = [LINK]

    async def story(stage: Stage) -> None:
        await stage.press("m", "1", "x")
        await stage.sees("Remove Ana Ruiz?")
        await stage.press("x")
        await stage.sees("With another address they could join by the 1 link that is open: Esc, i and e end it.")

    play(story, server, size=(160, 40))


LINK = OpenInvitation(
    invitation_id="a1", role="supervisor", uses_left=4, expires_at=NOW + timedelta(days=2), issued_at=NOW, by="Sam"
)


def test_a_link_is_ended() -> None:
    server = ServerInMemory()
    server.invitations = [LINK]

    async def story(stage: Stage) -> None:
        await stage.press("i", "e")
        await stage.sees("supervisor: 4 may join")
        await stage.sees("until Nov 23, 6:00 pm · made by Sam, 6:00 pm")
        await stage.press("enter", "x")
        await stage.sees("The link is ended; nobody joins by it any more.")
        await stage.sees("No link is open: nobody can join.")
        assert stage.server.done == ["end link a1"]

    play(story, server)


def test_an_invitation_is_shown_and_copied() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("i", "c")
        await stage.types("12")
        await stage.sees("https://calls.example.org/join/#secret")
        await stage.sees("It is copied")
        assert stage.app.clipboard == "https://calls.example.org/join/#secret"
        assert stage.server.done == ['invite {"role":"caller","uses":12,"hours":168}']
        await stage.press("escape", "i", "c")
        await stage.types("many")
        await stage.sees("many is not a number from 1 to 1000.")

    play(story)


def test_a_supervisor_makes_no_owner() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("i")
        await stage.sees("s supervisor")
        assert "o owner" not in stage.text

    play(story, ServerInMemory(msgspec.structs.replace(EVENING, role="supervisor")))


def test_what_callers_told_is_read() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("t")
        await stage.sees("Ana Ruiz, correction (Pat Kowalski: address): moved to 12 Elm St")
        await stage.sees("Chen Li, on the script (greeting): too long for voicemail")

    play(story, size=(120, 40))


def test_all_that_is_held_of_a_voter_is_read_and_exported(tmp_path: Path) -> None:
    file = tmp_path / "pat.json"

    async def story(stage: Stage) -> None:
        await stage.press("f")
        await stage.types("pat")
        await stage.press("1")
        await stage.sees("first_name Pat")
        await stage.press("e")
        await stage.types(str(file))
        await stage.sees("hand it over safely")
        assert stage.server.done == ["export 7"]

    play(story, size=(120, 40))
    assert msgspec.json.decode(file.read_bytes()) == msgspec.to_builtins(HELD)


def test_a_voter_is_erased_once_the_word_is_typed() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("f")
        await stage.types("pat")
        await stage.press("1", "x")
        await stage.types("yes")
        await stage.sees("! Nothing is erased.")
        await stage.press("x")
        await stage.types("erase")
        await stage.sees("Erased, with 3 records.")
        assert "Kowalski" not in stage.text
        assert stage.server.done == ["erase 7"]

    play(story)


def test_where_else_an_erased_voter_is_can_be_read() -> None:
    server = ServerInMemory()
    server.still = ("Backups from before hold them.", "Slack shows what was asked about them.")

    async def story(stage: Stage) -> None:
        await stage.press("f")
        await stage.types("pat")
        await stage.press("1", "x")
        await stage.types("erase")
        await stage.sees("What stays, and what is left to do:")
        await stage.sees("! Backups from before hold them.")
        await stage.sees("! Slack shows what was asked about them.")
        await stage.press("escape")
        await stage.sees("Voters found")

    play(story, server)


def test_nobody_is_found() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("f")
        await stage.types("zebra")
        await stage.sees("No voter of this campaign has “zebra” for a name, a number or an id.")

    play(story, size=(120, 40))


def test_a_files_numbers_are_looked_at_before_they_are_added(tmp_path: Path) -> None:
    file = tmp_path / "numbers.csv"
    file.write_bytes("Phone\n+18125550101\n+18125550102\nnone\nJosé\n".encode("latin-1"))

    async def story(stage: Stage) -> None:
        await stage.press("d", "i")
        await stage.types(str(file))
        await stage.sees("2 numbers under Phone, of which 2 are new to the list.")
        await stage.sees("+18125550101, +18125550102")
        await stage.sees("2 rows have no number:")
        await stage.sees("Once added, nobody on this server calls them, in any campaign.")
        assert stage.server.numbers == ["+18125550100"]
        await stage.press("y")
        await stage.sees("2 numbers more are called by nobody.")
        await stage.sees("Do not call: 3")
        await stage.press("i")
        await stage.types(str(file))
        await stage.sees("Nothing is to be added.")
        await stage.press("y", "escape", "f")
        await stage.types("0102")
        await stage.until(lambda: "+18125550101" not in stage.text)
        await stage.sees("+18125550102")

    play(story)


def test_a_number_that_nobody_calls_is_typed() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("d", "a")
        await stage.types("+18125550109")
        await stage.sees("1 number more is called by nobody.")
        await stage.press("a")
        await stage.types("Voter ID")
        await stage.sees("! “Voter ID” is no number that could be called; nothing is added.")

    play(story)


def test_an_imported_number_is_taken_off_by_an_owner_and_one_asked_for_in_a_call_stays() -> None:
    server = ServerInMemory()
    server.numbers, server.asked_for = ["+18125550100", "+18125550101"], {"+18125550101"}

    async def story(stage: Stage) -> None:
        await stage.press("d")
        await stage.sees("+18125550101")
        await stage.press("2")
        await stage.sees("! +18125550101 was asked for in a call; it stays.")
        await stage.press("1")
        await stage.sees("Have +18125550100 called again?")
        await stage.press("x")
        await stage.sees("+18125550100 may be called again. Voters who were imported without it")
        assert stage.server.numbers == ["+18125550101"]

    play(story, server)


def test_a_supervisor_takes_no_number_off() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("d", "enter")
        await stage.sees("! Owners alone take a number off.")

    play(story, ServerInMemory(msgspec.structs.replace(EVENING, role="supervisor")))


def test_how_long_voters_are_kept() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("k")
        await stage.types("soon")
        await stage.sees("“soon” is no day; write it as 2026-12-31.")
        await stage.press("k")
        await stage.types("2026-12-31")
        await stage.sees("The voters are kept until Dec 31.")
        await stage.press("k")
        await stage.sees("2026-12-31")
        await stage.types("")
        await stage.sees("The voters are kept until erased by hand.")

    play(story, size=(120, 40))


def test_the_audit_log_goes_back_as_far_as_it_goes() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("u")
        await stage.sees("Nov 21 5:40 pm  Robin Vance  changed Dana Whitfield: supervisor")
        await stage.sees("Nov 21 5:30 pm  Robin Vance  opened the campaign")
        await stage.press("o")
        await stage.sees("Nov 21 5:00 pm  the server's console  took a voter file in: 3")
        await stage.press("o")
        await stage.sees("That is all.")

    play(story)


def test_what_the_server_refuses_is_said_in_its_words() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("m", "1", "x")
        stage.server.failing = lambda: problem("refused", "Ana Ruiz is the last owner;\x1b[2J make another first.")
        await stage.press("x")
        await stage.sees("! Ana Ruiz is the last owner;")
        assert not any("\x1b" in line for line in stage.lines)

    play(story)


def test_whose_right_it_is_is_said_in_the_servers_words() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("a")
        await stage.sees("Questions")
        stage.server.failing = lambda: problem("not-yours", "Only owners ask in owners.")
        await stage.press("enter")
        await stage.types("By bus.")
        await stage.sees("! Only owners ask in owners.")

    play(story)


def test_whoever_is_no_supervisor_is_told_so() -> None:
    server = ServerInMemory()
    server.failing = lambda: problem("not-yours")
    with pytest.raises(Refused) as refused:
        raise left(server)
    assert str(refused.value) == (
        "Only supervisors and owners of a campaign can run its evenings; ask the campaign's owner to make you one."
    )


def test_whoever_is_logged_out_is_told_so() -> None:
    server = ServerInMemory()
    server.failing = lambda: problem("signed-out")
    assert str(left(server)) == "You are logged out; type phonetui login, then phonetui supervise again."


def left(server: ServerInMemory) -> Refused:
    """Why the screen was left."""

    async def story(stage: Stage) -> None:
        await stage.until(lambda: stage.app.return_value is not None or not stage.app.is_running)

    app: SuperviseApp = play(story, server)
    assert isinstance(app.return_value, Refused)
    return app.return_value


def test_offline_it_goes_on_asking_by_itself_and_now_by_a_key() -> None:
    server = ServerInMemory()

    async def story(stage: Stage) -> None:
        await stage.sees("Ana Ruiz")
        server.failing = offline
        server.change()
        await stage.sees("○ offline since 6:00 pm")
        await stage.sees("Nothing answers at calls.example.org")
        await stage.sees("Ana Ruiz")  # what was known stays in view
        server.failing = None
        await stage.press("r")
        await stage.sees("● online")

    play(story, server, size=(120, 40))


def test_callers_stay_in_their_rows_and_many_scroll() -> None:
    many = tuple(caller(f"Caller {number:02}", today=Counts(number)) for number in range(40))

    async def story(stage: Stage) -> None:
        await stage.sees("Caller 00")
        assert "Caller 39" not in stage.text
        await stage.press(*["pagedown"] * 4)
        await stage.sees("Caller 39")
        await stage.sees("of 40, ↑↓ more")

    play(story, ServerInMemory(msgspec.structs.replace(EVENING, callers=many)))


def test_hostile_names_are_text_alone() -> None:
    bad = caller("Eve\x1b[31m [red]x[/red]\u202e", caller_id="eve", voter="[b]Bob[/b]\x07")

    async def story(stage: Stage) -> None:
        await stage.sees("[b]Bob[/b]")
        await stage.sees("Eve[31m [re")
        assert not set("\x1b\x07\u202e") & set(stage.text)

    play(story, ServerInMemory(msgspec.structs.replace(EVENING, callers=(bad,))), size=(120, 40))


def test_where_letters_are_few_charts_are_bars_of_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front_page, "can_draw", lambda: False)

    async def story(stage: Stage) -> None:
        await stage.sees("Not home     ########")
        await stage.press("v")
        await stage.sees("5:45 pm ####")

    play(story)


def test_nothing_is_painted_while_nothing_changes() -> None:
    async def story(stage: Stage) -> None:
        await stage.comes_to_rest()
        painted: list[object] = []
        stage.app._display = lambda screen, renderable: painted.append(renderable)  # type: ignore[method-assign]
        for _ in range(5):
            stage.app.draw()
            await stage.pilot.pause()
        assert painted == []

    play(story)


def test_the_way_out() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("q")

    assert play(story).return_code == 0
