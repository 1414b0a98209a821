"""``pull``: corrections from Anki become a patch that git applies, and everything else is listed."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result

from deckbuilder.pipeline.build_deck import pack
from deckbuilder.source import lock_file
from tests.learners.learner import Learner
from tests.support import TIME, built

Invoke = Callable[..., Result]
TOML = 'id = "pull-test"\nname = "Pull"\ntags = ["deck"]\n'
TEXT = """\
---
tags: [file]
---
# Basics

## What is a *context*? {#context tags="own" hint="think of requests"}

It holds data <!-- a secret --> for one request,
with __two__ parts.

<!-- hidden -->

- one
- two

Source: [docs](https://example.org/a)

## What does this print? {#prints}

```python
print(1)
print(2)
```

---

```output
1
2
```

## Type the status. {#status .typed}

`308`

It keeps the method.

## The {{c1::sky}} is {{c2::blue::colour}}. {#sky .cloze}

## Which ones? {#which .choice}

- [x] first one
- [ ] second one

Because of $a_b$.

| a | b |
| - | - |
| 1 | 2 |
"""


class Case:
    """A deck in git with a release, and learners who have it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.deck = folder / "deck"
        self.deck.mkdir()
        self.file = self.deck / "01.md"
        (self.deck / "deck.toml").write_text(TOML, encoding="utf-8")
        self.file.write_text(TEXT, encoding="utf-8")
        self.now = TIME
        self.learners: list[Learner] = []
        self.git("init", "-q", "-b", "main", ".")
        self.release()

    def git(self, *arguments: str, given: bytes | None = None) -> str:
        names = ["-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "core.autocrlf=false"]
        done = subprocess.run(["git", *names, *arguments], cwd=self.folder, check=True, capture_output=True, input=given)
        return done.stdout.decode()

    def release(self) -> None:
        """Release the deck as it is, and commit it."""
        self.now += 1000
        result = built(self.deck)
        assert result.good, result.diagnostics
        packed = pack(result.deck, self.now)
        self.package = packed.data
        (self.deck / "deck.lock").write_text(lock_file.text(packed.lock), encoding="utf-8")
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "release")

    def learner(self, name: str = "anna") -> Learner:
        """Return a new learner who has the last release."""
        learner = Learner(self.folder / name)
        self.learners.append(learner)
        learner.takes(self.package)
        return learner

    def replace(self, old: str, new: str) -> None:
        text = self.file.read_text(encoding="utf-8")
        assert text.count(old) == 1
        self.file.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Case]:
    monkeypatch.chdir(tmp_path)
    case = Case(tmp_path)
    yield case
    for learner in case.learners:
        learner.close()


def changed(before: str, after: str) -> list[str]:
    """Return the lines that differ, with ``-`` and ``+``."""
    old, new = before.split("\n"), after.split("\n")
    return [f"-{line}" for line in old if line not in new] + [f"+{line}" for line in new if line not in old]


def put(old: str, new: str) -> Callable[[str], str]:
    """Return the edit that replaces ``old``."""
    return lambda html: html.replace(old, new)


