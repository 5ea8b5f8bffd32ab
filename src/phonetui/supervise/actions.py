"""Everything that a supervisor can do, and its key: menus, the foot and help are made from these rows."""

from __future__ import annotations

from typing import Literal, NamedTuple

from phonetui.core.translation import later

#: Where an action stands in view. Its key works on all three pages.
PageName = Literal["now", "do", "privacy"]


class SupervisorsAction(NamedTuple):
    """`label` is for menus and the foot, `help` one sentence for help and the menus; `foot` says it is always shown."""

    id: str
    key: str
    page: PageName
    label: str
    help: str
    foot: bool = False


PAGES: dict[PageName, tuple[str, str]] = {
    "now": ("1", later("Now")),
    "do": ("2", later("Do")),
    "privacy": ("3", later("Privacy")),
}

ACTIONS = (
    SupervisorsAction(
        "look", "w", "now", later("needs a look"), later("Read all that needs a look, in whole sentences.")
    ),
    SupervisorsAction("chart", "v", "now", later("chart"), later("Outcomes, the evening, the list: the next chart.")),
    SupervisorsAction("refresh", "r", "now", later("try now"), later("Ask the server now, without waiting.")),
    SupervisorsAction(
        "answer",
        "a",
        "do",
        later("answer"),
        later("Answer what callers ask; it is on their screen at once."),
        True,
    ),
    SupervisorsAction(
        "notice", "n", "do", later("notice"), later("Tell everybody who calls something, in a line."), True
    ),
    SupervisorsAction(
        "pause", "p", "do", later("pause or reopen"), later("Give out no voters for a while; the same key reopens.")
    ),
    SupervisorsAction("close", "c", "do", later("close"), later("Close the campaign: nobody is called any more.")),
    SupervisorsAction(
        "script", "s", "do", later("script"), later("Use a changed campaign file: checked and compared first.")
    ),
    SupervisorsAction(
        "source", "g", "do", later("get the file"), later("Write the campaign's file, as it is in use, here.")
    ),
    SupervisorsAction("lists", "l", "do", later("lists"), later("Which list comes first, rests, and who may call it.")),
    SupervisorsAction("people", "m", "do", later("people"), later("Who may call: roles, languages, sign out, remove.")),
    SupervisorsAction("invite", "i", "do", later("invite"), later("A link by which others join.")),
    SupervisorsAction(
        "told", "t", "do", later("told"), later("Corrections and words on the script that callers sent.")
    ),
    SupervisorsAction(
        "report", "e", "do", later("report"), later("What came of a day's calls: to read, or for a file.")
    ),
    SupervisorsAction(
        "find",
        "f",
        "privacy",
        later("find a voter"),
        later("All that is held of a voter: to read, export, erase."),
    ),
    SupervisorsAction(
        "numbers", "d", "privacy", later("do not call"), later("Numbers that nobody calls; add some, or a file.")
    ),
    SupervisorsAction("keep", "k", "privacy", later("keep until"), later("The last day on which the voters are kept.")),
    SupervisorsAction("audit", "u", "privacy", later("audit log"), later("What supervisors did, the newest first.")),
    SupervisorsAction("help", "?", "now", later("help"), later("Every key."), True),
    SupervisorsAction("quit", "q", "now", later("leave"), later("Leave; the evening goes on without you."), True),
)
