"""Decks -> the sentences that claim something without a proof, and the broken proofs, each with its place.

``python -m tests.whole.proofs [PATH]…`` prints them; with ``--count``, it counts the proofs of each file. The notation is in
``deckbuilder/docs/contributing-questions.md``.
"""

from __future__ import annotations

import ast
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from deckbuilder.markdown.block_parser import blocks, leaves_of
from deckbuilder.model.records import Question, Source
from deckbuilder.source.parse import parse
from tests.support import CONTENT, ROOT
from tests.whole import claims

_PROOF = re.compile(r"\s*# (proof|line|page):\s*(.*?)\s*$")
_LINE = re.compile(r"(?P<path>[\w./-]+):\s*(?P<text>\S.*)")
_VERSIONS = re.compile(r"\s*<!--+\s*versions:(?P<runs>[^\n]*)")
_RUN = re.compile(
    r'\s*(?P<names>[\w.-]+==[\w.]+(?:\s+[\w.-]+==[\w.]+)*)\s+(?:(?P<end>passes|fails)|fails\s+with\s+"(?P<error>[^"]+)")\s*(?:,|$)'
)
_OWN_ASSERT = re.compile(r'(?m)^  File "<string>", line .*\n(?:    .*\n)*AssertionError(?::|$)')
"""Matches the end of a traceback whose last frame is in code of ``python -c``. Since Python 3.13, the line of the code follows."""


class Finding(NamedTuple):
    """A claim without proof, or a broken proof."""

    path: str
    line: int
    text: str
    reason: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text[:200]} [{self.reason}]"


class Run(NamedTuple):
    """The distributions with which code must pass or fail, such as ``("Flask==3.0.3",)``."""

    names: tuple[str, ...]
    passes: bool
    error: str = ""
    """A piece of the error of a run that fails. Without it, the code fails at an assert of its own."""

    def problem(self, passed: bool, errors: str) -> str:
        """Return the reason why a run with this result is not this run, or ``""``. ``errors`` is the standard error output.

        Indented lines do not count: Python repeats the lines of the code there.
        """
        if passed or self.passes:
            return "" if passed is self.passes else f"it {'passes' if passed else 'fails'}"
        if self.error:
            said = (line for line in errors.split("\n") if line[:1].strip())
            return "" if any(self.error in line for line in said) else f"no line of the error has {self.error!r}"
        last = errors.rpartition("Traceback (most recent call last):")[2]
        way = 'it fails, but not at an assert of its own; write: fails with "a piece of the error"'
        return "" if _OWN_ASSERT.search(last) else way


class Hidden(NamedTuple):
    """Code that no card shows: a hidden block, or the code of a ``versions`` comment."""

    line: int
    """The number of its first line in the file."""
    lines: tuple[str, ...]
    skipped: bool = False
    runs: tuple[Run, ...] | None = None
    """For a ``versions`` comment, its runs; ``()`` if these cannot be read."""


class Proof(NamedTuple):
    """A quote, and the thing that proves the quote."""

    line: int
    quote: str
    kind: str
    """One of assert, line, page, versions."""
    problem: str
    """The reason why it proves nothing, or ``""``."""


def proofs(block: Hidden) -> Iterator[Proof]:
    """Yield the proofs in a block. Each run of ``# proof:`` lines has one thing that proves them."""
    at = 0
    while at < len(block.lines):
        quotes = []
        while at < len(block.lines) and (match := _PROOF.match(block.lines[at])) and match[1] == "proof":
            quotes.append((block.line + at, match[2]))
            at += 1
        if quotes:
            kind, problem = _thing(block, at)
            yield from (Proof(line, quote, kind, problem) for line, quote in quotes)
        at += 1


def _thing(block: Hidden, at: int) -> tuple[str, str]:
    """Return the kind of the thing on the line ``at`` of a block, and its problem, or ``""``."""
    if block.runs is not None:
        return "versions", "" if {run.passes for run in block.runs} == {
            True,
            False,
        } else "needs a run that passes, one that fails"
    match = _PROOF.match(block.lines[at]) if at < len(block.lines) else None
    if match and match[1] == "line":
        return "line", "" if _is_in_library(match[2]) else "this line is not in the library's file"
    if match:
        return "page", "" if re.match(r"https://\S+$", match[2]) else "a page has an address with https"
    if block.skipped:
        return "assert", "this block does not run"
    return "assert", "" if at in _asserting(block.lines) else "no assert is below"


@cache
def _asserting(lines: tuple[str, ...]) -> frozenset[int]:
    """Return the indexes of the lines on which a statement begins that may fail with AssertionError."""
    try:
        tree = ast.parse("\n".join(lines))
    except SyntaxError:
        return frozenset()
    return frozenset(node.lineno - 1 for node in _running(tree.body) if _asserts(node))


