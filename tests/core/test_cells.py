"""How wide a text is, and cutting it to a width."""

from __future__ import annotations

import pytest

from phonetui.core.cells import cells, fitted


@pytest.mark.parametrize(
    ("text", "width", "found"),
    [
        ("Dana", 6, "Dana  "),
        ("Dana Whitfield", 6, "Dana …"),
        ("Zoe\u0308 Wood", 6, "Zoe\u0308 W…"),
        ("金秀珍", 6, "金秀珍"),
        ("金秀珍", 5, "金秀…"),
        ("金秀珍", 4, "金… "),
        ("", 2, "  "),
    ],
)
def test_a_text_is_brought_to_a_width(text: str, width: int, found: str) -> None:
    assert fitted(text, width) == found
    assert cells(found) == width
