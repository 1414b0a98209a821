"""The page of each diagnostic is true: the bad example has the mistake, the good example does not.

The tests use the real command line.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import genanki
import pytest
from click.testing import Result

from deckbuilder.commands.explain import PAGES
from deckbuilder.files.portable_names import problem_of
from deckbuilder.model.diagnostic_codes import CODES
from tests.support import PNG
from tests.whole import docs, english

Invoke = Callable[..., Result]

NAME = re.compile(r"`([^`]+)`:")
PICTURE = re.compile(r"(?:picture|sound|video) `([^`]+)`")
LINE = re.compile(r"^[^ ].*:\d+:\d+: (?P<level>error|warning|note): .* \[(?P<code>[a-z0-9-]+)\]$", re.MULTILINE)
DECK = {"deck.toml": 'id = "example"\nname = "Example"\n'}
QUESTION = {"01.md": "## What is WSGI? {#wsgi}\n\nAn interface.\n"}
IN_THE_PREVIEW = {"internal-error", "not-watching"}
"""Mistakes that no file has: ``tests/preview`` shows them."""
ALSO = {"bad-lock": {"vanished-id"}, "lost-adopted": {"vanished-id"}, "not-stable": {"output-differs"}}
"""Errors that a bad example has besides the mistake of its page."""


@dataclass
class Example:
    """The files of an example, and the command that reads it."""

    files: dict[str, str] = field(default_factory=dict)
    pictures: list[str] = field(default_factory=list)
    command: str = ""
    bare: bool = False
    """True if no default ``deck.toml`` or question is added to ``files``."""

    def write(self, folder: Path) -> None:
        texts = dict(self.files)
        if not self.bare and not any(name.endswith("deck.toml") for name in texts):
            texts |= DECK
        if not self.bare and not any(name.endswith(".md") for name in texts):
            texts |= QUESTION
        if os.name == "nt" and any(map(problem_of, texts)):
            pytest.skip("this system has no such names")
        for name, text in texts.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.replace("␇", "\x07").encode())
        for name in self.pictures:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(PNG + name.encode())
        if any((folder / name).read_bytes() != PNG + name.encode() for name in self.pictures):
            pytest.skip("this file system takes two names for one")


def sections(page: str) -> Iterator[tuple[str, list[str]]]:
    """Yield (title, lines) of each part of a page; a ``#`` in an example is no title."""
    title, found, fence = "", list[str](), ""
    for line in page.splitlines():
        if match := re.match(r"`{3,}", line):
            fence = match[0] if not fence else "" if line == fence else fence
        if line.startswith("#") and not fence:
            yield title, found
            title, found = line, []
        else:
            found.append(line)
    yield title, found


def example(lines: list[str]) -> Example:
    """Read the fences of a part of a page; each is a file, whose name may be on the line above, or a command."""
    found, body = Example(), list[str]()
    name, fence, kind = "01.md", "", ""
    for line in lines:
        if fence and line == fence:
            text = "\n".join([*body, ""])
            if kind == "console":
                found.command = text.strip().removeprefix("$ ")
            else:
                found.files[name] = text
            name, fence = "01.md", ""
        elif fence:
            body.append(line)
        elif match := re.match(r"(`{3,})(\w*)", line):
            fence, kind, body = match[1], match[2], []
        elif match := NAME.fullmatch(line):
            name = match[1]
        else:
            found.pictures += PICTURE.findall(line)
            found.bare |= "without a `deck.toml`" in line
    return found


def parts(code: str) -> dict[str, list[str]]:
    return dict(sections((PAGES / f"{code}.md").read_text(encoding="utf-8")))


def reported(result: Result) -> dict[str, str]:
    """Return the severity of each code in the messages of a command."""
    return {match["code"]: match["level"] for match in LINE.finditer(result.stderr)}


def run(invoke: Invoke, monkeypatch: pytest.MonkeyPatch, command: str) -> Result:
    words = shlex.split(command)
    while "=" in words[0]:
        name, _, value = words.pop(0).partition("=")
        monkeypatch.setenv(name, value)
    assert words.pop(0) == "deckbuilder"
    return invoke(*words)


def emptied(folder: Path) -> None:
    """Delete everything but what learners have."""
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name not in ("deck.lock", "deck.adopted"):
            path.unlink()


def adopted(folder: Path, invoke: Invoke) -> None:
    """Put the deck of another tool into ``folder``: one question whose answer learners type."""
    note = genanki.Note(genanki.BASIC_TYPE_IN_THE_ANSWER_MODEL, ["Which port does Flask use?", "5000"], guid="foreign")
    deck = genanki.Deck(1_700_000_000, "Web")
    deck.add_note(note)
    (folder.parent / "_logo.png").write_bytes(PNG)
    genanki.Package(deck, [str(folder.parent / "_logo.png")]).write_to_file(folder.parent / "web.apkg")
    assert invoke("adopt", folder.parent / "web.apkg", "-o", folder).exit_code == 0