def _running(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements in ``body`` at any depth that must run: no functions, no ``except`` if the error may stay away."""
    for node in body:
        yield node
        if isinstance(node, ast.Try | ast.With | ast.AsyncWith | ast.For | ast.AsyncFor | ast.While | ast.If):
            parts = [node.body, *(getattr(node, name, []) for name in ("orelse", "finalbody"))]
            if any(isinstance(other, ast.Raise) for other in [node.body[-1], *getattr(node, "orelse", [])]):
                parts += [handler.body for handler in getattr(node, "handlers", [])]
            yield from (inner for part in parts for inner in _running(part))


def _asserts(node: ast.stmt) -> bool:
    if isinstance(node, ast.Assert):
        return any(isinstance(part, ast.Name | ast.Attribute) for part in ast.walk(node.test))  # no constant
    if isinstance(node, ast.Raise):
        return node.exc is not None and ast.unparse(node.exc).startswith("AssertionError")
    holders = ast.With | ast.AsyncWith | ast.For | ast.AsyncFor | ast.While | ast.Try | ast.If
    inner = (part for part in ast.walk(node) if isinstance(part, ast.stmt) and part is not node)
    return isinstance(node, holders) and any(_asserts(part) for part in inner if isinstance(part, ast.Assert | ast.Raise))


@cache
def _is_in_library(order: str) -> bool:
    """Return whether ``flask/app.py: TEXT`` is true of the installed library or of Python's own. Blanks are folded."""
    match = _LINE.fullmatch(order)
    for folder in sys.path if match else ():
        path = Path(folder, match["path"])  # type: ignore[index]  # see above
        if path.is_file() and path.parts[len(Path(folder).parts)] not in ("content", "deckbuilder", "tests"):
            return " ".join(match["text"].split()) in " ".join(path.read_text(encoding="utf-8").split())  # type: ignore[index]
    return False


def runs(order: str) -> tuple[Run, ...]:
    """Return the runs in ``Flask==3.0.3 fails with "no 'x'", Flask==3.1.0 passes``; ``()`` if one of them cannot be read."""
    found, at = list[Run](), 0
    while match := _RUN.match(order, at):
        found.append(Run(tuple(sorted(match["names"].split())), match["end"] == "passes", match["error"] or ""))
        at = match.end()
        if at == len(order):
            return tuple(found) if not match[0].endswith(",") else ()
    return ()


def of_versions(lines: Sequence[str]) -> Iterator[Hidden]:
    """Yield the ``versions`` comments among the lines of a file."""
    for offset, block in leaves_of(blocks(lines)):
        if block.kind == "comment" and (match := _VERSIONS.match(block.lines[0])):
            code = tuple("\n".join(block.lines[1:]).rpartition("-->")[0].split("\n"))
            yield Hidden(offset + block.start + 2, code, runs=runs(match["runs"]))


def hidden(question: Question, versions: Iterable[Hidden]) -> Iterator[Hidden]:
    """Yield the hidden Python of a question, and those of ``versions`` that lie in the question."""
    for step in question.code:
        if step.hidden and step.language == "python":
            yield Hidden(step.line, step.lines, skipped=step.skipped is not None)
    yield from (block for block in versions if question.span.line < block.line <= question.end)


def of_question(path: str, question: Question, versions: Iterable[Hidden], counts: Counter[str]) -> Iterator[Finding]:
    """Yield the findings in one question, and count its claims and its proofs by kind."""
    seen = list(claims.texts(question))
    found = [proof for block in hidden(question, versions) for proof in proofs(block)]
    proven: list[list[tuple[int, int]]] = [[] for _ in seen]
    for proof in found:
        quote = " ".join(proof.quote.split())
        bare = (text.text.removeprefix("[x] ") for text in seen)
        whole = [(number, len(seen[number].text) - len(quote)) for number, text in enumerate(bare) if text == quote]
        places = whole or [(number, at) for number, text in enumerate(seen) for at in _places(text.text, quote)]
        problem = proof.problem or (
            "" if len(places) == 1 else "this quote is not once in the text, but " + f"{len(places)} times"
        )
        if problem:
            yield Finding(path, proof.line, proof.quote, problem)
        else:
            proven[places[0][0]].append((places[0][1], places[0][1] + len(quote)))
            counts[proof.kind] += 1
    shown = {number for step in question.code if not step.hidden for number in re.findall(claims.DIGITS, step.text)}
    for text, quotes in zip(seen, proven, strict=True):
        for begin, end, triggers in claims.claims(text, shown):
            counts["claims"] += 1
            left = [text.text[a:b] for a, b in triggers if not any(first <= a and b <= last for first, last in quotes)]
            if left:
                yield Finding(path, text.line(triggers[0][0]), text.text[begin:end].strip(), ", ".join(left))


def _places(text: str, quote: str) -> Iterator[int]:
    at = text.find(quote) if quote else -1
    while at >= 0:
        yield at
        at = text.find(quote, at + 1)


def of_text(path: str, text: str, counts: Counter[str] | None = None) -> list[Finding]:
    """Return the findings in the text of a Markdown file. ``counts`` gets the numbers of claims and proofs."""
    counts = Counter() if counts is None else counts
    versions = list(of_versions(text.split("\n")))
    found = parse(Source(path, Path(), text)).questions
    return [one for question in found for one in of_question(path, question, versions, counts)]


def files(*names: str) -> list[Path]:
    """Return the Markdown files of these files and folders, by default of our decks. READMEs and changelogs are no part of a deck."""
    given = [Path(name) for name in names] or sorted(path.parent for path in CONTENT.glob("*/deck.toml"))
    found = [path for one in given for path in (sorted(one.rglob("*.md")) if one.is_dir() else [one])]
    return [path for path in found if not path.name.startswith(("README", "CHANGELOG"))]


def main(arguments: Sequence[str]) -> int:
    """Print the findings in these files, or with ``--count`` the numbers of claims and proofs. Return the exit code."""
    total, found = Counter[str](), list[Finding]()
    for path in files(*(name for name in arguments if name != "--count")):
        counts, shown = Counter[str](), path.resolve()
        name = shown.relative_to(ROOT).as_posix() if shown.is_relative_to(ROOT) else str(path)
        found += of_text(name, path.read_text(encoding="utf-8"), counts)
        if "--count" in arguments:
            sys.stdout.write(f"{name}: {_counted(counts)}\n")
        total += counts
    lines = [] if "--count" in arguments else found
    sys.stdout.write("".join(f"{one}\n" for one in [*lines, f"{_counted(total)}; {len(found)} findings"]))
    return 1 if found else 0


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{counts[kind]} {kind}" for kind in ("claims", "assert", "line", "page", "versions"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
