"""The kinds of file that results are written as."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

import msgspec

from phonetui.core.refusal import Refused
from phonetui.server.connectors.files_rows import SCHEMA, TYPES, Row, as_text
from phonetui.server.connectors.files_whole import whole_file, write_csv

NO_PARQUET = (
    "Parquet needs a package that is not installed; type: pipx install 'phonetui[server,parquet]', or write "
    "`format: csv` in the connection's file."
)

#: Writes the rows, which have these columns.
Format = Callable[[Path, Sequence[str], Sequence[Row]], None]


def check_format(name: str) -> None:
    """Raises `Refused` where the format needs what is not installed."""
    if name == "parquet" and find_spec("pyarrow") is None:
        raise Refused(NO_PARQUET)


def _csv(file: Path, columns: Sequence[str], rows: Sequence[Row]) -> None:
    write_csv(file, columns, ([as_text(row[name]) for name in columns] for row in rows))


def _json_lines(file: Path, _columns: Sequence[str], rows: Sequence[Row]) -> None:
    with whole_file(file) as out:
        for row in rows:
            out.write(_encode(row) + b"\n")


def _parquet(file: Path, columns: Sequence[str], rows: Sequence[Row]) -> None:
    check_format("parquet")
    import pyarrow
    import pyarrow.parquet

    kinds = {int: pyarrow.int32(), bool: pyarrow.bool_(), str: pyarrow.string()}
    time = pyarrow.timestamp("us", tz="UTC")
    types = [(name, kinds.get(TYPES.get(name, str), time)) for name in columns]
    schema = pyarrow.schema(types, metadata={"phonetui.schema": str(SCHEMA)})
    with whole_file(file) as out:
        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(list(rows), schema=schema), out)


_encode = msgspec.json.Encoder().encode
#: By the name that the connection's file gives them, which is also the end of the file's name.
FORMATS: Mapping[str, Format] = {"csv": _csv, "jsonl": _json_lines, "parquet": _parquet}