def without_adopted(folder: Path) -> None:
    (folder / "deck.adopted").unlink()


def with_other_fields(folder: Path) -> None:
    lock = folder / "deck.lock"
    text = lock.read_text(encoding="utf-8")
    assert '"Question"' in text
    lock.write_text(text.replace('"Question"', '"Front"'), encoding="utf-8")


def with_another_logo(folder: Path) -> None:
    (path,) = folder.rglob("_logo.png")
    path.write_bytes(PNG + b"another")


def of_an_older_version(folder: Path) -> None:
    """Write the lock as 0.1.0 wrote it, with the hash of what another version of a library draws."""
    lock = folder / "deck.lock"
    text = lock.read_text(encoding="utf-8").replace('"format": 2', '"format": 1')
    lock.write_text(re.sub(r'"hash": "[0-9a-f]{16}"', '"hash": "0123456789abcdef"', text), encoding="utf-8")


def in_latin_1(folder: Path) -> None:
    path = folder / "01.md"
    path.write_bytes(path.read_text(encoding="utf-8").encode("latin-1"))


def large(name: str, megabytes: int) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        with (folder / name).open("wb") as file:
            file.truncate(megabytes * 2**20)

    return make


def with_content(name: str, content: bytes) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        (folder / name).write_bytes(content)

    return make


def without_lock(folder: Path) -> None:
    names = ["git", "-C", str(folder), "-c", "user.name=A", "-c", "user.email=a@example.org"]
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "Released"]):
        subprocess.run([*names, *command], check=True)
    (folder / "deck.lock").unlink()


MAKERS: dict[str, Callable[[Path], None]] = {
    "active-media": with_content("tree.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"),
    "broken-media": with_content("tree.png", b"version https://git-lfs.github.com/spec/v1"),
    "changed-schema": with_other_fields,
    "huge-picture": with_content("tree.png", PNG.ljust(2 * 2**20, b"x")),
    "large-media": large("talk.mp3", 101),
    "lost-adopted": without_adopted,
    "lost-lock": without_lock,
    "not-utf8": in_latin_1,
    "older-lock": of_an_older_version,
    "replaced-media": with_another_logo,
    "unreadable": large("01.md", 65),
}
"""Changes of bad examples, for content that no page can show."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / "my-deck"
    made.mkdir()
    monkeypatch.chdir(made)
    return made


def test_every_code_has_its_page_and_every_page_its_code() -> None:
    assert {path.stem for path in PAGES.iterdir()} == set(CODES)


@pytest.mark.parametrize("code", sorted(CODES))
def test_a_page_has_its_parts(code: str) -> None:
    found = parts(code)
    titles = [title for title in list(found)[1:] if not title.startswith(("## Released", "## Adopted"))]
    assert titles == [f"# {code}", "## Meaning", "## Bad", "## Good", "## For learners"]
    assert "\n".join(found[f"# {code}"]).strip() == docs.status(CODES[code])
    assert all("".join(lines).strip() for lines in list(found.values())[1:])


@pytest.mark.parametrize("code", sorted(CODES))
def test_a_page_is_plain_english(code: str) -> None:
    assert list(english.of_markdown(PAGES / f"{code}.md")) == []


@pytest.mark.parametrize("kind", ["Bad", "Good"])
@pytest.mark.parametrize("code", sorted(CODES.keys() - IN_THE_PREVIEW))
def test_the_examples_are_true(code: str, kind: str, folder: Path, invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    now = int(time.time()) - 3600
    found = parts(code)
    for title, lines in found.items():
        if title.startswith("## Adopted"):
            adopted(folder, invoke)
        elif title.startswith("## Released"):
            now += 60
            monkeypatch.setenv("SOURCE_DATE_EPOCH", str(now))
            emptied(folder)
            released = example(lines)
            released.write(folder)
            result = run(invoke, monkeypatch, released.command or "deckbuilder release .")
            assert result.exit_code == 0
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    shown = example(found[f"## {kind}"])
    if "## Adopted" in found:
        shown.bare = True
    else:
        emptied(folder)
    shown.write(folder)
    if kind == "Bad" and code in MAKERS:
        MAKERS[code](folder)
    problems = reported(run(invoke, monkeypatch, shown.command or "deckbuilder check ."))
    errors = {name for name, severity in problems.items() if severity == "error"}
    if kind == "Bad":
        assert problems.get(code) == CODES[code].severity.name.lower()
        assert errors - ALSO.get(code, set()) <= {code}
    else:
        assert code not in problems
        assert errors == set()
