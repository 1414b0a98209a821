"""A rule about Python code that Python does not parse. Nothing is run: CPython's parser alone reads the code."""

from __future__ import annotations

import ast
import re
import sys
import threading
import warnings
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from deckbuilder.cards import clozes
from deckbuilder.markdown import fence_options
from deckbuilder.markdown.block import Block, language_of
from deckbuilder.model.code_steps import outcome
from deckbuilder.model.diagnostics import Diagnostic, Span
from deckbuilder.model.records import File
from deckbuilder.source import positions

LARGEST = 20_000
"""Characters; larger code is not parsed. Some CPython versions are slow for large code that is wrong."""
_CODE = frozenset({"python", "py", "python3", "py3", "ipython", "ipython3"})
_SESSION = frozenset({"pycon", "doctest"})
_INTENDED = (
    *("syntaxerror", "indentationerror", "taberror", "syntax error", "indentation error", "invalid syntax", "invalid-syntax"),
    *("语法错误", "語法錯誤"),
)
"""Words, in lower case, of a question about code with a mistake. Many searches for words are faster than one for a pattern."""
_PROMPT = re.compile(r"[ \t]*(?:>>>|In \[\d+\]:) ?")
_CONTINUED = re.compile(r"[ \t]*\.{3,}:?(?: |$)")
_TRACEBACK = re.compile(
    r"""
    ^(?:
        Traceback[ ]\(most[ ]recent[ ]call[ ]last\)
        |[ \t]*+File[ ]".*",[ ]line[ ]\d
        |[\w.]+?(?:Error|Exception|Warning|Interrupt)(?::|$)
    )
    """,
    re.MULTILINE | re.VERBOSE,
)
_MAGIC = re.compile(r"(?m)^([ \t]*+)(?:[\w, ]++=[ \t]*)?(?:[%!].*|\?{1,2}[\w.]+|[\w.]+\?{1,2})$")
"""Lines for IPython: ``%timeit f()``, ``!ls``, ``f?``."""
_COMMENT = re.compile(r"(?m)^([ \t]*)#.*$")
_ELIDED_LINE = re.compile(r"(?m)^([ \t]*)(?:\.\.\.|…),?[ \t]*$")
_ELIDED = re.compile(r"\.\.\.|…+")
_HEADS = {"except": "try: ...\n", "finally": "try: ...\n", "elif": "if _: ...\n", "else": "if _: ...\n"}
"""The missing first lines of code that begins with one of these words."""
_NEWER = re.compile(r"(?m)^[ \t]*(?:(?:async[ \t]+)?(?:def|class)[ \t]+\w+\[|type[ \t]+\w+[^=\n]*=)")
"""The type parameters of Python 3.12."""
_FORMATTED = re.compile(r"\b(?:[rR]?[fF][rR]?)[\"']")
_LOCK = threading.Lock()
"""Only one thread at a time may change the list of warnings to ignore."""
_PYTHON = f"Python {sys.version_info.major}.{sys.version_info.minor}"


class Fault(NamedTuple):
    """A place in code that Python does not parse; ``line`` counts from 0, ``column`` from 1."""

    line: int
    column: int
    reason: str


def python_parses(file: File) -> Iterator[Diagnostic]:
    """Report Python code that Python 3 does not parse. Bad: ``print "x"``. Good: ``print("x")``, or the language ``python2``."""
    for entry in file.entries:
        question = entry.question
        path, intended = question.span.path, None
        lines = positions.lines_of(file, path)
        tested = {step.line: step.skipped is None and outcome(step.words).compiles for step in question.code}
        for first, block in positions.code(question):
            fault = _fault(block) if block.kind == "fence" and language_of(block) in _CODE | _SESSION else None
            if fault is None:
                continue
            if intended is None:
                whole = "\n".join(lines[question.span.line - 1 : question.end]).lower()
                intended = any(words in whole for words in _INTENDED)
            if intended or not tested.get(first + 1, True):
                continue
            number = first + 1 + fault.line
            column = len(lines[number - 1]) - len(block.lines[fault.line]) + fault.column
            message = (
                f"{_PYTHON} does not parse this: {fault.reason}; correct it, or write 'text' for text and 'python2' for Python 2"
            )
            yield Diagnostic(Span(path, number, max(1, column)), "python-syntax", message)


