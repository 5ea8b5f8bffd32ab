"""A Litestar application with one empty route, served as the campaign server is."""

from __future__ import annotations

import sys

import uvicorn
from litestar import Litestar, post

from phonetui.server.run import KEEP_ALIVE


@post("/", status_code=204)
async def nothing() -> None:
    """Answers with nothing."""


def main(port: int) -> None:
    """Serves it on loopback until it is ended."""
    app = Litestar([nothing], openapi_config=None, logging_config=None)
    uvicorn.run(
        app, port=port, ws="none", log_config=None, access_log=False, server_header=False, timeout_keep_alive=KEEP_ALIVE
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
