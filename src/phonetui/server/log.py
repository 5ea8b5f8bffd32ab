"""The server's log: one JSON object a line, for each request and each failure, without personal data.

A line names a route by its template, never by the path that was asked for, and a failure by its kind, the database's
code for it and the places in the code that it passed, never by its message, which may quote a voter's name.
"""

from __future__ import annotations

import json
import logging
import time
import traceback
from datetime import UTC, datetime
from typing import TextIO

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

logger = logging.getLogger("phonetui.server")
#: Places that a failure's line names, the last ones.
DEEPEST = 12
_RESTORE = "stop the server and put a backup in its place with `phonetui server restore FILE`"
LEVELS = {"phonetui.server": logging.INFO, "uvicorn": logging.WARNING}

for name in LEVELS:  # a server on a thread of another program, which has the screen, writes nothing
    logging.getLogger(name).addHandler(logging.NullHandler())


class JsonLines(logging.Formatter):
    """Writes a record's `fields` as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """`at` and `level`, `event`, and the fields that were logged with it."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"at": at, "level": record.levelname.lower(), "event": record.getMessage()}
        return json.dumps(line | getattr(record, "fields", {}))


def start_logging(to: TextIO | None = None) -> None:
    """Sends the server's lines, and uvicorn's warnings, to an open file, else to stderr."""
    handler = logging.StreamHandler(to)
    handler.setFormatter(JsonLines())
    for name, level in LEVELS.items():
        named = logging.getLogger(name)
        named.handlers, named.propagate = [handler], False
        named.setLevel(level)


def stop_logging() -> None:
    """Writes nothing any more, as before `start_logging`."""
    for name in LEVELS:
        named = logging.getLogger(name)
        named.handlers, named.propagate = [logging.NullHandler()], True
        named.setLevel(logging.NOTSET)


def log_failure(error: Exception) -> None:
    """One line for an error that no request should meet, such as a full disk."""
    frames = [f"{frame.name} ({frame.filename}:{frame.lineno})" for frame in traceback.extract_tb(error.__traceback__)]
    cause = getattr(error, "orig", error)
    code = getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None)
    fields = {"error": type(error).__qualname__, "code": code, "where": frames[-DEEPEST:]}
    logger.error("failure", extra={"fields": fields})


def log_damage(error: Exception) -> None:
    """One line for a request that met a damaged database, with what to do about it."""
    fields = {"code": getattr(getattr(error, "orig", error), "sqlite_errorname", None), "do": _RESTORE}
    logger.error("the database is damaged", extra={"fields": fields})


def log_run(connection: str, **fields: int | str) -> None:
    """One line for a run of a connection that the server began by itself."""
    logger.info("connection", extra={"fields": {"name": connection, **fields}})


class RequestLog:
    """Wraps an application; logs each request's method, route, status and duration in milliseconds."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request, or the application's life span, which is not logged."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def send_noting_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_noting_status)
        finally:
            fields = {
                "method": scope.get("method"),
                "route": scope.get("path_template"),
                "status": status,
                "ms": round((time.perf_counter() - began) * 1000, 1),
            }
            logger.info("request", extra={"fields": fields})
