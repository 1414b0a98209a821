"""A rebuild stages only changed files, and its package is byte for byte that of a build from nothing."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pytest
from click.testing import Result

from deckbuilder.model import tested
from deckbuilder.model.records import Source, Staged
from deckbuilder.pipeline import cache, cache_folder, stage
from deckbuilder.pipeline.build_deck import build, pack
from deckbuilder.pipeline.staging import stager
from deckbuilder.source import tested_file
from deckbuilder.source.deck_folder import load, place_of, places
from tests.bench import corpus
from tests.support import PNG, TIME

pytestmark = pytest.mark.slow

Invoke = Callable[..., Result]
QUESTIONS = 120


@pytest.fixture
def deck(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    corpus.write(tmp_path / "deck", QUESTIONS)
    (tmp_path / "deck" / "unpinned.md").write_text("## No id?\n\nx\n\n## No id?\n\n![](a.png)\n", encoding="utf-8")
    (tmp_path / "deck" / "a.png").write_bytes(PNG + b"1")
    (tmp_path / "deck" / "code.md").write_text('## Code? {#code}\n\n```python file="app.py"\n```\n\n---\n\nx\n', "utf-8")
    (tmp_path / "deck" / "app.py").write_text("x = 1\n", encoding="utf-8")
    (tmp_path / "deck" / tested_file.FILE).write_text(tested_file.text(tested.Tested()), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(TIME))
    return tmp_path / "deck"


def built(invoke: Invoke, *options: str) -> bytes:
    result = invoke("build", "deck", *options)
    assert result.exit_code == 0
    return Path("dist/deck.apkg").read_bytes()


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of staged files, one for each time that a file is staged."""
    seen: list[str] = []
    original = stage.stage

    def watched(source: Source, settings: object) -> Staged:
        seen.append(Path(source.path).name)
        return original(source, settings)  # type: ignore[arg-type]

    monkeypatch.setattr("deckbuilder.pipeline.parallel.stage", watched)
    return seen


@pytest.mark.usefixtures("deck")
def test_the_package_is_the_same_with_and_without_cache_and_for_any_number_of_processes(invoke: Invoke) -> None:
    wanted = built(invoke, "--no-cache", "-j", "1")
    assert built(invoke, "--no-cache", "-j", "3") == wanted
    assert built(invoke, "-j", "2") == wanted
    Path("dist/deck.apkg").unlink()
    assert built(invoke) == wanted


def test_only_what_changed_is_rendered_again(deck: Path, invoke: Invoke, rendered: list[str]) -> None:
    built(invoke)
    assert len(rendered) == len(list(deck.glob("*.md")))
    rendered.clear()
    assert "up to date" in invoke("build", "deck").output
    assert rendered == []
    file = deck / "00002.md"
    file.write_text(file.read_text(encoding="utf-8").replace("?", "??", 1), encoding="utf-8")
    after = built(invoke)
    assert rendered == ["00002.md"]
    assert built(invoke, "--no-cache") == after


def test_ids_takes_known_files_from_the_cache(deck: Path, invoke: Invoke, rendered: list[str]) -> None:
    first = invoke("ids", "deck").stdout
    assert sorted(rendered) == sorted(path.name for path in deck.glob("*.md"))
    rendered.clear()
    assert invoke("ids", "deck", "--write").stdout == first
    assert rendered == []
    assert invoke("ids", "deck").stdout == ""
    assert rendered == ["unpinned.md"]


def prove(deck: Path) -> None:
    """Record that the code of the question ``code`` has run."""
    (proven,) = (entry.question for entry in build(load(place_of(deck))).deck.entries if entry.question.id == "code")
    text = tested_file.text(tested.Tested({proven.id: proven.code_hash}))
    (deck / tested_file.FILE).write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda deck: (deck / "app.py").write_text("x = 2\n"), id="code in another file"),
        pytest.param(prove, id="code that has run"),
        pytest.param(lambda deck: (deck / "a.png").write_bytes(PNG + b"2"), id="a picture"),
        pytest.param(lambda deck: (deck / "a.png").unlink(), id="a picture gone"),
        pytest.param(lambda deck: (deck / "style.css").write_text(".card { --text-size: 20px; }"), id="style"),
        pytest.param(lambda deck: (deck / "deck.toml").write_text('id = "bench"\nname = "Bench"\n'), id="settings"),
        pytest.param(lambda deck: (deck / "00001.md").unlink(), id="a file gone"),
        pytest.param(lambda deck: (deck / "new.md").write_text("## New {#new}\n\nx\n"), id="a new file"),
        pytest.param(lambda deck: (deck / "00001.md").rename(deck / "zzz.md"), id="a file renamed"),
        pytest.param(lambda _: Path("dist/deck.apkg").write_bytes(b"damaged"), id="another package"),
        pytest.param(lambda _: Path("dist/deck.apkg").unlink(), id="no package"),
        pytest.param(lambda _: os.environ.update(SOURCE_DATE_EPOCH=str(TIME + 1)), id="another time"),
    ],
)
def test_nothing_that_changes_is_taken_for_up_to_date(change: Callable[[Path], object], deck: Path, invoke: Invoke) -> None:
    built(invoke)
    change(deck)
    result = invoke("build", "deck")
    assert "up to date" not in result.output
    if result.exit_code == 0:
        after = Path("dist/deck.apkg").read_bytes()
        assert built(invoke, "--no-cache") == after


