"""A campaign server with one campaign."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.shell import Shell


@pytest.fixture
def server(shell: Shell, tmp_path: Path) -> Path:
    """The folder of a campaign server with one campaign, `weekend-turnout`."""
    folder = tmp_path / "server"
    shell.facts("server", "init", "--data", folder)
    shell.facts("server", "campaign", "new", "weekend.yaml", "--data", folder)
    shell.facts("server", "campaign", "add", "weekend.yaml", "--data", folder)
    return folder
