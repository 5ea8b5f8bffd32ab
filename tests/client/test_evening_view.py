"""What needs a supervisor's look, in sentences that are right for one as for many."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from phonetui.client.audit_words import deed_words
from phonetui.client.evening_view import look_words
from phonetui.wire_supervisors import AuditEntry, Look, LookKind

NOW = datetime(2026, 11, 21, 23, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "of", "sentence"),
    [
        ("rejected", {"caller": "Dana", "count": "1"}, "1 entry of Dana was not taken."),
        ("rejected", {"caller": "Dana", "count": "1200"}, "1,200 entries of Dana were not taken."),
        ("labelled", {"count": "1"}, "1 call was blocked: the campaign's number may be labelled as spam."),
        ("refused-pushes", {"connection": "van", "count": "1", "said": "No."}, "van refused 1 outcome: No."),
        (
            "not-whole",
            {"connection": "van", "count": "2", "said": "no numbers"},
            "2 voters did not come whole from van: no numbers.",
        ),
        (
            "trunk-errors",
            {"count": "3"},
            "3 calls failed on the campaign's own line within a quarter of an hour.",
        ),
        ("list-ending", {"list": "A", "left": "1"}, "The list A ends at about 11:00 pm: 1 household is left."),
        ("list-ending", {"list": "A", "left": "0"}, "The list A has ended: nobody on it is left to call."),
        (
            "list-ending",
            {"list": "A", "left": "0", "later": "1"},
            "The list A has nobody to call for now; 1 household is to be called later.",
        ),
        ("stuck", {}, "… has had … on the screen for now."),
    ],
)
def test_one_is_told_as_one(kind: LookKind, of: dict[str, str], sentence: str) -> None:
    assert look_words(Look(kind, NOW, of=of), NOW, UTC) == sentence


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (AuditEntry(NOW, "Sam", "removed", "c-1", "Dana"), "removed Dana"),
        (AuditEntry(NOW, "Sam", "removed", "c-1"), "removed c-1"),
        (AuditEntry(NOW, "Sam", "list", "1 priority -5"), "changed list 1: priority -5"),
        (AuditEntry(NOW, "Sam", "list", "1 called"), "changed list 1: it is called"),
        (AuditEntry(NOW, "Sam", "list", "1 paused"), "changed list 1: it rests"),
        (AuditEntry(NOW, "Sam", "list", "1 tags 3"), "changed list 1: tags, 3 now"),
        (AuditEntry(NOW, "Sam", "member", "c-1 languages 2", "Carla"), "changed Carla: languages, 2 now"),
        (AuditEntry(NOW, "Sam", "member", "c-1 supervisor", "Carla"), "changed Carla: supervisor"),
        (AuditEntry(NOW, "Sam", "noticed", "1795367477048432"), "told all callers something"),
        (AuditEntry(NOW, "Sam", "keep-until"), "voters are kept until: –"),
        (AuditEntry(NOW, "Sam", "flown", "high"), "flown high"),
    ],
)
def test_what_was_done_is_told_in_words(entry: AuditEntry, words: str) -> None:
    assert deed_words(entry) == words
