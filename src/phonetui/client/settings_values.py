"""What the value of a setting may be, and how one is written into the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from phonetui.core.translation import tr

if TYPE_CHECKING:
    from phonetui.core.marked_yaml import Entry

T = TypeVar("T")
#: Reads a value; where it is not what it should be, that is written down as the entry's mistake.
Reading = Callable[["Entry"], object]

LONGEST_MINUTES = 24 * 60


def one_of(names: Sequence[str]) -> Reading:
    """One of these words."""

    def read(entry: Entry) -> str:
        written = entry.text(tr("one of {names}", names=", ".join(names)))
        if written and written not in names:
            entry.expect(tr("one of {names}", names=", ".join(names)))
        return written

    return read


def yes_no(entry: Entry) -> bool:
    """Yes or no."""
    return entry.yes_no()


def minutes(entry: Entry) -> timedelta:
    """Whole minutes, zero for never."""
    written = entry.text(tr("minutes"))
    if written.isascii() and written.isdigit() and len(written) <= 4 and int(written) <= LONGEST_MINUTES:
        return timedelta(minutes=int(written))
    if written:
        entry.expect(tr("whole minutes up to {most}, 0 for never", most=LONGEST_MINUTES))
    return timedelta()


def keys(entry: Entry) -> dict[str, tuple[str, ...]]:
    """For actions and usual results, by id, a key, a list of keys, or `<disabled>`."""
    from phonetui.core.actions import BY_ID
    from phonetui.core.keymap import keymap, nearest_name, own_keys
    from phonetui.core.refusal import Refused
    from phonetui.core.standard_dispositions import BY_ID as USUAL_RESULTS

    examples = {name: f"[{action.keys[0]}]" for name, action in BY_ID.items()}
    examples |= {name: f"[{result.key}]" for name, result in USUAL_RESULTS.items()}
    own: dict[str, tuple[str, ...]] = {}
    for name, written in entry.mapping(examples, lambda name, known: nearest_name(name)).items():
        try:
            own[name] = own_keys(name, _key_names(written))
            keymap(None, own)  # which finds a key that was given twice
        except Refused as refused:
            written.refuse(str(refused))
    return own


def _key_names(entry: Entry) -> list[str]:
    if entry.is_list:
        return [key.text(tr("a key")) for key in entry.items(entry.example)]
    return [entry.text(tr("a key or a list of keys"))]


def written(value: object) -> str:
    """The value as it is written into the file, on one line."""
    match value:
        case bool():
            return "yes" if value else "no"
        case int():
            return str(value)
        case timedelta():
            return str(value // timedelta(minutes=1))
        case Mapping():
            return f"{{{', '.join(f'{name}: {written(keys)}' for name, keys in value.items())}}}"
        case tuple():
            return f"[{', '.join(map(quoted, value))}]"
    return quoted(str(value))


def quoted(text: str) -> str:
    """Text as YAML, in quotes only where it needs them."""
    import yaml

    flow = yaml.safe_dump([text], default_flow_style=True, allow_unicode=True, width=10**6)
    return flow.strip().removeprefix("[").removesuffix("]")
