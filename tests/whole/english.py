"""Texts for people -> the sentences that break our rules of plain English, each with its place.

``python -m tests.whole.english [PATH]…`` prints them. The rules are in CONTRIBUTING.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.support import ROOT

LONGEST = 20
"""Words in a sentence."""
VERBS = frozenset((Path(__file__).parent / "verbs.txt").read_text(encoding="utf-8").split())
"""A docstring of a function begins with one of these."""
_BANNED = re.compile(
    r"\b(?:shall|stands?|standing|stood|tells?|telling|told|leav(?:e|es|ing) (?:\w+ )?out|left out|be it|seldom)\b", re.IGNORECASE
)
_BEGINS = re.compile(r"(?:in |with |by |for )?(?:what|whether|of|which of)\b", re.IGNORECASE)
_CODE = re.compile(r"``[^`]*``|`[^`]*`|https?://\S+|<[^<>]+>|\{[^{}]*\}|\"[^\"\n]*\"|“[^”]*”")
_ENDS = re.compile(r"(?<=[.!?:;])[\"')]*\s+|\s[–—]\s|\n\s*\n|\s->\s|\s<->\s")
_IN_SENTENCES = re.compile(r"\b(?:an?|the|is|are|has|of|to|in|for|it|not?|and|or)\b", re.IGNORECASE)
"""A text without any of these is a list of names."""
_WORD = re.compile(r"[^\W\d_][\w'’-]*|\bCODE\b")
_HAN = re.compile(r"[\u4e00-\u9fff]")


class Finding(NamedTuple):
    """A sentence that breaks a rule."""

    path: str
    line: int
    rule: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}: {self.text[:160]}"


def sentences(text: str) -> Iterator[str]:
    """Yield the sentences of ``text``, code as the one word CODE. A colon and a semicolon end one, too."""
    for sentence in _ENDS.split(_CODE.sub("CODE", text)):
        if shown := " ".join(sentence.split()):
            yield shown


def faults(text: str) -> Iterator[tuple[str, str]]:
    """Yield (rule, sentence) for each broken rule in ``text``."""
    if _HAN.search(text):
        return
    for sentence in sentences(text):
        words = _WORD.findall(sentence)
        if len(words) > LONGEST:
            yield f"{len(words)} words", sentence
        if _BEGINS.match(sentence) and not sentence.endswith("?"):
            yield "begins with a clause", sentence
        for word in _BANNED.findall(sentence):
            yield f"'{word}'", sentence


def of_python(path: Path) -> Iterator[Finding]:
    """Yield the findings in docstrings, comments and messages of a Python file."""
    source = path.read_text(encoding="utf-8")
    shown = path.relative_to(ROOT).as_posix()
    tree = ast.parse(source)
    documented = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            documented.add(id(node.value))
            yield from (Finding(shown, node.lineno, *fault) for fault in faults(node.value.value))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (text := ast.get_docstring(node)) and not _is_noun(node):
            first = text.split(maxsplit=1)[0].rstrip(",:;.").lower()
            if first not in VERBS:
                yield Finding(shown, node.lineno, "begins with no verb", text.split("\n")[0])
    yield from (Finding(shown, line, *fault) for line, text in _comments(source) for fault in faults(text))
    if "tests" not in path.parts:
        yield from (Finding(shown, line, *fault) for line, text in _messages(tree, documented) for fault in faults(text))


def _is_noun(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Return whether the docstring may be a noun or a sentence: that of a property, a fixture or a test."""
    names = {ast.unparse(decorator).partition("(")[0].rpartition(".")[2] for decorator in node.decorator_list}
    return bool(names & {"property", "cached_property", "fixture"}) or node.name.startswith("test_")


def _comments(source: str) -> Iterator[tuple[int, str]]:
    """Yield (line, text) of each run of comment lines."""
    begun, lines, last = 0, list[str](), -1
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT and not re.match(r"#\s*(?:noqa|type:|ruff:|!|mypy:|shellcheck)", token.string):
            text = re.sub(r"#\s*(?:noqa|type:).*?(?:\s{2,}|$)", "", token.string).lstrip("# ")
            if token.start[0] != last + 1:
                if lines:
                    yield begun, "\n".join(lines)
                begun, lines = token.start[0], []
            lines.append(text)
            last = token.start[0]
    if lines:
        yield begun, "\n".join(lines)


def _messages(tree: ast.Module, documented: set[int]) -> Iterator[tuple[int, str]]:
    """Yield (line, text) of each string that a person may read: one of four words or more, and no regular expression."""
    patterns = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) == "re"
        for part in ast.walk(node)
    }
    inner = {
        id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node) if part is not node
    }
    passed_over = patterns | documented | inner
    for node in ast.walk(tree):
        if id(node) in passed_over:
            continue
        if isinstance(node, ast.JoinedStr):
            text = "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        else:
            continue
        if (
            len(_WORD.findall(text)) >= 4
            and _IN_SENTENCES.search(text)
            and not re.search(r"[\\^$|]|\(\?|select |insert |<\w", text)
        ):
            yield node.lineno, text


def of_markdown(path: Path) -> Iterator[Finding]:
    """Yield the findings in the prose of a Markdown file: no code, cells of tables and items one by one."""
    shown = path.relative_to(ROOT).as_posix()
    fence, begun, lines = "", 0, list[str]()

    def paragraph() -> Iterator[Finding]:
        yield from (Finding(shown, begun, *fault) for fault in faults(re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", " ".join(lines))))

    for number, line in enumerate([*path.read_text(encoding="utf-8").split("\n"), ""], 1):
        mark = re.match(r"\s*(`{3,}|~{3,})", line)
        if fence or mark:
            fence = "" if fence and mark and mark[1].startswith(fence) else fence or (mark[1] if mark else "")
            yield from paragraph()
            lines = []
        elif line.startswith("|"):
            for cell in line.strip("|").split(" | "):
                begun, lines = number, [cell]
                yield from paragraph()
            lines = []
        elif not line.strip() or re.match(r"\s*(?:[-*+] |\d+\. |#|>)", line):
            yield from paragraph()
            begun, lines = number, [re.sub(r"^\s*(?:[-*+] |\d+\. |#+ |> )", "", line)] if line.strip() else []
        else:
            begun = begun if lines else number
            lines.append(line.strip())


def findings(path: Path) -> list[Finding]:
    """Return the findings in a file, or in all files of a folder."""
    if path.is_dir():
        return [one for child in sorted(path.iterdir()) if not child.name.startswith("__pyc") for one in findings(child)]
    return list(of_python(path) if path.suffix == ".py" else of_markdown(path) if path.suffix == ".md" else [])


if __name__ == "__main__":
    found = [one for name in sys.argv[1:] or ["deckbuilder"] for one in findings((ROOT / name).resolve())]
    sys.stdout.write("".join(f"{one}\n" for one in [*found, f"{len(found)} findings"]))
