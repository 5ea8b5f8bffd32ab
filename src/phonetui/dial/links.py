"""Links by which a prepared message goes to the program that sends it: RFC 5724 for texts, RFC 6068 for mail."""

from __future__ import annotations

from urllib.parse import quote


def text_message_link(number: str, text: str) -> str:
    """`sms:+18125550166?body=…`; the number is in E.164. RFC 5724, section 2.2."""
    return f"sms:{number}?body={_encoded(text)}"


def mail_link(address: str, subject: str, text: str) -> str:
    """`mailto:ann@example.org?subject=…&body=…`; lines of the text end as those of a mail do. RFC 6068, section 2."""
    fields = {"subject": subject, "body": "\r\n".join(text.splitlines())}
    query = "&".join(f"{name}={_encoded(each)}" for name, each in fields.items() if each)
    return f"mailto:{quote(address, safe='@+')}?{query}"


def _encoded(text: str) -> str:
    """Everything but letters, digits and `-._~`, as UTF-8; a plus sign that is not encoded is no blank here."""
    return quote(text, safe="")
