"""Numbers as people write them in any country."""

from __future__ import annotations

import pytest

from phonetui.core.international_number import numbers


@pytest.mark.parametrize(
    ("written", "country", "found"),
    [
        ("070-12 34 567", "46", ["+46701234567"]),
        ("+46 (0)70 123 45 67", "", ["+46701234567"]),
        ("0046701234567", "1", ["+46701234567"]),
        ("(812) 555-0166", "1", ["+18125550166"]),
        ("1 812 555 0166", "1", ["+18125550166"]),
        ("06 1234567", "39", ["+39061234567"]),
        ("070-1234567 / 08-123 45 67", "46", ["+46701234567", "+4681234567"]),
        ("0701234567, 070 123 45 67", "46", ["+46701234567"]),
        ("070-12 34 567", "", ["0701234567"]),
        ("call her mother", "46", []),
        ("", "46", []),
        ("112", "46", ["112"]),
    ],
)
def test_a_number_is_brought_to_its_international_form(written: str, country: str, found: list[str]) -> None:
    assert numbers(written, country) == found
