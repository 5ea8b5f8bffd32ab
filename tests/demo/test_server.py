"""The demo's server, from its start to its end."""

from __future__ import annotations

import logging
from contextlib import ExitStack
from pathlib import Path

import httpx

from phonetui.demo import server
from phonetui.server.log import LEVELS


def test_it_logs_to_its_folder_as_long_as_it_serves(tmp_path: Path) -> None:
    with ExitStack() as ending:
        url = server.start(tmp_path, "", ending)
        assert httpx.get(f"{url}/healthz").status_code == 200
    assert "/healthz" in (tmp_path / server.LOG).read_text("utf-8")
    for name in LEVELS:
        assert [type(handler) for handler in logging.getLogger(name).handlers] == [logging.NullHandler]
