"""What stands around a QR code, and in its place where none can be drawn."""

from __future__ import annotations

from phonetui.core.follow_up import Message
from phonetui.core.translation import tr
from phonetui.screen.line import BLANK, Line, Span, spread, text_lines


def code_title(to_send: Message, width: int, *, drawn: bool) -> list[Line]:
    """Whom it is for, and what to do."""
    if drawn:
        told = tr("For {whom}: point your phone's camera at it.", whom=to_send.shown_to)
    else:
        told = tr("No QR code fits or shows here; write to {whom} from your phone:", whom=to_send.shown_to)
    return text_lines(told, width, "accent")


def message_lines(to_send: Message, width: int) -> list[Line]:
    """The message in words, to be typed off."""
    subject = [*text_lines(to_send.subject, width, "quiet"), BLANK] if to_send.subject else []
    return [BLANK, *subject, *text_lines(to_send.text, width)]


def code_foot(width: int) -> Line:
    """The two keys."""
    sent = (Span("Enter", "accent", "enter"), Span(f" {tr('it is sent')}", "quiet", "enter"))
    closes = (Span("Esc", "accent", "escape"), Span(f" {tr('not sent')}", "quiet", "escape"))
    return spread((*sent, Span("  "), *closes), BLANK, width)
