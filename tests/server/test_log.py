from __future__ import annotations

import json
import logging

import pytest
from sqlalchemy.exc import IntegrityError

from phonetui.server.engine import sync_engine
from phonetui.server.log import JsonLines, log_failure, logger
from phonetui.server.tables import places

DANA = {"campaign_id": "turnout", "precinct": "Dana De La Cruz", "body": b""}


def test_a_line_is_one_json_object(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger.name)
    route = '/v1/exchange\n{"event": "failure"}\u2028\x1b[2J\x9b2J\u202e'
    logger.info("request", extra={"fields": {"route": route, "status": 200}})
    line = JsonLines().format(caplog.records[0])
    assert line.isascii()
    assert line.isprintable()
    said = json.loads(line)
    assert said.pop("at").endswith("+00:00")
    assert said == {"level": "info", "event": "request", "route": route, "status": 200}


def test_a_warning_of_uvicorns_is_a_line_too(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("uvicorn.error").warning("Invalid HTTP request received.")
    assert json.loads(JsonLines().format(caplog.records[0]))["event"] == "Invalid HTTP request received."


def test_a_failing_database_is_named_by_its_code_and_not_by_what_it_quotes(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(IntegrityError) as failed, sync_engine(url).begin() as connection:
        connection.execute(places.insert(), [DANA, DANA])
    log_failure(failed.value)
    line = JsonLines().format(caplog.records[0])
    assert json.loads(line)["code"] in ("SQLITE_CONSTRAINT_PRIMARYKEY", "23505")
    assert "executemany (" in json.loads(line)["where"][-1]
    assert "Dana" not in line
