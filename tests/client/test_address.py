"""Addresses and join links, as people type and paste them."""

from __future__ import annotations

import pytest

from phonetui.client.address import JoinLink, is_loopback, join_link, server_url
from phonetui.core.refusal import Refused


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("https://calls.example.org", "https://calls.example.org"),
        ("calls.example.org", "https://calls.example.org"),
        ("  calls.example.org:8443/ ", "https://calls.example.org:8443"),
        ("https://example.org/phonetui/", "https://example.org/phonetui"),
        ("http://127.0.0.1:8321", "http://127.0.0.1:8321"),
        ("localhost:8321", "http://localhost:8321"),
        ("http://[::1]:8321/", "http://[::1]:8321"),
    ],
)
def test_an_address_is_understood_as_it_is_typed(typed: str, url: str) -> None:
    assert server_url(typed) == url


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "https://",
        "dana@example.org",
        "https://dana:secret@example.org",
        "ftp://calls.example.org",
        "file:///etc/passwd",
        "https://calls.example.org:port",
        "https://calls.example.org?x=1",
        "calls example org",
        "https://calls.example.org/\x1b[2J",
        "https://[::1",
        "https://" + "x" * 600,
    ],
)
def test_what_is_no_address_is_said(typed: str) -> None:
    shown = "".join(filter(str.isprintable, typed))[:80]
    with pytest.raises(Refused) as refused:
        server_url(typed)
    assert str(refused.value) == (
        f"“{shown}” is not the address of a campaign server; one looks like https://calls.example.org."
    )


def test_passwords_are_never_sent_without_encryption() -> None:
    with pytest.raises(Refused) as refused:
        server_url("http://calls.example.org")
    assert str(refused.value) == (
        "calls.example.org would be reached without encryption, in reach of anyone on the way; "
        "use https://calls.example.org."
    )


@pytest.mark.parametrize(
    ("pasted", "url"),
    [
        ("https://calls.example.org/join/#s3cret", "https://calls.example.org"),
        (" https://calls.example.org/join#s3cret\n", "https://calls.example.org"),
        ("https://example.org/phonetui/join/fall#s3cret", "https://example.org/phonetui"),
        ("http://127.0.0.1:8321/join/#s3cret", "http://127.0.0.1:8321"),
    ],
)
def test_a_join_link_is_a_server_and_a_secret(pasted: str, url: str) -> None:
    assert join_link(pasted) == JoinLink(url, "s3cret")


@pytest.mark.parametrize(
    "pasted", ["", "https://calls.example.org/join/", "https://calls.example.org/#s3cret", "https://x/join/#a\x1bb"]
)
def test_half_a_join_link_is_said(pasted: str) -> None:
    with pytest.raises(Refused) as refused:
        join_link(pasted)
    assert str(refused.value) == (
        "This is not a join link; paste the whole of it, with the part after the #: "
        "it looks like https://calls.example.org/join/#…"
    )


def test_a_join_link_without_encryption_is_not_followed() -> None:
    with pytest.raises(Refused, match=r"^calls\.example\.org would be reached without encryption, in reach of anyone"):
        join_link("http://calls.example.org/join/#s3cret")


def test_only_this_machine_is_loopback() -> None:
    assert is_loopback("http://127.8.0.1:1")
    assert is_loopback("http://localhost")
    assert not is_loopback("https://localhost.example.org")
    assert not is_loopback("https://10.0.0.1")
