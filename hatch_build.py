"""Compiles the catalogues of the interface's languages into what is built; a checkout's are read as they are."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompiledCatalogues(BuildHookInterface):  # type: ignore[type-arg] # the configuration's class is no matter here
    """Puts an `es.mo` into the wheel for every `es.po`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Hatchling calls this before a wheel is built; an editable one has no files of its own."""
        self._compiled = Path(tempfile.mkdtemp())
        if version == "editable":
            return
        for catalogue in sorted(Path(self.root, "src/phonetui/languages").glob("*.po")):
            compiled = self._compiled / f"{catalogue.stem}.mo"
            with catalogue.open("rb") as text, compiled.open("wb") as out:
                write_mo(out, read_po(text))
            build_data["force_include"][str(compiled)] = f"phonetui/languages/{compiled.name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Hatchling calls this when the wheel is there."""
        shutil.rmtree(self._compiled)