def test_warnings_are_told_again(deck: Path, invoke: Invoke) -> None:
    (deck / "long.md").write_text(f"## Q {{#long}}\n\n```text\n{'x' * 50}\n```\n", encoding="utf-8")
    first, second = invoke("build", "deck"), invoke("build", "deck")
    assert "up to date" in second.output
    assert "[long-line]" in second.output
    assert first.output.split("\n")[:-2] == second.output.split("\n")[:-2]


@pytest.mark.parametrize("damage", [b"", b"not a database", b"SQLite format 3\x00" + bytes(100)])
@pytest.mark.usefixtures("deck")
def test_a_damaged_cache_is_made_again(damage: bytes, invoke: Invoke, rendered: list[str]) -> None:
    wanted = built(invoke)
    for file in cache_folder.folder().iterdir():
        file.write_bytes(damage)
    assert built(invoke) == wanted
    rendered.clear()
    Path("dist/deck.apkg").unlink()
    assert built(invoke) == wanted
    assert rendered == []


@pytest.mark.usefixtures("deck")
def test_a_damaged_entry_is_made_again(invoke: Invoke) -> None:
    wanted = built(invoke)
    with contextlib.closing(sqlite3.connect(cache_folder.folder() / "staged.sqlite")) as connection, connection:
        connection.execute("update staged set value = x'80055d942e'")
    Path("dist/deck.apkg").unlink()
    assert built(invoke) == wanted


@pytest.mark.usefixtures("deck")
def test_without_a_cache_folder_it_builds_all_the_same(invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("DECKBUILDER_CACHE", str(tmp_path / "file" / "folder"))
    assert built(invoke) == built(invoke, "--no-cache")


@pytest.mark.usefixtures("deck")
def test_the_cache_stays_small(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "KEPT", 2)
    built(invoke)
    for number in range(5):
        Path("deck/new.md").write_text(f"## New {number} {{#new}}\n\nx\n", encoding="utf-8")
        built(invoke)
    with contextlib.closing(sqlite3.connect(cache_folder.folder() / "staged.sqlite")) as connection:
        (count,) = connection.execute("select count(*) from staged").fetchone()
    assert count == len(list(Path("deck").glob("*.md"))) + 2
    monkeypatch.setattr(cache, "LARGEST", 10)
    Path("deck/new.md").write_text("## New {#new}\n\nanother\n", encoding="utf-8")
    built(invoke)
    with contextlib.closing(sqlite3.connect(cache_folder.folder() / "staged.sqlite")) as connection:
        (count,) = connection.execute("select count(*) from staged").fetchone()
    assert count == 1


def test_files_are_staged_in_their_order_whoever_does_it(deck: Path) -> None:
    loaded = load(places(deck)[0][0])

    def make(sources: Sequence[Source]) -> Iterable[tuple[Staged, bytes]]:
        return [(stage.stage(source, loaded.settings), b"") for source in sources]

    path = deck.parent / "c.sqlite"
    half = loaded.sources[::2]
    list(cache.staged(half, loaded.settings, make, path))
    whole = build(loaded, lambda sources, settings: cache.staged(sources, settings, make, path))
    assert pack(whole.deck, TIME).data == pack(build(loaded).deck, TIME).data
    assert whole.diagnostics == build(loaded, stager(2, remember=False)).diagnostics


@pytest.mark.skipif(os.name != "posix", reason="other systems have other permissions")
@pytest.mark.parametrize("mode", [0o777, 0o770, 0o702])
@pytest.mark.usefixtures("deck")
def test_a_cache_that_others_can_write_to_is_none(mode: int, invoke: Invoke, rendered: list[str]) -> None:
    wanted = built(invoke)
    cache_folder.folder().chmod(mode)
    with contextlib.closing(sqlite3.connect(cache_folder.folder() / "staged.sqlite")) as connection, connection:
        connection.execute("update staged set value = x'80055d942e'")
    before = (cache_folder.folder() / "staged.sqlite").read_bytes()
    rendered.clear()
    Path("dist/deck.apkg").unlink()
    assert built(invoke) == wanted
    assert rendered
    assert (cache_folder.folder() / "staged.sqlite").read_bytes() == before


@pytest.mark.skipif(os.name != "posix", reason="other systems have other permissions")
@pytest.mark.usefixtures("deck")
def test_a_cache_file_that_others_can_write_to_is_none(invoke: Invoke, rendered: list[str]) -> None:
    built(invoke)
    (cache_folder.folder() / "staged.sqlite").chmod(0o666)
    rendered.clear()
    Path("dist/deck.apkg").unlink()
    built(invoke)
    assert rendered


@pytest.mark.skipif(os.name != "posix", reason="other systems have other permissions")
@pytest.mark.usefixtures("deck")
def test_with_a_umask_that_shares_files_the_cache_is_kept_to_oneself(invoke: Invoke, rendered: list[str]) -> None:
    before = os.umask(0o002)
    try:
        built(invoke)
        rendered.clear()
        Path("dist/deck.apkg").unlink()
        built(invoke)
    finally:
        os.umask(before)
    assert rendered == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
@pytest.mark.usefixtures("deck")
def test_a_pipe_in_the_place_of_the_package_is_not_waited_for(invoke: Invoke) -> None:
    built(invoke)
    Path("dist/deck.apkg").unlink()
    os.mkfifo("dist/deck.apkg")
    result = invoke("build", "deck")
    assert result.exit_code == 1
    assert "the path exists and is not a file" in result.stderr
