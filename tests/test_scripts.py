"""The scripts that a fresh machine runs, with a Python that only writes down how it is called."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the scripts are for POSIX shells")

ROOT = Path(__file__).parent.parent

PYTHON = """#!/bin/sh
echo "python $*" >> "$CALLS"
case "$*" in
    *"version_info"*) exit "${TOO_OLD:-0}" ;;
    "-m venv"*) mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
    *"-m pip"*) exit "${PIP_FAILS:-0}" ;;
esac
"""


class FreshMachine:
    """A copy of the scripts in an empty folder, on a machine with one command of its own: `python3`."""

    def __init__(self, folder: Path) -> None:
        self.checkout = folder / "checkout"
        self.calls_file = folder / "calls"
        commands = folder / "bin"
        commands.mkdir()
        python = commands / "python3"
        python.write_text(PYTHON)
        python.chmod(0o755)
        for needed in ("sh", "dirname", "cat", "cksum", "mkdir", "cp"):
            (commands / needed).symlink_to(str(shutil.which(needed)))
        shutil.copytree(ROOT / "scripts", self.checkout / "scripts")
        shutil.copy(ROOT / "pyproject.toml", self.checkout)
        self.environment = {"PATH": str(commands), "CALLS": str(self.calls_file)}

    def run(self, script: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Runs the script from the folder above, as `checkout/scripts/demo`."""
        self.calls_file.write_text("")
        return subprocess.run(
            [f"{self.checkout.name}/scripts/{script}", *arguments],
            cwd=self.checkout.parent,
            env=self.environment | environment,
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def calls(self) -> list[str]:
        """How Python was called since, the looks at its version left out."""
        return [line for line in self.calls_file.read_text().splitlines() if "version_info" not in line]


@pytest.fixture
def machine(tmp_path: Path) -> FreshMachine:
    """A machine with Python and nothing else."""
    return FreshMachine(tmp_path)


def test_the_first_demo_installs_and_starts(machine: FreshMachine) -> None:
    done = machine.run("demo", "--data", "here")
    assert done.returncode == 0, done.stderr
    assert machine.calls == [
        "python -m venv --clear .venv",
        "python -m pip install --quiet --quiet --disable-pip-version-check"
        " --constraint scripts/constraints.txt --editable .[server,languages]",
        "python -m phonetui demo --data here",
    ]


def test_the_second_demo_only_starts(machine: FreshMachine) -> None:
    machine.run("demo")
    machine.run("demo", "--data", "here")
    assert machine.calls == ["python -m phonetui demo --data here"]


def test_a_new_dependency_is_installed_into_what_is_there(machine: FreshMachine) -> None:
    machine.run("demo")
    (machine.checkout / "scripts" / "constraints.txt").write_text("textual==99\n")
    machine.run("demo")
    assert len(machine.calls) == 2
    assert "-m pip install" in machine.calls[0]


def test_a_checkout_that_was_moved_is_installed_again(machine: FreshMachine) -> None:
    machine.run("demo")
    machine.checkout = machine.checkout.rename(machine.checkout.parent / "moved")
    machine.run("demo")
    assert "-m pip install" in machine.calls[0]


def test_all_the_tests_run_in_several_processes_and_say_what_they_skipped(machine: FreshMachine) -> None:
    machine.run("test")
    machine.run("test")
    assert machine.calls == ["python -m pytest -rfEs --numprocesses auto --dist worksteal"]


def test_a_few_tests_run_in_one_process(machine: FreshMachine) -> None:
    machine.run("test")
    machine.run("test", "-k", "two words")
    assert machine.calls == ["python -m pytest -rfEs -k two words"]


def test_a_failing_install_says_so_and_is_tried_again(machine: FreshMachine) -> None:
    done = machine.run("demo", PIP_FAILS="1")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "scripts/install: pip could not install what phonetui needs; mend what it says above, then run this again."
    )
    assert machine.run("demo").returncode == 0
    assert "-m pip install" in machine.calls[0]


def test_without_a_python_it_says_which_is_needed(machine: FreshMachine) -> None:
    done = machine.run("demo", TOO_OLD="1")
    assert done.returncode == 1
    assert done.stderr == (
        "scripts/install: Python 3.11 or newer is needed and none was found; install it, then run this again.\n"
    )


def test_what_is_required_is_pinned_by_name_and_version_alone() -> None:
    lines = (ROOT / "scripts" / "constraints.txt").read_text().splitlines()
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9._]+", line) for line in lines)
    pinned = {canonicalize_name(name): version for name, version in (line.split("==") for line in lines)}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = [needed for extra in project["optional-dependencies"].values() for needed in extra]
    others = [needed for needed in map(Requirement, project["dependencies"] + extras) if needed.name != project["name"]]
    for needed in others:
        assert needed.specifier.contains(pinned[canonicalize_name(needed.name)]), needed


def test_the_scripts_can_be_run() -> None:
    for script in ("scripts/install", "scripts/demo", "scripts/test", "scripts/check", "scripts/languages", ".ci/run"):
        assert os.access(ROOT / script, os.X_OK), script
