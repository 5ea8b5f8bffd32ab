"""What a caller is asked before a key is carried out: when to call back, a note, a correction, a remark."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from phonetui.core import call_back
from phonetui.core.call_actions import Note, Result
from phonetui.core.campaign import Campaign, Disposition
from phonetui.core.eligibility import local_time
from phonetui.core.refusal import Refused
from phonetui.core.voter import Voter
from phonetui.core.when import clock
from phonetui.core.word import AboutScript, WrongRecord
from phonetui.tui.prompts import ChoicePrompt, TextPrompt

if TYPE_CHECKING:
    from phonetui.tui.call_screen import CallScreen

#: What can be wrong in the campaign's records, by its key.
WRONG: dict[str, Literal["name", "number", "address", "other"]] = {
    "1": "name",
    "2": "number",
    "3": "address",
    "4": "other",
}
EXAMPLE_FILE = "~/phonetui-results.jsonl"
FOR_A_STICK = "For a stick; whoever has it can read it."
EXAMPLE_TIMES = "A time there, such as 18:30, 6pm or tomorrow 6pm."


async def note(screen: CallScreen) -> None:
    """The note that goes with the result. It is saved as it is typed; Escape leaves it as it was."""
    screen.notice("It goes with the result. Enter saves, Esc closes.")
    before = screen.view.call.draft.note
    prompt = TextPrompt("Note", before)
    saving = asyncio.create_task(_save_as_typed(screen, prompt))
    try:
        text = await screen.ask(prompt)
    finally:
        saving.cancel()
    await screen.act(Note(before if text is None else text))


async def _save_as_typed(screen: CallScreen, prompt: TextPrompt) -> None:
    """A kill or a power cut loses no more than the letters typed while those before them were being saved."""
    while True:
        text = await prompt.change()
        try:
            await screen.desk.act(Note(text))
        except Refused as refused:
            screen.refuse(refused)


async def correction(screen: CallScreen) -> None:
    """What the voter said about the campaign's records."""
    choice = await screen.ask(ChoicePrompt("Wrong is the", list(WRONG.items())))
    if choice is None:
        return
    about = WRONG[choice]
    screen.notice("For the campaign to look at. Enter saves, Esc closes.")
    text = await screen.ask(TextPrompt("What is right" if about == "other" else f"The right {about}"))
    if text:
        await screen.saved(screen.desk.write_down(WrongRecord(about, text)))


async def remark(screen: CallScreen) -> None:
    """A word about the script's step."""
    screen.notice("A word about this step, for the campaign. Enter sends, Esc closes.")
    text = await screen.ask(TextPrompt("Script"))
    if text:
        await screen.saved(screen.desk.write_down(AboutScript(text)))


async def when_to_call_back(screen: CallScreen, disposition: Disposition) -> None:
    """The time of a call back, then the result."""
    view = screen.view
    campaign, voter = view.campaign, view.call.voter
    if campaign is None or voter is None:
        return
    choices = [
        ("1", f"tonight{_shown(call_back.tonight, campaign, voter, view.now)}"),
        ("2", f"tomorrow{_shown(call_back.tomorrow, campaign, voter, view.now)}"),
        ("3", "other"),
    ]
    screen.notice(f"All times are theirs; it is {local_time(voter.zones or (campaign.zone,), view.now)} there.")
    choice = await screen.ask(ChoicePrompt(campaign.words(disposition.label), choices))
    if choice == "3":
        call_at = await _typed_time(screen, campaign, voter)
    else:
        call_at = _chosen_time(screen, choice, campaign, voter)
    if call_at is not None:
        await screen.act(Result(disposition.id, call_at))


async def take_along(screen: CallScreen, most: int) -> None:
    """How many households to have on this laptop; asked until it is a number that the campaign allows."""
    text = str(most)
    screen.notice(
        f"To call without a network: how many households in all, up to {most}? They stay yours until the day's "
        "calling hours end. Enter takes them, Esc closes."
    )
    while (answer := await screen.ask(TextPrompt("Households in all", text))) is not None:
        text = answer
        if text.isascii() and text.isdigit() and 1 <= int(text) <= most:
            screen.desk.take_along(int(text))
            return
        screen.refuse(Refused(f"Type a number from 1 to {most}."))


async def sign_in(screen: CallScreen) -> None:
    """The password; calling goes on while it is tried."""
    campaign, name = screen.view.campaign, screen.view.caller_name
    whose = f"{name} at {campaign.organisation}" if campaign else name
    screen.notice(f"The password of {whose}; everything is kept meanwhile. Enter signs in, Esc closes.")
    password = await screen.ask(TextPrompt("Password", secret=True))
    if password:
        screen.run_worker(_sign_in_with(screen, password))


async def _sign_in_with(screen: CallScreen, password: str) -> None:
    screen.notice_trying()
    try:
        await screen.desk.sign_in(password)
    except Refused as refused:
        screen.refuse(refused)


async def where_to_export(screen: CallScreen) -> None:
    """The file for what the campaign does not have; what was typed stays to be mended."""
    text = EXAMPLE_FILE
    screen.notice(f"{screen.desk.tell_rejected() or FOR_A_STICK} Enter writes the file, Esc closes.")
    while (answer := await screen.ask(TextPrompt("File", text))) is not None:
        text = answer
        if text and await screen.saved(screen.desk.export(_file(text))):
            return


def _file(text: str) -> Path:
    return Path(text).expanduser().absolute()


async def whether_to_give_back(screen: CallScreen) -> None:
    """What becomes of voters taken along when the caller leaves; Escape stays."""
    screen.notice(f"{screen.view.on_hand} voters are still lent to you. Given back, others can call them today.")
    choice = await screen.ask(ChoicePrompt("Taken along", [("1", "give back"), ("2", "keep for later")]))
    if choice == "2" or (choice == "1" and await screen.saved(screen.desk.give_back())):
        screen.app.exit()


def _shown(choose: Callable[..., datetime], campaign: Campaign, voter: Voter, now: datetime) -> str:
    """` 7:00 pm`; nothing where that time is refused, which choosing it will say."""
    with suppress(Refused):
        return f" {clock(choose(campaign, voter.zones, now))}"
    return ""


def _chosen_time(screen: CallScreen, choice: str | None, campaign: Campaign, voter: Voter) -> datetime | None:
    choose = {"1": call_back.tonight, "2": call_back.tomorrow}.get(choice or "")
    if choose is None:
        return None
    try:
        return choose(campaign, voter.zones, screen.view.now)
    except Refused as refused:
        screen.refuse(refused)
        return None


async def _typed_time(screen: CallScreen, campaign: Campaign, voter: Voter) -> datetime | None:
    """Asks until the time is one at which the voter may be called; what was typed stays to be mended."""
    text = ""
    screen.notice(EXAMPLE_TIMES)
    while (answer := await screen.ask(TextPrompt("Call back at", text))) is not None:
        text = answer
        try:
            return call_back.typed(campaign, voter.zones, screen.view.now, text)
        except Refused as refused:
            screen.refuse(refused)
    return None
