"""What a caller is asked before a key is carried out: a note, a correction, a remark, a number, a file, a password."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from phonetui.client.front_end import FrontEnd
from phonetui.client.left_lines import line_again
from phonetui.core.call_actions import Note, Skip
from phonetui.core.refusal import Refused
from phonetui.core.translation import later, tr, tr_n
from phonetui.core.word import AboutScript, WrongRecord

#: What can be wrong in the campaign's records, by its key: what it is called, and what the right one is.
WRONG: dict[str, tuple[Literal["name", "number", "address", "other"], str, str]] = {
    "1": ("name", later("name"), later("The right name")),
    "2": ("number", later("number"), later("The right number")),
    "3": ("address", later("address"), later("The right address")),
    "4": ("other", later("other"), later("What is right")),
}
EXAMPLE_FILE = "~/phonetui-results.jsonl"
#: Characters of a line that is typed: the longest note, correction or remark.
LONGEST_LINE = 1000


async def note(front: FrontEnd) -> None:
    """The note that goes with the result. It is saved as it is typed, and stays so where the line is closed."""

    async def save(so_far: str) -> None:
        """A kill or a power cut loses no more than the letters typed while those before them were being saved."""
        try:
            await front.desk.act(Note(so_far))
        except Refused as refused:
            front.refuse(refused)

    front.notice(tr("It goes with the result. Enter saves, Esc closes."))
    text = await front.type_line(tr("Note"), front.view.call.draft.note, as_typed=save)
    if text is not None:
        await front.act(Note(text))


async def correction(front: FrontEnd) -> None:
    """What the voter said about the campaign's records; what cannot be saved stays to be mended."""
    choice = await front.choose(tr("Wrong is the"), [(key, tr(what)) for key, (_, what, _) in WRONG.items()])
    if choice is None:
        return
    about, _, right = WRONG[choice]
    front.notice(tr("For the campaign to look at. Enter saves, Esc closes."))
    text = ""
    while answer := await line_again(front, tr(right), text):
        text = answer
        if await front.saved(front.desk.write_down(WrongRecord(about, text))):
            return


async def remark(front: FrontEnd) -> None:
    """A word about the script's step."""
    front.notice(tr("A word about this step, for the campaign. Enter sends, Esc closes."))
    text = await line_again(front, tr("Script"))
    if text:
        await front.saved(front.desk.write_down(AboutScript(text)))


async def take_along(front: FrontEnd, most: int) -> None:
    """How many households to have on this laptop; asked until it is a number that the campaign allows."""
    asked = front.view.asked_along
    text = ""
    front.notice(_still_asking(asked) if asked else _how_many_along(most))
    while (answer := await front.type_line(tr("Households in all"), text)) is not None:
        text = answer or str(asked or most)
        if text.isascii() and text.isdigit() and (0 if asked else 1) <= int(text) <= most:
            front.desk.take_along(int(text))
            return
        front.refuse(Refused(tr("Type a number from {least} to {most}.", least=0 if asked else 1, most=most)))


def _how_many_along(most: int) -> str:
    return tr(
        "To call without a network: how many households in all, up to {most}? They stay yours until the day's calling "
        "hours end. Enter alone takes {most}, Esc closes.",
        most=most,
    )


def _still_asking(asked: int) -> str:
    return tr_n(
        "The campaign has not answered yet; {n} household is asked for. Type another number, or 0 to ask for nobody "
        "more. Esc closes.",
        "The campaign has not answered yet; {n} households are asked for. Type another number, or 0 to ask for nobody "
        "more. Esc closes.",
        asked,
    )


async def sign_in(front: FrontEnd) -> None:
    """The password; calling goes on while it is tried."""
    campaign, name = front.view.campaign, front.view.caller_name
    whose = tr("{name} at {organisation}", name=name, organisation=campaign.organisation) if campaign else name
    front.notice(tr("The password of {whose}; everything is kept meanwhile. Enter signs in, Esc closes.", whose=whose))
    password = await front.type_line(tr("Password"), secret=True)
    if password:
        front.beside(lambda: _sign_in_with(front, password))


async def _sign_in_with(front: FrontEnd, password: str) -> None:
    front.notice_trying()
    try:
        await front.desk.sign_in(password)
    except Refused as refused:
        front.refuse(refused)


async def where_to_export(front: FrontEnd) -> None:
    """The file for what the campaign does not have; what was typed stays to be mended."""
    text, why = EXAMPLE_FILE, front.desk.tell_rejected() or tr("For a stick; whoever has it can read it.")
    front.notice(f"{why} {tr('Enter writes the file, Esc closes.')}")
    while (answer := await front.type_line(tr("File"), text)) is not None:
        text = answer
        if text and await front.saved(front.desk.export(_file(text))):
            return


def _file(text: str) -> Path:
    return Path(text).expanduser().absolute()


async def whether_to_skip(front: FrontEnd) -> None:
    """Whether what was typed may go with the skip, which sends none of it; who closes the question stays."""
    front.notice(tr("A skip sends no note and no answers: what was typed here would be lost."))
    if await front.choose(tr("Skip"), [("1", tr("skip all the same")), ("2", tr("stay"))]) == "1":
        await front.act(Skip())