EDITS = {
    "word": ("context", "Answer", put("for one", "for each"), ["-It holds data <!-- a secret --> for one request,", "+It holds data <!-- a secret --> for each request,"]),
    "bold": ("context", "Answer", put("with", "<b>with</b>"), ["-with __two__ parts.", "+**with** __two__ parts."]),
    "inside bold": ("context", "Answer", put("two</strong>", "three</strong>"), ["-with __two__ parts.", "+with __three__ parts."]),
    "item": ("context", "Answer", put("</li></ul>", "</li><li>three</li></ul>"), ["+- three"]),
    "heading": ("context", "Question", put("What is", "What, then, is"), ['-## What is a *context*? {#context tags="own" hint="think of requests"}', '+## What, then, is a *context*? {#context tags="own" hint="think of requests"}']),
    "hint": ("context", "Hint", put("requests", "one request"), ['-## What is a *context*? {#context tags="own" hint="think of requests"}', '+## What is a *context*? {#context tags="own" hint="think of one request"}']),
    "no hint": ("context", "Hint", lambda _: "", ['-## What is a *context*? {#context tags="own" hint="think of requests"}', '+## What is a *context*? {#context tags="own"}']),
    "new hint": ("prints", "Hint", lambda _: "count", ["-## What does this print? {#prints}", '+## What does this print? {#prints hint="count"}']),
    "source": ("context", "Source", put("docs</a>", "the docs</a>"), ["-Source: [docs](https://example.org/a)", "+Source: [the docs](https://example.org/a)"]),
    "no source": ("context", "Source", lambda _: "", ["-Source: [docs](https://example.org/a)"]),
    "new source": ("prints", "Source", lambda _: "Docs &amp; more", ["+Source: Docs & more"]),
    "code": ("prints", "Question", put("2</span>", "3</span>"), ["-print(2)", "+print(3)"]),
    "split code": ("prints", "Answer", put("1\n2", '1</code></pre><pre class="output"><code>1.5\n2'), ["+1.5"]),
    "android": ("prints", "Answer", put("1\n2", "1<br>3"), ["-2", "+3"]),
    "typed": ("status", "Typed", put("308", "307"), ["-`308`", "+`307`"]),
    "cloze": ("sky", "Text", put("sky", "night sky"), ["-## The {{c1::sky}} is {{c2::blue::colour}}. {#sky .cloze}", "+## The {{c1::night sky}} is {{c2::blue::colour}}. {#sky .cloze}"]),
    "new cloze": ("sky", "Text", put("}}.", "}} {{c3::today}}."), ["-## The {{c1::sky}} is {{c2::blue::colour}}. {#sky .cloze}", "+## The {{c1::sky}} is {{c2::blue::colour}} {{c3::today}}. {#sky .cloze}"]),
    "extra": ("sky", "Extra", lambda _: "<div>By day.</div>", ["+By day."]),
    "question below": ("context", "Question", put("</p>", "</p><p>In Flask.</p>"), ["+In Flask."]),
    "option": ("which", "Question", put("second", "other"), ["-- [ ] second one", "+- [ ] other one"]),
    "right option": ("which", "Question", put("first", "only"), ["-- [x] first one", "+- [x] only one"]),
    "right option below": ("which", "Answer", put("first", "only"), ["-- [x] first one", "+- [x] only one"]),
    "maths": ("which", "Answer", put("a_b", "a_c"), ["-Because of $a_b$.", "+Because of $a_c$."]),
    "typed maths": ("which", "Answer", put("Because of", r"Because of \(x&lt;y\)&nbsp;"), ["-Because of $a_b$.", "+Because of $x<y$ $a_b$."]),
    "cell": ("which", "Answer", put("<td>2", "<td>3"), ["-| 1 | 2 |", "+| 1 | 3 |"]),
}  # fmt: skip


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Case, Learner]]:
    """Share a deck and its learner between the tests of single edits, each of which leaves both as they were."""
    case = Case(tmp_path_factory.mktemp("shared"))
    yield case, case.learner()
    case.learners[0].close()


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_becomes_its_line(
    name: str, shared: tuple[Case, Learner], invoke: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The patch has the changed lines alone, git applies it, and then nothing is left to pull."""
    case, learner = shared
    monkeypatch.chdir(case.folder)
    ident, field, edit, lines = EDITS[name]
    before = learner.note(ident)[field]
    learner.edits(ident, field, edit)
    export = learner.exports("phone.apkg")
    try:
        found = invoke("pull", export, "deck")
        assert found.exit_code == 0
        assert case.file.read_text(encoding="utf-8") == TEXT
        case.git("apply", "-", given=found.stdout.encode())
        assert sorted(changed(TEXT, case.file.read_text(encoding="utf-8"))) == sorted(lines)
        assert invoke("pull", export, "deck").stdout == ""
    finally:
        case.file.write_text(TEXT, encoding="utf-8")
        learner.edits(ident, field, lambda _: before)


def test_write_applies_the_patch(case: Case, invoke: Invoke) -> None:
    learner = case.learner()
    learner.edits("context", "Answer", put("for one", "for each"))
    export = learner.exports("phone.apkg")
    patch = invoke("pull", export, "deck").stdout
    found = invoke("pull", export, "deck", "--write")
    assert (found.exit_code, found.stdout) == (0, patch)
    assert "wrote 1 change into 1 file\n" in found.stderr
    assert case.file.read_text(encoding="utf-8") == TEXT.replace("for one", "for each")


def test_no_edit_gives_nothing(case: Case, invoke: Invoke) -> None:
    found = invoke("pull", case.learner().exports("phone.apkg", legacy=True), "deck")
    assert (found.exit_code, found.stdout) == (0, "")
    assert found.stderr == "phone.apkg: 5 notes of Pull, 5 untouched\nPull: 0 proven changes\n"
