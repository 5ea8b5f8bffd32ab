"""Everything a caller can do at the desk, in one registry.

Footer, help, command palette, key table and remapping are made from it; a campaign file may claim none of its keys.
A key is named as in `keys.py`.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Where = Literal["voter", "desk"]


class CallerAction(Struct, frozen=True):
    """One row: `where` says whether it needs a voter on the screen; `footer` whether it is always in view.

    An `offered` one is there only where the desk offers it.
    """

    id: str
    label: str
    help: str
    keys: tuple[str, ...]
    where: Where = "voter"
    footer: bool = False
    offered: bool = False


ACTIONS: tuple[CallerAction, ...] = (
    CallerAction("answer", "Answer", "Choose the answer of that number and go on.", tuple("123456789")),
    CallerAction("forward", "Go on", "Scroll the script, then go on to the next step.", ("space",)),
    CallerAction("back", "Go back", "Go back to the step before.", ("backspace",)),
    CallerAction("type", "Type", "Type the answer, or save the result that the script names.", ("enter", "0")),
    CallerAction("script_language", "Language", "Read this voter the script in the next of its languages.", ("v",)),
    CallerAction("skip", "Skip", "Give this voter back uncalled; somebody will call later.", ("s",), footer=True),
    CallerAction("note", "Note", "Write a note that goes with the result.", ("i",), footer=True),
    CallerAction("copy", "Copy", "Copy the number, to paste it into a phone.", ("y",), footer=True),
    CallerAction("correct", "Correct", "Write down a wrong name, a new number or a move.", ("e",)),
    CallerAction("remark", "Script", "Tell the campaign something about the script.", ("g",)),
    CallerAction("details", "Voter", "Show all that is known about the voter; again: the script.", ("tab",)),
    CallerAction("answers", "Answers", "Look up what to answer to a voter's question.", ("/",), footer=True),
    CallerAction("undo", "Undo", "Take the last result back.", ("u",), where="desk"),
    CallerAction(
        "refresh", "Try now", "Ask the campaign server for voters and send what is unsent.", ("f5", "."), where="desk"
    ),
    CallerAction("help", "Help", "Show every key.", ("?",), where="desk", footer=True),
    CallerAction("quit", "Quit", "Leave; everything is saved.", ("q",), where="desk"),
    CallerAction("blank", "Blank", "Blank the screen; any key brings it back.", ("z",), where="desk"),
    CallerAction(
        "along", "Along", "Take more voters along, to call them without a network.", ("f6", "+"), where="desk"
    ),
    CallerAction("export", "Export", "Write what is unsent to a file, to carry it there.", ("f8", ">"), where="desk"),
    CallerAction(
        "plug", "Plug", "Pull the network's plug, or put it back.", ("f9",), where="desk", footer=True, offered=True
    ),
)

BY_ID = {action.id: action for action in ACTIONS}

#: Keys that a campaign's results cannot have, with the action that has them.
RESERVED: dict[str, str] = {key: action.label for action in ACTIONS for key in action.keys} | {
    "escape": "Close",
}
