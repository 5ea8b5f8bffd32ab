"""What a connection file to CallHub may say."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from phonetui.core.marked_yaml import Entry
from phonetui.server.connectors.callhub_api import MOST_A_SECOND, USUAL_A_SECOND
from phonetui.server.connectors.last_call import LastCall, read_last_call

ADDRESS, OTHER_ADDRESS = "https://api.callhub.io", "https://api-na1.callhub.io"

KEYS = {
    "url": OTHER_ADDRESS,
    "phonebook": "Weekend turnout",
    "do_not_call_lists": "[Default DNC List]",
    "do_not_call_list": "Default DNC List",
    "fields": "{result: Phone result}",
    "questions": "{plan: Voting plan}",
    "requests_a_second": "15",
}

TEMPLATE = """\
# `phonetui help callhub` explains each of these.

# CallHub keeps accounts on two hosts. Leave this out if yours is on api.callhub.io.
# url: https://api-na1.callhub.io

# Whom to call.
phonebook: Weekend turnout

# Numbers on these do-not-call lists are not called; without this line, on any list of the account.
# do_not_call_lists: [Default DNC List]
# The list that numbers go to whose people asked not to be called; needed if the account has several.
# do_not_call_list: Default DNC List

# What to tell, each in a contact field that you have made in CallHub: a custom field of the type Text.
fields:
  result: Phone result
  called: Phone called
  note: Phone note
#   caller: Phone caller
# questions:
#   plan: Voting plan
"""


class Settings(Struct, frozen=True, kw_only=True):
    """The file's own keys. `barred` names do-not-call lists, none of them for all; `barring` is where numbers go."""

    address: str = ADDRESS
    phonebook: str = ""
    barred: tuple[str, ...] = ()
    barring: str = ""
    fields: LastCall = LastCall()
    a_second: int = USUAL_A_SECOND


def read_settings(found: Mapping[str, Entry]) -> Settings:
    """The settings; each mistake is written down at its entry."""
    return Settings(
        address=found["url"].text("an address") if "url" in found else ADDRESS,
        phonebook=found["phonebook"].text("a phonebook") if "phonebook" in found else "",
        barred=_names(found),
        barring=found["do_not_call_list"].text("a list") if "do_not_call_list" in found else "",
        fields=read_last_call(found),
        a_second=_pace(found),
    )


def _names(found: Mapping[str, Entry]) -> tuple[str, ...]:
    if "do_not_call_lists" not in found:
        return ()
    entry = found["do_not_call_lists"]
    entries = entry.items("Default DNC List") if entry.is_list else [entry]
    return tuple(filter(None, (one.text("the name of a list") for one in entries)))


def _pace(found: Mapping[str, Entry]) -> int:
    if "requests_a_second" not in found:
        return USUAL_A_SECOND
    a_second = found["requests_a_second"].whole_number()
    if a_second > MOST_A_SECOND:
        found["requests_a_second"].refuse(f"CallHub takes no more than {MOST_A_SECOND} requests a second")
    return min(a_second, MOST_A_SECOND)
