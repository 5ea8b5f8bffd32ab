"""Changing one value in the settings file; whatever else stands there stays as it was written, remarks included."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from phonetui.client.private_files import new_file, private_folder
from phonetui.client.settings import fields, look_at_settings, read_settings, settings_text
from phonetui.client.settings_values import quoted
from phonetui.core.actions import BY_ID
from phonetui.core.key_sets import keys_of
from phonetui.core.keymap import nearest_name
from phonetui.core.keys import nearest
from phonetui.core.refusal import Refused
from phonetui.core.standard_dispositions import BY_ID as USUAL_RESULTS
from phonetui.core.translation import tr

#: Text that means itself in YAML; in quotes `no` would be text, and not No.
_ITSELF = re.compile(r"[A-Za-z0-9_-]+|<disabled>")


def set_setting(file: Path, name: str, values: Sequence[str]) -> None:
    """Gives a setting its value; the keys of an action, `keys.undo`, may be several.

    Raises `Refused` for a setting that does not exist, for a value that it cannot have, and where the file cannot be
    read, changed or written.
    """
    path = _path(name)
    value = _value(path, values)
    asked = _read(path, value)
    before = settings_text(file)
    if not _is_yaml(before):
        read_settings(file, before)  # says where it is not
    text = _with_value(before, path, value)
    after = read_settings(file, text) if _is_yaml(text) else None
    if after is None or not _is_as_asked(before, after, path, asked):
        raise Refused(
            tr(
                "The settings {file} are written in a way that this command cannot change; change them by hand.",
                file=file,
            )
        )
    if path[0] in ("keys", "key_set"):
        keys_of(after.get("key_set", "usual"), after.get("keys", {}))
    _write(file, text)


def _path(name: str) -> tuple[str, ...]:
    top, _, action = name.partition(".")
    if top not in fields() or (action and top != "keys"):
        raise Refused(
            tr(
                "There is no setting “{name}”{nearest}; `phonetui settings` shows them all.",
                name=name,
                nearest=nearest(name, fields()),
            )
        )
    if top != "keys":
        return (top,)
    known = {**BY_ID, **USUAL_RESULTS}
    if not action:
        raise Refused(tr("Name the action whose keys you mean, such as: phonetui settings set keys.undo k"))
    if action not in known:
        raise Refused(
            tr("There is no action or result “{action}”{nearest}.", action=action, nearest=nearest_name(action))
        )
    return top, action


def _value(path: Sequence[str], values: Sequence[str]) -> str:
    """The value as it is to stand in the file."""
    if len(path) > 1:
        values = [key for value in values for key in _listed(value)]
    written = [value if _ITSELF.fullmatch(value) else quoted(value) for value in values]
    if len(path) > 1:
        return f"[{', '.join(written)}]"
    if len(written) > 1:
        raise Refused(tr("{name} has one value, such as {example}.", name=path[0], example=fields()[path[0]].example))
    return written[0]


def _listed(value: str) -> list[str]:
    """The keys of a list as it stands in the file, `[k, f2]`; one key alone is what it is, `[` too."""
    in_brackets = re.fullmatch(r"\[(.+)\]", value)
    return [key.strip() for key in in_brackets[1].split(",")] if in_brackets else [value]


def _read(path: Sequence[str], value: str) -> object:
    """What the value means; raises `Refused` where the setting cannot have it."""
    found, mistakes = look_at_settings("", _nested(path, value))
    if mistakes:
        raise Refused(f"{'.'.join(path)}: {mistakes[0].message}")
    return found[path[0]]


def _is_as_asked(before: str, found: dict[str, Any], path: Sequence[str], asked: Any) -> bool:
    """Whether the settings found are those from before with this one changed; a mistake may have been mended so."""
    expected, mistakes = look_at_settings("", before)
    if len(path) > 1:
        asked = {**expected.get(path[0], {}), **asked}
    return found[path[0]] == asked if mistakes else found == {**expected, path[0]: asked}


def _is_yaml(text: str) -> bool:
    try:
        yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        return False
    return True


def _write(file: Path, text: str) -> None:
    target = file.resolve()  # the file may be a link to where somebody keeps all their settings
    try:
        if not target.parent.exists():
            private_folder(target.parent)
        with new_file(target, replace=True) as writing:
            writing.write(text.encode())
    except OSError as error:
        raise Refused(
            tr(
                "The settings {file} cannot be written ({reason}); make the file writable.",
                file=file,
                reason=error.strerror,
            )
        ) from None


# -- the text of the file ----------------------------------------------------------------------------------------------


def _with_value(text: str, path: Sequence[str], value: str) -> str:
    """The text of the file with another value at the path, or with one more."""
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    if not isinstance(node, yaml.MappingNode):
        return f"{_whole_lines(text)}{_nested(path, value)}\n"
    at = 0
    while isinstance(node, yaml.MappingNode):
        inner = next((inner for key, inner in node.value if key.value == path[at]), None)
        if inner is None:
            return _inserted(text, node, _nested(path[at:], value))
        node, at = inner, at + 1
        if at == len(path):
            break
    start, end = node.start_mark.index, _end(node)
    blank = " " if text[start - 1] == ":" else ""
    return f"{text[:start]}{blank}{_nested(path[at:], value, flow=True)}{text[end:]}"


def _nested(path: Sequence[str], value: str, *, flow: bool = False) -> str:
    """The value under its keys, as `{undo: [k]}` where it follows upon something in one line."""
    for name in reversed(path):
        value = f"{{{name}: {value}}}" if flow or name != path[0] else f"{name}: {value}"
    return value


def _inserted(text: str, mapping: yaml.MappingNode, line: str) -> str:
    """One line more in a mapping, one more pair where that is written in braces."""
    if mapping.flow_style:
        end = mapping.end_mark.index - 1
        return f"{text[:end]}{', ' if mapping.value else ''}{line}{text[end:]}"
    end = text.find("\n", _end(mapping))
    head, tail = (text, "") if end < 0 else (text[:end], text[end:])
    return f"{head}\n{' ' * mapping.value[0][0].start_mark.column}{line}{tail or chr(10)}"


def _end(node: yaml.Node) -> int:
    """Behind the last letter of the value; YAML itself counts remarks below it in."""
    if isinstance(node, yaml.MappingNode) and not node.flow_style:
        return _end(node.value[-1][1])
    if isinstance(node, yaml.SequenceNode) and not node.flow_style:
        return _end(node.value[-1])
    return int(node.end_mark.index)


def _whole_lines(text: str) -> str:
    return text if not text or text.endswith("\n") else f"{text}\n"