def _fault(block: Block) -> Fault | None:
    """Return the first fault of a fence, or None."""
    options = fence_options.read(block)
    lines = block.lines
    if sum(map(len, lines)) > LARGEST:
        return None
    if options.cloze:
        lines = tuple(clozes.taken_out("\n".join(lines))[0].split("\n"))
    session = next((number for number, line in enumerate(lines) if _PROMPT.match(line)), None)
    if session is None:
        return None if language_of(block) in _SESSION else _of_code(lines)
    return _of_session(lines)


def _of_session(lines: Sequence[str]) -> Fault | None:
    """Return the first fault of the code behind the prompts of a session. Other lines are output."""
    at = 0
    while at < len(lines):
        match = _PROMPT.match(lines[at])
        begin, at = at, at + 1
        if match is None:
            continue
        code = [lines[begin][match.end() :]]
        while at < len(lines) and (more := _CONTINUED.match(lines[at])):
            code.append(lines[at][more.end() :])
            at += 1
        if fault := _of_code(code):
            column = fault.column + len(lines[begin + fault.line]) - len(code[fault.line])
            return fault._replace(line=begin + fault.line, column=column)
    return None


def _of_code(lines: Sequence[str]) -> Fault | None:
    """Return the fault of ``lines``. Code with elided parts, magics or a traceback has no fault if Python parses the rest."""
    margin = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    code = "\n".join(line[margin:] for line in lines)
    with _LOCK, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fault = _parsed(code)
        if fault and (traceback := _TRACEBACK.search(code)):
            code = code[: traceback.start()]
            fault = _parsed(code)
        if fault is None or _is_newer(code, fault) or any(_parsed(other) is None for other in _completed(code)):
            return None
    return fault._replace(line=min(fault.line, len(lines) - 1), column=fault.column + margin)


def _completed(code: str) -> Iterator[str]:
    """Yield ``code`` with a text in place of elided parts: ``def f(…):``, a header without a body, ``%timeit f()``."""
    plain = _MAGIC.sub(r"\1pass", code).rstrip()
    word = re.match(r"\w*", plain)
    plain = _HEADS.get(word[0], "") + plain if word else plain
    last = plain.rpartition("\n")[2].rstrip()
    blanks = last[: len(last) - len(last.lstrip())]
    plain += f"\n{blanks}def _(): ..." if last.lstrip().startswith("@") else f"\n{blanks} ..." if last.endswith(":") else ""
    tried = {code}
    for text in (plain, _COMMENT.sub(r"\1pass", plain), _ELIDED_LINE.sub(r"\1...,", plain)):
        for other in (text, _ELIDED.sub("_", text), _ELIDED.sub("**_", text)):
            if other not in tried:
                tried.add(other)
                yield other


def _is_newer(code: str, fault: Fault) -> bool:
    """Return whether the fault may be syntax of Python 3.12, if this Python is older."""
    if sys.version_info >= (3, 12):
        return False
    in_string = fault.reason.startswith(("f-string", "unterminated", "unmatched '}'"))
    return _NEWER.search(code) is not None or (in_string and _FORMATTED.search(code) is not None)


def _parsed(code: str) -> Fault | None:
    """Return the fault at which CPython's parser stops, or None. Code that is too deep for the parser has none."""
    try:
        ast.parse(code)
    except SyntaxError as error:
        if not error.msg.startswith("Exceeds the limit"):  # a number has too many digits
            return Fault(max(0, (error.lineno or 1) - 1), max(1, error.offset or 1), error.msg)
    except (RecursionError, MemoryError, ValueError):
        return None
    return None
