"""What a connection file to Action Network may say."""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct

from phonetui.core.marked_yaml import Entry
from phonetui.server.connectors.action_network_api import MOST_A_SECOND
from phonetui.server.connectors.action_network_people import Selection
from phonetui.server.connectors.last_call import LastCall, read_last_call

ADDRESS = "https://actionnetwork.org/api/v2"
#: How Action Network writes ids.
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

KEYS = {
    "list": "Likely volunteers",
    "tag": "Phone bank",
    "filter": "\"postal_code eq '47708'\"",
    "landlines": "[Home_Phone]",
    "opt_outs": "[Do_Not_Phone]",
    "call_unsubscribed": "true",
    "make_tags": "true",
    "fields": "{result: Phone result}",
    "questions": "{plan: Voting plan}",
    "survey": "3f2a1c9e-5b7d-4c21-9a60-8f1e2d3c4b5a",
    "requests_a_second": "4",
    "url": ADDRESS,
}

TEMPLATE = """\
# `phonetui help action-network` explains each of these.

# Whom to call: the people of a list (a report), or of a tag, or those whom a filter finds. Name one of the three.
list: Likely volunteers
# tag: Phone bank
# filter: "postal_code eq '47708'"

# Action Network's own number is the mobile one. Landlines, if you have them, are in a custom field.
# landlines: [Home_Phone]

# People who said yes in one of these custom fields are not called by any campaign of this server, now or later.
# opt_outs: [Do_Not_Phone]

# Those whose number is unsubscribed are left out of this list. That is about text messages, and new numbers begin
# that way: write true here if yours did, and your people did not ask to be left alone.
# call_unsubscribed: true

# Each result becomes a tag. With make_tags, tags that are not there yet are made by the first result that needs them.
make_tags: true

# What else to tell, each in a custom field that you have made in Action Network.
# fields:
#   result: Phone result
#   called: Phone called
#   caller: Phone caller
#   note: Phone note
# questions:
#   plan: Voting plan

# A survey of yours that everyone who answered is recorded for, by its id.
# survey: 3f2a1c9e-5b7d-4c21-9a60-8f1e2d3c4b5a
"""


class Settings(Struct, frozen=True, kw_only=True):
    """The file's own keys. `listed` may still name a list or a tag by its name; None where there is nobody to pull.

    `texting`: who is unsubscribed from text messages is left out.
    """

    listed: Selection | None = None
    landlines: tuple[str, ...] = ()
    opt_outs: tuple[str, ...] = ()
    texting: bool = True
    make_tags: bool = False
    fields: LastCall = LastCall()
    survey: str = ""
    a_second: int = MOST_A_SECOND
    address: str = ADDRESS


def read_settings(found: Mapping[str, Entry]) -> Settings:
    """The settings; each mistake is written down at its entry."""
    return Settings(
        listed=_listed(found),
        landlines=_names(found, "landlines"),
        opt_outs=_names(found, "opt_outs"),
        texting=not ("call_unsubscribed" in found and found["call_unsubscribed"].yes_no()),
        make_tags="make_tags" in found and found["make_tags"].yes_no(),
        fields=read_last_call(found),
        survey=_survey(found),
        a_second=_pace(found),
        address=found["url"].text("an address") if "url" in found else ADDRESS,
    )


def _listed(found: Mapping[str, Entry]) -> Selection | None:
    named = [by for by in ("list", "tag", "filter") if by in found]
    for by in named[1:]:
        found[by].refuse(f"there is a `{named[0]}` already; name a list, a tag or a filter, and only one of them")
    match named:
        case ["list", *_]:
            return Selection("list", found["list"].text("a list"))
        case ["tag", *_]:
            return Selection("tag", found["tag"].text("a tag"))
        case ["filter", *_]:
            return Selection("filter", found["filter"].text("a filter"))
    return None


def _names(found: Mapping[str, Entry], key: str) -> tuple[str, ...]:
    if key not in found:
        return ()
    entries = found[key].items("Home_Phone") if found[key].is_list else [found[key]]
    return tuple(filter(None, (entry.text("the name of a custom field") for entry in entries)))


def _survey(found: Mapping[str, Entry]) -> str:
    written = found["survey"].text("the id of a survey") if "survey" in found else ""
    if written and not ID.fullmatch(written):
        found["survey"].expect("the id of a survey")
        return ""
    return written.lower()


def _pace(found: Mapping[str, Entry]) -> int:
    if "requests_a_second" not in found:
        return MOST_A_SECOND
    a_second = found["requests_a_second"].whole_number()
    if a_second > MOST_A_SECOND:
        found["requests_a_second"].refuse(f"Action Network takes no more than {MOST_A_SECOND} requests a second")
    return min(a_second, MOST_A_SECOND)
