"""What the campaign would not take: counted until the caller knows of it, and what can be done about it."""

from __future__ import annotations

from collections.abc import Sequence

from phonetui.client.entries import entries
from phonetui.client.journal_records import Rejected
from phonetui.client.reason import Reason
from phonetui.client.view import Said
from phonetui.core.translation import tr, tr_n


class Rejections:
    """Why each that the caller does not know of was rejected."""

    def __init__(self, kept: Sequence[Rejected]) -> None:
        """`kept` are the journal's; one of a shift that is over, whose end has told it, is about nobody any more."""
        self._untold = [each.reason for each in kept if each.entry.voter_id]

    @property
    def untold(self) -> int:
        """How many the caller does not know of."""
        return len(self._untold)

    def add(self, reasons: Sequence[Reason]) -> Said:
        """The campaign has rejected one or more just now."""
        self._untold += reasons
        told = tr(
            "The campaign did not take {entries}. {reason} F8 says what to do.",
            entries=entries(len(reasons)),
            reason=reasons[-1].told,
        )
        return Said(told, "alarm")

    def tell(self) -> str:
        """What is to be known of them all, with the last one's reason, once; then nothing."""
        untold, self._untold = self._untold, []
        if not untold:
            return ""
        return tr_n(
            "{n} entry not taken: {reason} It is kept here, and `phonetui outbox list` shows what and why. "
            "Tell your organiser; a file helps them to see to it.",
            "{n} entries not taken: {reason} They are kept here, and `phonetui outbox list` shows what and why. "
            "Tell your organiser; a file helps them to see to it.",
            len(untold),
            reason=untold[-1].told,
        )
