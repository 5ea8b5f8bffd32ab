"""The systems that a campaign can be connected to. Each module has a `SYSTEM`; only the one in use is imported."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module

from msgspec import Struct

from phonetui.core.marked_yaml import Entry
from phonetui.core.refusal import Refused
from phonetui.server.connectors.connector import Connector, Setup

#: The module of each system, by the name that a connection's file gives it.
MODULES = {
    "van": "van",
    "action-network": "action_network",
    "callhub": "callhub",
    "thrutalk": "thrutalk",
    "hubdialer": "hub_dialer",
    "files": "files",
    "webhooks": "webhooks",
    "slack": "slack",
}


class System(Struct, frozen=True, kw_only=True):
    """What a module of this folder offers.

    `keys` are those of its connection file, each with an example, `required` those that must be there, and `read` reads
    them into settings, whose mistakes it writes down at the entry. `template` is a commented file to begin with.
    `secrets` says for each secret's name what it is, in words that follow "Give". With another value of a setting in
    `ids_by` people have other ids. `kept_open`: a running server keeps a line to it, and nothing is pulled or pushed.
    """

    title: str
    keys: Mapping[str, str]
    template: str
    read: Callable[[Mapping[str, Entry]], Struct]
    connect: Callable[[Setup], Connector]
    secrets: Mapping[str, str] = {}
    required: tuple[str, ...] = ()
    ids_by: tuple[str, ...] = ()
    kept_open: bool = False


def system(name: str) -> System:
    """The system of that name; raises `Refused` where there is none."""
    if name not in MODULES:
        raise Refused(f"There is no system {name}; there are {', '.join(MODULES)}.")
    found: System = import_module(f"phonetui.server.connectors.{MODULES[name]}").SYSTEM
    return found
