"""Every promise, by the name of its module."""

from __future__ import annotations

from importlib import import_module

from tests.torture.promise import Promise

MODULES: tuple[str, ...] = (
    "kills",
    "power_cuts",
    "bad_disks",
    "damage",
    "two_windows",
    "any_world",
    "end_to_end",
    "offline_shift",
    "bad_line",
    "forgetful_server",
    "canaries",
    "hostile_text",
)


def promise(module: str) -> Promise:
    """The promise that a module proves."""
    found: Promise = import_module(f"tests.torture.{module}").PROMISE
    return found
