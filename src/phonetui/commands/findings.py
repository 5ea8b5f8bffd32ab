"""What a check-up has found, in lines for people."""

from __future__ import annotations

from phonetui.client.checkup import Finding
from phonetui.core.translation import later, tr

#: A sign and a word, so that no colour is needed, nor the sign where it cannot be shown.
MARKS = {"well": later("✓ ok"), "note": later("! note"), "mend": later("✗ mend")}


def lines(finding: Finding) -> list[str]:
    """What was found, and what to do about it."""
    line = f"{tr(MARKS[finding.state]):<6}  {tr(finding.about):<9} {finding.found}"
    return [line, f"        {'':<9} → {finding.do}"] if finding.do else [line]
