r"""The text of a field -> the macros in its formulas that no card may have. The list of macros is ``assets/tex.toml``.

MathJax draws formulas in the page of the card, without a sandbox: ``\href`` makes links, and colours are a part of a style.
So each macro of a formula must be on a list. A macro that reaches a style must have plain arguments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from deckbuilder import assets
from deckbuilder.model.control_characters import CLOZE_CLOSE, CLOZE_HINT, CLOZE_NUMBER_END, CLOZE_OPEN, MATHS, SYMBOLS

_MACRO = re.compile(r"\\(?:(?P<name>[a-zA-Z]+)\*?|(?P<sign>[\s\S]))")
_ENVIRONMENT = re.compile(r"\s*+\{\s*+(?P<name>(?:[^{}\\\s]++|\s++(?!\}))*+)\s*+\}")
_NEW = re.compile(r"\*?\s*(?:\{\s*\\?([a-zA-Z]+\*?)\s*\}|\\([a-zA-Z]+))")
"""The name that a definition gives: ``\\newcommand{\\half}``, ``\\def\\half``, ``\\newenvironment{proof}``."""


def _arguments(*, defining: bool) -> dict[str, re.Pattern[str]]:
    r"""Return the pattern of the text that may follow each checked macro.

    No value has ``;`` or ``:``, so it cannot begin another part of a style. A definition could put any text in the place of
    ``#1``: ``\def\x#1{\cancel#1}``. So beside a definition, no value has such a part, and braces come first.
    """
    sign, first = ("", r"\{") if defining else (r"\#", rf"[{{a-zA-Z0-9{CLOZE_OPEN}]")
    number = ("|\\#(?![1-9])" if defining else r"|\#") + "(?:[0-9a-fA-F]{3}){1,2}"
    colour = rf"\s*\{{\s*(?:[a-zA-Z]+\d?{number})\s*\}}"
    model = r"\s*\[\s*(?:rgb|RGB|gray|named)\s*\]\s*\{[\d.,\s]*\}"
    stroke = rf"(?:\s*\[[\w\s=\"',.{sign}-]*\])?\s*(?:{first}|\\[a-zA-Z])"
    patterns = {
        "colorbox": colour,
        "fcolorbox": colour + colour,
        **dict.fromkeys(("color", "textcolor", "rowcolor", "columncolor", "cellcolor"), rf"(?:{model}|{colour})"),
        **dict.fromkeys(("bcancel", "cancel", "xcancel", "cancelto"), stroke),
        "enclose": rf"\s*\{{[a-z\s,]*\}}{stroke}",
        "bbox": rf"(?:\s*\[(?:[\w\s.,{sign}]|border\s*:)*\])?\s*{first}",
        "unicode": r"\s*\{\s*(?:x[0-9a-fA-F]+|\d+)\s*\}",
    }
    return {name: re.compile(pattern) for name, pattern in patterns.items()}


_CHECKS, _IN_DEFINITIONS = _arguments(defining=False), _arguments(defining=True)
_FORMS = {
    "colours": r"needs a name of a colour or a number of it, such as '\color{red}' or '\color{#08f}'",
    "strokes": r"needs its argument in braces and no style, such as '\cancel{x}'",
    "boxes": r"needs sizes, a colour or a border, such as '\bbox[5px, border: 1px solid red]{x}'",
    "characters": r"needs the number of a character, such as '\unicode{x2713}'",
}

_ARGUMENT = re.compile(rf"[^\n{{}}{SYMBOLS}]{{0,20}}(?:\{{[^\n}}{SYMBOLS}]{{0,40}}\}}?)?")
_OPENING = re.compile(r"\\([(\[])")
_PART = re.compile(r"\\[\s\S]|[{}]")
_ENDS = {"(": r"\)", "[": r"\]"}
_DELIMITERS = {
    ord(mark): delimiter
    for kind, pair in MATHS.items()
    for mark, delimiter in zip(pair, {"inline": (r"\(", r"\)"), "block": (r"\[", r"\]")}[kind], strict=True)
}
_CLOZE_MARK = re.compile(rf"{CLOZE_OPEN}\d+{CLOZE_NUMBER_END}|[{CLOZE_HINT}{CLOZE_CLOSE}]")
_HINT = re.compile(rf"{CLOZE_HINT}[^{CLOZE_CLOSE}]*")
_STYLED_HINT = re.compile(rf"{CLOZE_HINT}[^{CLOZE_CLOSE}]*[=:;]")


class TexFault(NamedTuple):
    """A macro that may not be on a card."""

    at: str
    r"""The macro as it is in the formula, with wrong arguments: ``\href``, ``\begin{proof*}``, ``\color{red;x}``."""
    reason: str
    """Words that follow the macro in a message, with what to write."""
    way: str = ""
    """The entry of ``tex`` in ``deck.toml`` that would allow the macro, ``""`` if no entry can."""
    unknown: bool = False
    """True if MathJax does not know the macro, and shows it in red."""
    runs: bool = False
    """True if the macro may run a script."""


class _List(NamedTuple):
    known: frozenset[str]
    """All macros of MathJax in Anki, with their names only."""
    environments: frozenset[str]
    signs: frozenset[str]
    """Characters that are a macro behind a backslash."""
    definitions: frozenset[str]
    forms: dict[str, str]
    """The right form of each macro whose arguments are checked."""
    refused: dict[str, tuple[str, bool]]
    """Macro -> (reason and way out, whether no entry allows it)."""


@cache
def _macros() -> _List:
    data = assets.data("tex.toml")
    harmless: dict[str, str] = data["harmless"]
    signs, environments = harmless.pop("signs"), harmless.pop("environments")
    refused = {
        name: (f"{group['reason']}; {group['way']}", group["never"])
        for group in data["refused"]
        for name in group["names"].split()
    }
    forms = {name: _FORMS[kind] for kind, names in data["checked"].items() for name in names.split()}
    definitions = frozenset(data["definitions"]["names"].split())
    known = {name for names in harmless.values() for name in names.split()} | refused.keys() | forms.keys() | definitions
    return _List(
        frozenset(known), frozenset(environments.split()), frozenset(signs) | set(" \t\n\xa0"), definitions, forms, refused
    )


@cache
def names() -> frozenset[str]:
    """Return the names of all macros and environments that MathJax in Anki knows, without backslashes."""
    return _macros().known | _macros().environments


@cache
def harmless() -> frozenset[str]:
    """Return the names that a message may advise: no macro that needs a setting, or that no setting allows."""
    return names() - _macros().refused.keys()


def forbidden(name: str) -> bool:
    """Return True if no setting allows the macro ``name``, such as ``href``."""
    return _macros().refused.get(name, ("", False))[1]


def defined(text: str) -> frozenset[str]:
    r"""Return the names that ``\newcommand`` and the like give in the visible ``text``."""
    found = (
        (_NEW.match(text, match.end()) for match in _MACRO.finditer(text) if match["name"] in _macros().definitions)
        if "\\" in text
        else ()
    )
    return frozenset(match[1] or match[2] for match in found if match) - names()


def faults(text: str, allowed: frozenset[str] = frozenset()) -> list[TexFault]:
    """Return each macro once that may not be on a card. ``text`` is a field without tags, its clozes are control characters.

    ``allowed`` are the names that the deck allows, and those that another field of the note defines.
    Each cloze may be hidden or shown. So the text is read with its clozes, without them, and without their hints. Hiding a part
    of a formula may move the end of the formula, so then all text counts.
    """
    text = text.translate(_DELIMITERS)
    shown = _CLOZE_MARK.sub("", _HINT.sub("", text))
    defining = any(match["name"] in _macros().definitions for match in _MACRO.finditer(text))
    allowed |= defined(shown)
    found = {fault.at: fault for formula in formulas(shown) for fault in _of_formula(formula, allowed, defining=defining)}
    if any(_CLOZE_MARK.search(formula) for formula in formulas(text)):
        for form in (text, shown, _CLOZE_MARK.sub("", text)):
            more = _of_formula(form, allowed, defining=defining, hints=bool(_STYLED_HINT.search(text)))
            found |= {fault.at: fault for fault in more if not fault.unknown}
    return list(found.values())


def formulas(text: str) -> Iterator[str]:
    r"""Yield the formulas between ``\(…\)`` and ``\[…\]`` that MathJax finds: its ``FindTeX.findEnd`` counts braces, too.

    A formula with too few ``}`` ends at the last end mark, which is more than MathJax takes.
    """
    last = {bracket: text.rfind(end) for bracket, end in _ENDS.items()}
    at = 0
    while match := _OPENING.search(text, at):
        begin, at = match.end(), match.end()
        if last[match[1]] < begin:
            continue
        end = _end(text, begin, _ENDS[match[1]])
        end = last[match[1]] if end < 0 else end
        yield text[begin:end]
        at = end + 2


def _end(text: str, begin: int, mark: str) -> int:
    depth = 0
    for part in _PART.finditer(text, begin):
        if part[0] == mark and not depth:
            return part.start()
        depth = depth + 1 if part[0] == "{" else max(0, depth - 1) if part[0] == "}" else depth
    return -1


def _of_formula(text: str, allowed: frozenset[str], *, defining: bool, hints: bool = False) -> Iterator[TexFault]:
    """Yield the faults of the TeX ``text``; ``hints`` is True if a hint of a cloze could be an option with a style."""
    macros = _macros()
    checks = _IN_DEFINITIONS if defining else _CHECKS
    for match in _MACRO.finditer(text):
        name, macro = match["name"] or "", match[0].rstrip("*")
        if name == "begin":
            found = _ENVIRONMENT.match(text, match.end())
            if found and found["name"] not in macros.environments | allowed:
                yield _unknown(f"\\begin{{{found['name']}}}", found["name"])
        elif name in allowed:
            continue
        elif name in macros.refused:
            reason, never = macros.refused[name]
            yield TexFault(macro, reason, "" if never else name, runs=never)
        elif name in checks:
            after = checks[name].match(text, match.end())
            if not after or (hints and after[0].endswith(CLOZE_OPEN)):
                yield TexFault(_with_argument(text, match), macros.forms[name], name)
        elif name in macros.definitions:
            new = _NEW.match(text, match.end())
            if not new or (new[1] or new[2]) in names():
                reason = "changes a macro of Anki for all later cards, or defines nothing; write a new name, such as '\\newcommand{\\half}{…}'"
                yield TexFault(_with_argument(text, match), reason, name)
        elif name and name not in macros.known:
            yield _unknown(macro, name)
        elif not name and match["sign"] not in macros.signs and match["sign"] not in "()[]":
            yield _unknown(macro, "")


def _with_argument(text: str, match: re.Match[str]) -> str:
    """Return the macro with the beginning of its arguments, as a message shows it."""
    found = _ARGUMENT.match(text, match.end())
    return match[0] + (found[0] if found else "")


def _unknown(macro: str, name: str) -> TexFault:
    return TexFault(macro, "is unknown to Anki, which shows it in red", name, unknown=True)
