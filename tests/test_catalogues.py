"""Keeping the catalogues up with the code, and building them into what is installed."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest
from babel.messages.pofile import read_po
from scripts import catalogues

from phonetui.core.translation import CATALOGUES, tr_c, use

ROOT = Path(__file__).parent.parent


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small project with two sentences, and its catalogue of Spanish."""
    (tmp_path / "talk.py").write_text(
        'def talk(name):\n    tr("Hello, {name}.", name=name)\n    tr_n("{n} call", "{n} calls", 2)\n'
    )
    monkeypatch.setattr(catalogues, "SOURCES", tmp_path)
    monkeypatch.setattr(catalogues, "CATALOGUES", tmp_path)
    assert catalogues.main(["es"]) == 0
    return tmp_path


def translate(project: Path, hello: str, calls: str = "{n} llamadas") -> None:
    """Fills in what `scripts/languages` left empty."""
    file = project / "es.po"
    text = file.read_text("utf-8").replace('[0] ""', '[0] "{n} llamada"').replace('[1] ""', f'[1] "{calls}"')
    file.write_text(text.replace('name}."\nmsgstr ""', f'name}}."\nmsgstr "{hello}"'), "utf-8")


def said(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The lines of a check that fails."""
    assert catalogues.main(["--check"]) == 1
    return capsys.readouterr().err.splitlines()


def test_every_sentence_of_the_interface_is_in_every_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert catalogues.main(["--check"]) == 0


def test_a_new_language_begins_with_every_sentence_empty(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys) == ["es.po: not translated: 'Hello, {name}.'", "es.po: not translated: '{n} call'"]
    translate(project, "Hola, {name}.")
    assert catalogues.main(["--check"]) == 0


def test_fields_that_differ_are_found(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    translate(project, "Hola, {nombre}.", "muchas llamadas")
    assert said(capsys) == [
        "es.po: other {fields} than in the code: 'Hello, {name}.'",
        "es.po: other {fields} than in the code: '{n} call'",
    ]


def test_a_translation_that_nobody_looked_at_is_found(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    translate(project, "Hola, {name}.")
    file = project / "es.po"
    file.write_text(file.read_text("utf-8").replace("#, python-brace", "#, fuzzy, python-brace", 1), "utf-8")
    assert said(capsys) == ["es.po: marked fuzzy, look at it: 'Hello, {name}.'"]


def test_a_sentence_that_changed_is_new_and_the_old_one_goes(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    translate(project, "Hola, {name}.")
    (project / "talk.py").write_text(
        'def talk():\n    tr_n("{n} call", "{n} calls", 2)\n    tr_c("a greeting", "Hi")\n'
    )
    assert said(capsys) == [
        "es.po: not in it: 'Hi'; run scripts/languages",
        "es.po: no longer in the code: 'Hello, {name}.'; run scripts/languages",
    ]
    assert catalogues.main([]) == 0
    assert said(capsys) == ["es.po: not translated: 'Hi'"]


def test_what_differs_in_one_country_leaves_out_what_does_not(project: Path) -> None:
    translate(project, "Hola, {name}.")
    (project / "es_MX.po").write_text('msgid "Hello, {name}."\nmsgstr "Bueno, {name}."\n', "utf-8")
    assert catalogues.main([]) == 0
    assert catalogues.main(["--check"]) == 0


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ('tr(f"Hello, {name}.")', "tr() wants the sentence as it stands, with {fields}, not one that is put together"),
        ('tr("Hello, " + name)', "tr() wants the sentence as it stands, with {fields}, not one that is put together"),
        ('tr("{}.".format(1))', "tr() wants the sentence as it stands, with {fields}, not one that is put together"),
    ],
)
def test_a_sentence_that_is_put_together_is_found(
    project: Path, capsys: pytest.CaptureFixture[str], code: str, says: str
) -> None:
    (project / "talk.py").write_text(f"def talk(name):\n    {code}\n")
    assert f"{project}/talk.py:2: {says}" in said(capsys)


def test_a_sentence_read_before_the_language_is_chosen_is_found(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "talk.py").write_text('HELLO = tr("Hello")\nBYE = later("Bye")\n')
    says = "tr() runs before the language is chosen; keep the sentence with later() and show it with tr()"
    assert f"{project}/talk.py:1: {says}" in said(capsys)


def test_a_caller_who_is_told_something_in_english_alone_is_found(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "talk.py").write_text('def talk():\n    raise Refused("There is nobody." if late else str(why))\n')
    says = "Refused() tells a caller this in English; give it to tr()"
    assert f"{project}/talk.py:2: {says}" in said(capsys)


def test_what_is_built_has_every_catalogue_compiled(tmp_path: Path) -> None:
    source, built = tmp_path / "source", tmp_path / "built"
    shutil.copytree(ROOT / "src", source / "src", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "hatch_build.py", "README.md"):
        shutil.copy(ROOT / name, source)
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(built)]
    subprocess.run(build, cwd=source, check=True, capture_output=True)
    with ZipFile(next(built.glob("*.whl"))) as wheel:
        names = {name for name in wheel.namelist() if name.startswith("phonetui/languages/")}
        assert names == {f"phonetui/languages/{file.stem}.mo" for file in CATALOGUES.glob("*.po")}
        wheel.extract("phonetui/languages/es.mo", tmp_path)
    use("es", tmp_path / "phonetui" / "languages")
    assert tr_c("weekday", "Monday") == "lunes"


def test_in_a_spanish_sentence_a_result_stands_in_quotes() -> None:
    bare = re.compile(
        r"\w \{result\}|\{result\} \w|¿\{result\}|\{result\}, ¿"
    )  # “No está guardado” says something else
    with (CATALOGUES / "es.po").open("rb") as file:
        said = [str(message.string) for message in read_po(file)]
    assert [sentence for sentence in said if bare.search(sentence)] == []
