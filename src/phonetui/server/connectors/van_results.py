"""Our results as VAN's result codes: matched by name, for their ids differ with how a call is entered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from phonetui.core.campaign import Campaign
from phonetui.server.connectors.connector import SystemRefused
from phonetui.server.connectors.van_wire import ResultCode, plain

#: The one result that answers can go with: they imply it.
CANVASSED = "Canvassed"
#: What VAN calls the standard dispositions.
COUNTERPARTS = {
    "not_home": "Not Home",
    "busy": "Busy",
    "call_back": "Call Back",
    "quiet": "Call Back",
    "left_message": "Left Message",
    "refused": "Refused",
    "wrong_number": "Wrong Number",
    "disconnected": "Disconnected",
    "moved": "Moved",
    "deceased": "Deceased",
    "language": "Language Barrier",
    "do_not_call": "Do Not Call",
    "talked": CANVASSED,
}


class Results:
    """`named` is what the connection's file calls a disposition in VAN, `codes` what VAN has."""

    def __init__(self, campaign: Campaign, named: Mapping[str, str], codes: Sequence[ResultCode]) -> None:
        self._campaign = campaign
        self._named = named
        self._codes = codes

    def name(self, disposition_id: str) -> str:
        """What it is called in VAN; empty where nobody knows."""
        if disposition_id in self._named:
            return self._named[disposition_id]
        if disposition_id in COUNTERPARTS:
            return COUNTERPARTS[disposition_id]
        disposition = self._campaign.disposition(disposition_id)
        if disposition is None:
            return ""
        of_that_name = (label for label in disposition.label.values() if self._find(label))
        return next(of_that_name, CANVASSED if disposition.talk else "")

    def is_canvassed(self, disposition_id: str) -> bool:
        """Whether answers can go with it."""
        name = self.name(disposition_id)
        code = self._find(name)
        return plain(code.name if code else name) == plain(CANVASSED)

    def code(self, disposition_id: str) -> ResultCode:
        """Its result code; raises `SystemRefused`, with the mend, where there is none."""
        code = self._find(self.name(disposition_id))
        if code is None:
            raise SystemRefused(self.missing(disposition_id))
        return code

    def missing(self, disposition_id: str) -> str:
        """What to do about a disposition without a counterpart; empty where it has one."""
        name = self.name(disposition_id)
        if name and self._find(name):
            return ""
        there = ", ".join(code.name for code in self._codes) or "none"
        known = (
            f"no result code {name} for `{disposition_id}`" if name else f"nothing that `{disposition_id}` is called"
        )
        return (
            f"NGP VAN has {known}; write one that it has under `dispositions:`, such as "
            f"`{disposition_id}: {self._codes[0].name if self._codes else CANVASSED}`. It has {there}."
        )

    def all_missing(self) -> Iterator[str]:
        """Likewise for each disposition of the campaign."""
        yield from filter(None, (self.missing(one.id) for one in self._campaign.dispositions))

    def _find(self, name: str) -> ResultCode | None:
        """By any of its names, else by its id."""
        for code in self._codes:
            if plain(name) and plain(name) in {
                plain(known or "") for known in (code.name, code.medium_name, code.short_name)
            }:
                return code
        return next((code for code in self._codes if name == str(code.result_code_id)), None)
