"""Everything a caller can do at the desk, in one registry.

Footer, help, command palette, key table and remapping are made from it; a campaign file may claim none of its keys.
A key is named as in `keys.py`.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from phonetui.core.translation import later, tr

Where = Literal["voter", "desk"]


class CallerAction(Struct, frozen=True):
    """One row: `where` says whether it needs a voter on the screen; `footer` whether it is always in view.

    An `offered` one is there only where the desk offers it. `name` and `sentence` are in English.
    """

    id: str
    name: str
    sentence: str
    keys: tuple[str, ...]
    where: Where = "voter"
    footer: bool = False
    offered: bool = False

    @property
    def label(self) -> str:
        """What it is called."""
        return tr(self.name)

    @property
    def help(self) -> str:
        """What it does, in a sentence."""
        return tr(self.sentence)


ACTIONS: tuple[CallerAction, ...] = (
    CallerAction("answer", later("Answer"), later("Choose the answer of that number and go on."), tuple("123456789")),
    CallerAction("forward", later("Go on"), later("Scroll the script, then go on to the next step."), ("space",)),
    CallerAction("back", later("Go back"), later("Go back to the step before."), ("backspace",)),
    CallerAction(
        "type", later("Type"), later("Type the answer, or save the result that the script names."), ("enter", "0")
    ),
    CallerAction(
        "script_language", later("Language"), later("Read this voter the script in the next of its languages."), ("v",)
    ),
    CallerAction(
        "skip", later("Skip"), later("Give this voter back uncalled; somebody will call later."), ("s",), footer=True
    ),
    CallerAction("note", later("Note"), later("Write a note that goes with the result."), ("i",), footer=True),
    CallerAction("copy", later("Copy"), later("Copy the number, to paste it into a phone."), ("y",), footer=True),
    CallerAction(
        "large",
        later("Large"),
        later("Show the number in large digits; again: the script."),
        (":",),
        offered=True,
    ),
    CallerAction(
        "dial", later("Dial"), later("Dial the number; after a call dial it once more."), ('"',), offered=True
    ),
    CallerAction("hang_up", later("Hang up"), later("End the call, or stop ringing."), ("-",), offered=True),
    CallerAction("mute", later("Mute"), later("Let nobody hear you; again: be heard."), (",",), offered=True),
    CallerAction(
        "keypad", later("Keypad"), later("Press keys of the phone, where a menu asks for them."), ("#",), offered=True
    ),
    CallerAction(
        "pace",
        later("Pause"),
        later("Have nobody dialed by a countdown; again: go on."),
        (";",),
        where="desk",
        offered=True,
    ),
    CallerAction("correct", later("Correct"), later("Write down a wrong name, a new number or a move."), ("e",)),
    CallerAction("remark", later("Script"), later("Tell the campaign something about the script."), ("g",)),
    CallerAction(
        "details", later("Voter"), later("Show all that is known about the voter; again: the script."), ("tab",)
    ),
    CallerAction(
        "answers", later("Answers"), later("Look up what to answer to a voter's question."), ("/",), footer=True
    ),
    CallerAction("undo", later("Undo"), later("Take the last result back."), ("u",), where="desk"),
    CallerAction(
        "refresh",
        later("Try now"),
        later("Ask the campaign server for voters and send what is unsent."),
        ("f5", "."),
        where="desk",
    ),
    CallerAction("help", later("Help"), later("Show every key."), ("?",), where="desk", footer=True),
    CallerAction("quit", later("Quit"), later("Leave; everything is saved."), ("q",), where="desk"),
    CallerAction("blank", later("Blank"), later("Blank the screen; any key brings it back."), ("z",), where="desk"),
    CallerAction(
        "campaigns",
        later("Campaigns"),
        later("Call for another campaign, or with another account."),
        ("j",),
        where="desk",
    ),
    CallerAction(
        "along",
        later("Along"),
        later("Take more voters along, to call them without a network."),
        ("f6", "+"),
        where="desk",
    ),
    CallerAction(
        "export",
        later("Export"),
        later("Write what is unsent to a file, to carry it there."),
        ("f8", ">"),
        where="desk",
    ),
    CallerAction(
        "ask", later("Ask"), later("Ask the supervisor; the answer comes while you call on."), ("a",), where="desk"
    ),
    CallerAction(
        "follow_up",
        later("Send"),
        later("Send the voter a prepared message, in the talk or right after it."),
        ("f",),
        where="desk",
    ),
    CallerAction(
        "notices",
        later("Notices"),
        later("I have seen this notice; again: what the campaign told today."),
        ("*",),
        where="desk",
    ),
    CallerAction(
        "review",
        later("Review"),
        later("Look over the calls of today, and correct one without dialing."),
        ("o",),
        where="desk",
    ),
    CallerAction(
        "numbers",
        later("Numbers"),
        later("Show what the shift has come to, the goal, and what to expect."),
        ("=",),
        where="desk",
    ),
    CallerAction(
        "break", later("Break"), later("Take a break; your voters stay yours, any key goes on."), ("p",), where="desk"
    ),
    CallerAction(
        "practice",
        later("Practice"),
        later("Practise with invented voters; nothing of it is counted or sent."),
        ("%",),
        where="desk",
    ),
    CallerAction(
        "plug",
        later("Plug"),
        later("Pull the network's plug, or put it back."),
        ("f9",),
        where="desk",
        footer=True,
        offered=True,
    ),
)

BY_ID = {action.id: action for action in ACTIONS}

#: Keys that a campaign's results cannot have, with the action that has them.
RESERVED: dict[str, str] = {key: action.name for action in ACTIONS for key in action.keys} | {
    "escape": "Close",
}
