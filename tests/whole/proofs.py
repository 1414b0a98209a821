"""Decks -> the sentences that claim something without a proof, and the broken proofs, each with its place.

``python -m tests.whole.proofs [PATH]…`` prints them; with ``--count``, it counts the proofs of each file. CONTRIBUTING has the
notation.
"""

from __future__ import annotations

import ast
import re
import sys
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from deckbuilder.check.prose import shown_words
from deckbuilder.markdown.block import Block
from deckbuilder.markdown.block_parser import blocks, leaves, leaves_of
from deckbuilder.markdown.leaf_blocks import cells
from deckbuilder.model.records import Kind, Question, Source
from deckbuilder.source.parse import parse
from tests.support import CONTENT, ROOT

_DIGITS = r"(?<![A-Za-z0-9_./-])\d+(?:[.,:]\d+)*"
_MEASURES = "个种类条步次项件层段行处点份组张秒天位名套台字倍"
TRIGGERS = re.compile(
    r"\b(?:always|never|only|every(?:thing|one|where)?|all|both|any(?:thing|one|where)?|defaults?|safe|safely"
    r"|escape[ds]?|protects?|prevents?|private|three|four|five|six|seven|eight|nine|ten)\b"
    rf"|总是|永远|从不|绝不|只|仅|所有|全部|每|都|任何|默认|安全|转义|防止|保护|私有|(?<!第)[三四五六七八九十]+(?=[{_MEASURES}])"
    rf"|{_DIGITS}",
    re.IGNORECASE,
)
"""The words that make a sentence a claim."""
_NAMES = re.compile(r"\b(?:PEP|RFC|DB-API)[ \u00a0]\d+|N\+1")
"""Numbers that are names."""
_CLOZE = re.compile(r"\{\{c\d+::|::[^{}:]*\}\}|\}\}")
_END = re.compile(r"[。！？；…]+[”’）)]*|[.!?;][\"')”’]*(?=\s|$)")
_PROOF = re.compile(r"\s*# (proof|line|page):\s*(.*?)\s*$")
_LINE = re.compile(r"(?P<path>[\w./-]+):\s*(?P<text>\S.*)")
_VERSIONS = re.compile(r"\s*<!--+\s*versions:(?P<runs>[^\n]*)")
_RUN = re.compile(r"\s*(?P<names>[\w.-]+==[\w.]+(?:\s+[\w.-]+==[\w.]+)*)\s+(?P<end>passes|fails)\s*")
_WRONG_OPTION = re.compile(r"\[ \]\s")


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


class Text(NamedTuple):
    """A paragraph, a cell or an item: its words, with single blanks, and the places where its lines begin in ``text``."""

    first: int
    text: str
    starts: tuple[int, ...] = (0,)
    claims: bool = True
    """False for a wrong option."""
    asks: bool = False
    """True for the heading of a question that is no cloze."""

    def line(self, at: int) -> int:
        """Return the number of the line in the file that has the character ``at``."""
        return self.first + bisect_right(self.starts, at) - 1


def texts(question: Question) -> Iterator[Text]:
    """Yield the running texts that learners see of a question. Its sources are not among them."""
    yield _text(question.heading.first, question.heading.lines)._replace(asks=question.kind is not Kind.CLOZE)
    if question.hint:
        yield _text(question.span.line, (question.hint,))
    for passage in (question.body, question.answer):
        for offset, block in leaves(passage.lines):
            yield from _texts(passage.first + offset + block.start, block)


def _texts(first: int, block: Block) -> Iterator[Text]:
    if block.kind == "table":
        for row, line in enumerate(block.lines):
            if row != 1:  # the row of hyphens
                yield from (_text(first + row, (cell,)) for cell in cells(line))
    elif block.kind == "heading":
        yield _text(first, (block.text,))
    elif block.kind in ("text", "html"):
        yield _text(first, block.lines)


def _text(first: int, lines: Sequence[str]) -> Text:
    starts, parts, at = [], [], 0
    for line in lines:
        part = " ".join(line.split())
        starts.append(at)
        parts.append(part)
        at += len(part) + 1
    return Text(first, " ".join(parts), tuple(starts), claims=not _WRONG_OPTION.match(parts[0] if parts else ""))


def masked(text: str) -> str:
    """Return ``text`` with blanks in place of code, addresses, names with numbers, and the marks and hints of clozes."""
    bare = _CLOZE.sub(lambda match: " " * len(match[0]), shown_words(text))
    return _NAMES.sub(lambda match: " " * len(match[0]), bare)


def sentences(text: str, bare: str) -> Iterator[tuple[int, int]]:
    """Yield (begin, end) of each sentence of ``text``; ``bare`` is its masked form. A semicolon ends a sentence, too."""
    begin = 0
    for match in _END.finditer(bare):
        if match[0][0] in ".!?;" and match.end() < len(text) and not text[match.end()].isspace():
            continue
        yield begin, match.end()
        begin = match.end()
    if bare[begin:].strip():
        yield begin, len(text)


def claims(text: Text, shown: set[str]) -> Iterator[tuple[int, int, list[tuple[int, int]]]]:
    """Yield (begin, end, places of its triggers) of each claim. Numbers in ``shown`` are proven by the run of the code.

    Questions claim nothing. Neither do the sentences of a heading that follow its question: these say how to answer. Whole
    numbers before the question are given, such as three users or an answer of 500.
    """
    bare = masked(text.text)
    asked = not text.claims
    for begin, end in sentences(text.text, bare):
        if bare[begin:end].rstrip("\"')”’） ").endswith(("?", "？")):
            asked = asked or text.asks
        elif not asked:
            triggers = (match for match in TRIGGERS.finditer(bare, begin, end) if match[0] not in shown)
            found = [match.span() for match in triggers if not (text.asks and match[0].isdigit())]
            if found:
                yield begin, end, found


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
    """Return the runs in ``Flask==3.0.3 fails, Flask==3.1.0 passes``; ``()`` if one of them cannot be read."""
    found = [_RUN.fullmatch(part) for part in order.split(",")]
    read = [Run(tuple(sorted(match["names"].split())), match["end"] == "passes") for match in found if match]
    return tuple(read) if len(read) == len(found) else ()


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
    seen = list(texts(question))
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
    shown = {number for step in question.code if not step.hidden for number in re.findall(_DIGITS, step.text)}
    for text, quotes in zip(seen, proven, strict=True):
        for begin, end, triggers in claims(text, shown):
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
