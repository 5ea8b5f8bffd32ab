"""A prepared message reaches the program that sends it letter by letter."""

from __future__ import annotations

from urllib.parse import parse_qsl, unquote, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from phonetui.dial.links import mail_link, text_message_link

WORDS = st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), min_size=1, max_size=80)


def test_a_text_message_is_an_sms_link() -> None:
    link = text_message_link("+18125550166", "Vote at Mill School, 6 am – 6 pm & bring ID + pen. ¿Preguntas?")
    assert link == (
        "sms:+18125550166?body=Vote%20at%20Mill%20School%2C%206%20am%20%E2%80%93%206%20pm%20%26%20bring%20ID%20%2B%20"
        "pen.%20%C2%BFPreguntas%3F"
    )


def test_a_mail_has_its_subject_and_lines_that_end_as_those_of_a_mail_do() -> None:
    link = mail_link("ann+vote@example.org", "Your polling place", "Mill School\n200 Mill Ct")
    assert link == (
        "mailto:ann+vote@example.org?subject=Your%20polling%20place&body=Mill%20School%0D%0A200%20Mill%20Ct"
    )


def test_a_mail_without_a_subject_has_none() -> None:
    assert mail_link("ann@example.org", "", "Hello") == "mailto:ann@example.org?body=Hello"


def test_an_address_brings_no_field_and_no_other_address() -> None:
    link = mail_link("a@b.org?bcc=eve@x.org&body=,c@d.org", "Hi", "Hello")
    assert [name for name, _ in parse_qsl(urlsplit(link).query)] == ["subject", "body"]
    assert "," not in link


@given(words=WORDS)
def test_any_words_come_back_as_they_were(words: str) -> None:
    link = text_message_link("+18125550166", words)
    assert link.isascii()
    assert unquote(link.removeprefix("sms:+18125550166?body=")) == words
    query = urlsplit(mail_link("ann@example.org", words, words)).query
    assert dict(parse_qsl(query.replace("+", "%2B"), keep_blank_values=True))["subject"] == words
