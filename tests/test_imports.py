"""What a module loads, seen from a fresh interpreter."""

from __future__ import annotations

import pkgutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import phonetui

OURS = ("tui", "plain", "supervise", "screen", "commands", "cli")
FRONT_ENDS = ("textual", "rich", *(f"phonetui.{name}" for name in OURS))
POSIX_ONLY = ("crypt", "fcntl", "grp", "posix", "pty", "pwd", "readline", "resource", "syslog", "termios", "tty")

#: Python's own modules may need them here; ours may not ask for them while they are imported.
BLOCK = f"""
import builtins
import_any = builtins.__import__

def import_elsewhere(name, globals=None, *rest):
    if name in {POSIX_ONLY} and (globals or {{}}).get("__name__", "").startswith("phonetui"):
        raise ModuleNotFoundError(name)
    return import_any(name, globals, *rest)

builtins.__import__ = import_elsewhere
"""


def modules(package: str) -> list[str]:
    """The package and every module in it, by name."""
    folder = Path(phonetui.__path__[0]).joinpath(*package.split(".")[1:])
    inside = pkgutil.walk_packages([str(folder)], f"{package}.")
    return [package, *(module.name for module in inside if "migrations" not in module.name)]


def loaded_by(names: list[str], before: str = "") -> set[str]:
    """Every module that a fresh interpreter has after importing `names`."""
    script = f"{before}\nimport sys\n" + "".join(f"import {name}\n" for name in names) + "print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def within(loaded: set[str], packages: tuple[str, ...]) -> set[str]:
    return {
        name for name in loaded if name.startswith(tuple(f"{package}." for package in packages)) or name in packages
    }


@pytest.mark.parametrize("package", ["phonetui.core", "phonetui.client", "phonetui.server"])
def test_below_the_front_ends_none_is_loaded(package: str) -> None:
    assert within(loaded_by(modules(package)), FRONT_ENDS) == set()


def test_the_wire_loads_no_front_end() -> None:
    assert within(loaded_by(["phonetui.wire"]), FRONT_ENDS) == set()


def test_the_callers_side_loads_where_there_is_no_posix() -> None:
    names = [
        *modules("phonetui.core"),
        *modules("phonetui.client"),
        *modules("phonetui.tui"),
        *modules("phonetui.plain"),
        *modules("phonetui.supervise"),
        "phonetui.cli",
    ]
    assert "phonetui.cli" in loaded_by(names, BLOCK)


def test_the_command_line_loads_neither_server_nor_network() -> None:
    heavy = ("phonetui.server", "phonetui.client", "phonetui.tui", "httpx", "textual", "rich", "sqlalchemy", "litestar")
    assert within(loaded_by(["phonetui.cli"]), heavy) == set()


def test_every_command_leads_to_a_function() -> None:
    from tests.test_cli import every_command

    for run in every_command():
        module, function = run.split(":")
        assert callable(getattr(import_module(f"phonetui.commands.{module}"), function))


def test_every_shape_is_known_before_two_threads_can_be_the_first_to_read_it() -> None:
    """msgspec crashes there; what a module makes while it is loaded, it makes once."""
    on_the_spot = [
        f"{module.name}:{number}"
        for module in Path(phonetui.__path__[0]).rglob("*.py")
        for number, line in enumerate(module.read_text("utf-8").splitlines(), 1)
        if "json.decode(" in line or "msgspec.convert(" in line
    ]

    assert on_the_spot == []
