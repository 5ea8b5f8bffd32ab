"""Another system's interface, where its address or its answers are odd."""

from __future__ import annotations

import pytest

from phonetui.core.refusal import Refused
from phonetui.server.connectors.connector import SystemBusy, SystemDown
from phonetui.server.connectors.system_http import LONGEST_ASKED, SystemHttp
from tests.server.connectors.odd_system import odd_system


def words(_body: object) -> str:
    return ""


@pytest.mark.parametrize(
    "address",
    [
        "https://[",
        "https://example.org:port/v4",
        "example.org",
        "https://",
        "https://api..example.org/v4",
        "https://xn--/",
        "https://☃.net/v4",
        "https://example.org/\x01",
    ],
)
def test_what_is_no_address_is_refused_by_name(address: str) -> None:
    with pytest.raises(Refused) as refused:
        SystemHttp("VAN", address, words, lambda _seconds: None)
    assert str(refused.value) == (
        f"{address} is not the address of a server; one looks like https://api.example.org/v1."
    )


def test_a_rest_of_years_is_one_of_a_day() -> None:
    with odd_system(429, {"Retry-After": "9" * 400}) as url:
        http = SystemHttp("VAN", url, words, lambda _seconds: None)
        with pytest.raises(SystemBusy) as busy:
            http.tell("GET", "people")
        http.close()
    assert busy.value.retry_after == LONGEST_ASKED


def test_a_link_that_is_none_leads_nowhere() -> None:
    with odd_system(200, {}) as url:
        http = SystemHttp("VAN", url, words, lambda _seconds: None)
        with pytest.raises(SystemDown, match=r"^VAN pointed to another server, \[; nothing was asked there\.$"):
            http.tell("GET", "https://[")
        http.close()


def test_a_link_of_the_system_itself_that_cannot_be_asked_leads_nowhere() -> None:
    with odd_system(200, {}) as url:
        http = SystemHttp("VAN", url, words, lambda _seconds: None)
        with pytest.raises(SystemDown, match=r"^VAN gave a link that leads nowhere; tell its support\.$"):
            http.tell("GET", f"{url}/people?page=\x01")
        http.close()


def test_what_is_asked_once_more_waits_for_its_turn_too() -> None:
    turns: list[str] = []
    with odd_system(429, {"Retry-After": "300"}) as url:
        http = SystemHttp(
            "VAN",
            url,
            words,
            lambda seconds: turns.append(f"rests {seconds:g}"),
            take_turn=lambda: turns.append("asks"),
        )
        with pytest.raises(SystemBusy):
            http.read("people")
        http.close()
    assert turns == ["asks", "rests 300", "asks", "rests 300", "asks"]
