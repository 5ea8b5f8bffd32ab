"""Pictures as SVG: bars, a map of hours, a line. They need no colour to be read, and follow light and dark."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from math import ceil

from phonetui.core.cells import fitted
from phonetui.core.report import Bar, Bars, Heat, Line, Picture

#: The colours of pages and pictures, for a light and for a dark screen.
COLOURS = """
:root { --paper: #ffffff; --ink: #1c2126; --quiet: #57606a; --rule: #d3d9df; --accent: #0a6c74; }
@media screen and (prefers-color-scheme: dark) {
  :root { --paper: #14181c; --ink: #e9edf0; --quiet: #a3adb6; --rule: #38414a; --accent: #5cc4c0; }
}
"""
STYLE = """
svg { font: 15px system-ui, sans-serif; }
svg text { fill: var(--ink); }
svg .quiet { fill: var(--quiet); font-size: 13px; }
svg .strong { font-weight: 600; }
svg .fill { fill: var(--accent); }
svg .rule { stroke: var(--rule); }
svg .whisker { stroke: var(--ink); stroke-width: 1.5; fill: none; }
svg .line { stroke: var(--accent); stroke-width: 2.5; fill: none; stroke-linejoin: round; }
svg .paper { fill: var(--paper); }
"""
#: The width of a picture, and of its labels; a line of a bar chart; a cell of a map.
WIDTH, LABEL, ROW = 520, 164, 28
CELL, CELL_HEIGHT = 54, 44
#: A share of fewer says little: no colour is measured by it.
FEW = 20
#: How strong a map's colour is: at its strongest it still bears the ink of the page, by day and by night.
FAINTEST, STRONGEST = 0.05, 0.55
#: A line drawn through, one of dashes and one of dots.
DASHES = ("", "9 5", "2 4")


def as_svg(picture: Picture | None, says: str = "") -> str:
    """A picture as a file of its own; without one, the sentence."""
    drawn = draw(picture, "picture") if picture else _svg("picture", says, "", WIDTH, 60, [_text(16, 34, says)])
    drawn = drawn.replace(">", f"><style>{COLOURS}{STYLE}</style>", 1)
    return drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1) + "\n"


def draw(picture: Picture, name: str) -> str:
    """The picture as part of a page, in which `name` is nobody else's."""
    match picture:
        case Bars():
            return _bars(picture, name)
        case Heat():
            return _heat(picture, name)
        case Line():
            return _line(picture, name)


def _bars(picture: Bars, name: str) -> str:
    parts: list[str] = []
    said: list[str] = []
    top = 6
    for heading, bars in picture.groups:
        if heading:
            parts.append(_text(0, top + 20, fitted(heading, 54).rstrip(), "strong"))
            top += 32
        for bar in bars:
            parts += _bar(bar, top, picture.most)
            top += ROW
        said += [f"{bar.label}: {bar.says}" for bar in bars]
        top += 8
    return _svg(name, picture.title, "; ".join(said), WIDTH, top, parts)


def _bar(bar: Bar, top: int, most: float) -> Iterator[str]:
    across = WIDTH - LABEL - 136
    scale = across / most if most else 0.0
    middle, end = top + ROW / 2, LABEL + bar.value * scale
    yield _text(LABEL - 10, middle + 5, fitted(bar.label, 20).rstrip(), anchor="end")
    yield f'<rect class="fill" x="{LABEL}" y="{top + 5}" width="{max(end - LABEL, 1):.1f}" height="{ROW - 10}" rx="2"/>'
    if bar.between:
        low, high = LABEL + bar.between.low * scale, LABEL + bar.between.high * scale
        ends = f"M{low:.1f} {middle - 4}v8M{low:.1f} {middle}H{high:.1f}M{high:.1f} {middle - 4}v8"
        yield f'<path class="whisker" d="{ends}"/>'
        end = max(end, high)
    yield _text(end + 8, middle + 5, bar.says, "quiet")


def _heat(picture: Heat, name: str) -> str:
    left, top = 46, 28
    most = max((cell[0] for row in picture.cells for cell in row if cell and cell[1] >= FEW), default=0.0) or 1.0
    parts = [_text(left + CELL * (at + 0.5), 18, hour, "quiet", "middle") for at, hour in enumerate(picture.columns)]
    said: list[str] = []
    for down, (day, row) in enumerate(zip(picture.rows, picture.cells, strict=True)):
        y = top + CELL_HEIGHT * down
        parts.append(_text(left - 10, y + CELL_HEIGHT / 2 + 5, day, anchor="end"))
        for across, (hour, cell) in enumerate(zip(picture.columns, row, strict=True)):
            if cell:
                parts += _cell(left + CELL * across, y, *cell, most)
                said.append(f"{day} {hour}: {100 * cell[0]:.0f}% of {cell[1]:,}")
    size = (left + CELL * len(picture.columns) + 4, top + CELL_HEIGHT * len(picture.rows) + 4)
    return _svg(name, picture.title, "; ".join(said), *size, parts)


def _cell(x: float, y: float, share: float, of: int, most: float) -> Iterator[str]:
    strength = FAINTEST + (STRONGEST - FAINTEST) * min(share / most, 1.0)
    box = f'x="{x + 1}" y="{y + 1}" width="{CELL - 2}" height="{CELL_HEIGHT - 2}" rx="3"'
    yield f'<rect class="fill" fill-opacity="{strength:.2f}" {box}/>'
    yield _text(x + CELL / 2, y + 19, f"{100 * share:.0f}%", "strong", "middle")
    yield _text(x + CELL / 2, y + 34, f"{of:,}", "", "middle", small=True)


def _line(picture: Line, name: str) -> str:
    left, right, top, bottom = 50, WIDTH - 84, 14, 214
    most = _round(max((value for _, values in picture.lines for value in values), default=0))
    step = (right - left) / max(len(picture.steps) - 1, 1)
    parts = []
    for tick in (0, most // 2, most):
        y = bottom - (bottom - top) * tick / most
        parts.append(f'<path class="rule" d="M{left} {y:.1f}H{right}"/>')
        parts.append(_text(left - 8, y + 4, f"{tick:,}", "quiet", "end"))
    every = ceil(len(picture.steps) / 5)
    parts += [
        _text(left + step * at, bottom + 22, picture.steps[at], "quiet", "middle")
        for at in range(0, len(picture.steps), every)
    ]
    ends = []
    for (_, values), dash in zip(picture.lines, DASHES, strict=True):
        points = [(left + step * at, bottom - (bottom - top) * value / most) for at, value in enumerate(values)]
        way = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        parts.append(f'<path class="line" d="{way}"{f" stroke-dasharray={chr(34)}{dash}{chr(34)}" if dash else ""}/>')
        ends.append(points[-1][1])
    names = [label for label, _ in picture.lines]
    parts += [_text(right + 10, y + 5, label) for label, y in zip(names, _apart(ends), strict=True)]
    said = (
        f"{label}: {', '.join(f'{at} {value:,}' for at, value in zip(picture.steps, values, strict=True))}"
        for label, values in picture.lines
    )
    return _svg(name, picture.title, "; ".join(said), WIDTH, bottom + 32, parts)


def _apart(heights: list[float]) -> list[float]:
    """The heights, moved so that labels at them are not written over each other."""
    placed = dict(enumerate(heights))
    before: float | None = None
    for at in sorted(placed, key=lambda one: (-heights[one], -one)):
        if before is not None:
            placed[at] = min(placed[at], before - 18)
        before = placed[at]
    return [*placed.values()]


def _round(number: int) -> int:
    """The next even number with one digit that counts, or two: where an axis may end."""
    step = 2 * int("1".ljust(len(str(number)) - 1, "0"))
    return max(ceil(number / step), 1) * step


def _text(x: float, y: float, text: str, kind: str = "", anchor: str = "", *, small: bool = False) -> str:
    more = f' class="{kind}"' if kind else ""
    more += f' text-anchor="{anchor}"' if anchor else ""
    more += ' font-size="13"' if small else ""
    return f'<text x="{x:g}" y="{y:g}"{more}>{escape(text)}</text>'


def _svg(name: str, title: str, said: str, width: float, height: float, parts: Iterable[str]) -> str:
    fits = ' class="fits"' if width == WIDTH else ""  # a small screen may shrink it; a map of hours it scrolls
    head = (
        f'<svg{fits} role="img" aria-labelledby="{name}-title {name}-desc" width="{width:g}" height="{height:g}" '
        f'viewBox="0 0 {width:g} {height:g}"><title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-desc">{escape(said)}</desc><rect class="paper" width="{width:g}" height="{height:g}"/>'
    )
    return f"{head}{''.join(parts)}</svg>"
