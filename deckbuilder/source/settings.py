"""``deck.toml`` -> Settings, with every key checked."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from deckbuilder.model.combining_marks import nfc
from deckbuilder.model.control_characters import CONTROLS
from deckbuilder.model.diagnostics import Diagnostic, Mend, Span, nearest, only_near
from deckbuilder.model.records import Exclude, Ignore, Settings
from deckbuilder.source import code_runners, ignore_orders, question_files
from deckbuilder.source.question_ids import is_id, slug

FILE = "deck.toml"
STYLE = "style.css"
"""The file with the author's own style, beside ``deck.toml``."""
_POSITION = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")
_HTML = re.compile(r"[a-z][a-z0-9]*(?: [a-z][a-z0-9-]*)*")
_TEX = re.compile(r"[A-Za-z]+\*?")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")

LARGEST = 32
"""Kilobytes of a ``deck.toml``: Python's TOML reader takes n² steps for a key of n parts (``a.a.a``), hours for a large file."""
_MOST = 100
"""Problems that get their exact place; further ones get the file's first line."""
_UNFIT = re.compile(r'["\x00-\x1f\x7f]')
_LONGEST_VERSION = 40
_ID = "{id}"
"""The place of a question's id in an address."""
_EXAMPLE = '"https://example.org/deck/issues/new?title={id}"'
_ISSUES = re.compile(r"https://[^\s/?#{}@]+\.[^\s/?#{}@]+[/?#]|mailto:[^\s/?#{}@]+@[^\s/?#{}@]+\?")
"""The beginning of an address to report a card. No id is a part of the host."""
LEVELS = 11
"""Levels in the name of a deck with subdecks; Anki refuses a whole package with more.

https://github.com/ankitects/anki/blob/main/rslib/src/decks/addupdate.rs (``first_existing_parent``)
"""


def _id_problem(value: object) -> str | None:
    good = isinstance(value, str) and is_id(value)
    return None if good else "must have only letters, digits and hyphens"


def _name_problem(value: object) -> str | None:
    good = isinstance(value, str) and all(part and part == part.strip().strip(":") for part in value.split("::"))
    if not good or _UNFIT.search(str(value)):
        return (
            "must be text without control characters and quotation marks; no part between '::' may be empty, "
            "or begin or end with a blank or a colon (Anki would change it)"
        )
    return None if str(value).count("::") < LEVELS else f"must have no more than {LEVELS} levels (Anki would refuse the deck)"


VERSION = re.compile(r"\{([A-Za-z_]\w*(?:\.\w+)*)\}")
"""The place of a version in ``checked_with``: ``{flask.__version__}``."""


def language_problem(value: object) -> str | None:
    """Return the reason why ``value`` is no language of cards, or None."""
    good = isinstance(value, str) and _LANGUAGE.fullmatch(value)
    return None if good else "must be a language tag such as 'en' or 'zh-CN'"


def _text_problem(value: object) -> str | None:
    good = isinstance(value, str) and not CONTROLS.search(value)
    return None if good else "must be text without control characters"


def _checked_problem(value: object) -> str | None:
    if not isinstance(value, dict):
        return _text_problem(value)
    if unknown := sorted(value.keys() - {"command", "text", "env"}):
        return (
            f"has the unknown key '{unknown[0]}'{nearest(unknown[0], ('command', 'text', 'env'))}; it has command, text and env"
        )
    command, text, env = value.get("command"), value.get("text", "{}"), value.get("env", {})
    if problem := code_runners.command_problem(command):
        return f"has a command that {problem}" if isinstance(command, str) else 'must be a text, or { command = "…" }'
    if not isinstance(text, str) or _text_problem(text) or text.count("{}") != 1:
        return 'has a text that must have {} once, at the place of the command\'s output, such as "Rust {}"'
    return None if code_runners.is_table_of_texts(env) else "has an env that must be a table of texts"


def _checked_with(value: object) -> dict[str, Any]:
    """Return the settings in a table ``checked_with``; none for a text."""
    if not isinstance(value, dict):
        return {}
    env = tuple(value.get("env", {}).items())
    return {"checked_with_command": value["command"], "checked_with": value.get("text", "{}"), "checked_with_env": env}


def asks_for_versions(settings: Settings) -> bool:
    """Return whether only a run knows the text of ``checked_with``."""
    return bool(settings.checked_with_command or VERSION.search(settings.checked_with))


def _tags_problem(value: object) -> str | None:
    good = isinstance(value, list) and all(isinstance(tag, str) for tag in value)
    return None if good else 'must be a list of words, such as ["flask"]'


def _level_problem(value: object) -> str | None:
    good = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 6
    return None if good else "must be a number from 1 to 6"


def _code_problem(value: object) -> str | None:
    return None if value in ("scroll", "wrap") else 'must be "scroll" or "wrap" (for long lines of code)'


def _subdecks_problem(value: object) -> str | None:
    return None if value == "folders" else 'must be "folders" (the name of a folder is the subdeck of its files)'


def _flag_problem(value: object) -> str | None:
    return None if isinstance(value, bool) else "must be true or false"


def _html_problem(value: object) -> str | None:
    if not isinstance(value, list) or not all(isinstance(entry, str) and _HTML.fullmatch(entry) for entry in value):
        return 'must be a list of elements, each with its attributes, such as ["button", "iframe src width"]'
    from deckbuilder.safety import safe_list  # noqa: PLC0415  few decks have this key

    forbidden = next(filter(None, map(safe_list.forbidden_in, value)), None)
    if forbidden is None:
        return None
    return f"allows '{forbidden}', which no card can have: it runs code, or changes how the text after it is read"


def _tex_problem(value: object) -> str | None:
    if not isinstance(value, list) or not all(isinstance(name, str) and _TEX.fullmatch(name) for name in value):
        return 'must be a list of macros in formulas without backslashes, such as ["bbox"]'
    from deckbuilder.safety import macros  # noqa: PLC0415  few decks have this key

    forbidden = next(filter(macros.forbidden, value), None)
    return f"allows '{forbidden}', which no card can have: it may run a script" if forbidden else None


def _ignore_problem(value: object) -> str | None:
    good = isinstance(value, list) and all(isinstance(code, str) for code in value)
    return None if good else 'must be a list of codes of warnings and notes, such as ["long-line"]'


def _exclude_problem(value: object) -> str | None:
    if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
        return 'must be a list of files that hold no questions, such as ["notes.md", "docs/**"]'
    if len(value) > question_files.MOST:
        return f'must have no more than {question_files.MOST} entries; name a folder, as in "docs/**"'
    found = ((entry, question_files.pattern_problem(entry)) for entry in value)
    return next((f"has the entry {entry!r}, which {problem}" for entry, problem in found if problem), None)


def _version_problem(value: object) -> str | None:
    good = isinstance(value, str) and value.strip() == value and value.isprintable() and 1 <= len(value) <= _LONGEST_VERSION
    return None if good else f'must be a short text in quotation marks, such as "1.4", of at most {_LONGEST_VERSION} characters'


def _issues_problem(value: object) -> str | None:
    """Return the demand that the address of a report breaks. The address becomes a link on each card."""
    if not isinstance(value, str) or not _ISSUES.match(value):
        return f"must be an address that begins with https:// or mailto:, such as {_EXAMPLE}"
    plain = value.replace(_ID, "")
    if "{" in plain or "}" in plain or plain == value:
        return f"must have {_ID} at the place of the question's id, and no other braces, as in {_EXAMPLE}"
    if unfit := re.search(r"[^!#-;=?-\[\]_a-z~]", plain, re.IGNORECASE):
        return f"has the character {unfit[0]!r}, which is in no address; write {quote(unfit[0], safe='')}"
    return None


_KEYS: dict[str, Callable[[object], str | None]] = {
    "id": _id_problem,
    "name": _name_problem,
    "language": language_problem,
    "description": _text_problem,
    "tags": _tags_problem,
    "question_level": _level_problem,
    "checked_with": _checked_problem,
    "code": _code_problem,
    "subdecks": _subdecks_problem,
    "context": _flag_problem,
    "diagrams": _flag_problem,
    "html": _html_problem,
    "tex": _tex_problem,
    "ignore": _ignore_problem,
    "exclude": _exclude_problem,
    "version": _version_problem,
    "issues": _issues_problem,
    "test": code_runners.problem,
}
"""For each key, a function that returns the demand that a wrong value breaks; None for a good value."""


def defaults(name: str, path: str) -> Settings:
    """Return the settings of a deck without ``deck.toml``. ``name`` is the name of its folder or file ``path``."""
    name = re.sub(r'["\x00-\x1f\x7f\ud800-\udfff]|::', " ", nfc(name))
    name = re.sub(r"^[\s:]+|(?<![\s:])[\s:]+$", "", name) or "deck"
    return Settings(id=slug(name) or "deck", name=name, span=Span(path), pinned=False)


def read(path: str, text: str, folder: Path) -> tuple[Settings, list[Diagnostic]]:
    """Return the settings in ``text``, the content of the ``deck.toml`` at ``path`` in ``folder``, and the problems.

    Missing and wrong values get their defaults, so that the rest of the deck can be checked.
    """
    fallback = defaults(folder.name, path)
    if len(text) > LARGEST * 1024:
        message = f"larger than {LARGEST} kB; it may contain only settings; put the questions into .md files"
        return fallback, [Diagnostic(Span(path), "bad-deck-toml", message)]
    try:
        values: dict[str, Any] = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # also for numbers and nesting beyond Python's limits
        return fallback, [_syntax(path, text, str(error))]
    problems: list[Diagnostic] = []
    good: dict[str, Any] = {}
    for key, value in values.items():
        if key not in _KEYS:
            known = nearest(key, _KEYS) or f"; the known keys are {', '.join(_KEYS)}"
            # each search begins at the start of the text, so that thousands would take hours
            place = _place(path, text, key) if len(problems) < _MOST else Span(path)
            near = only_near(key, _KEYS) if text.count(key) == 1 else ""
            mend = Mend.at(place, key, "" if near in values else near)
            problems.append(Diagnostic(place, "unknown-key", f"unknown key '{key}'{known}", mend=mend))
        elif (problem := _KEYS[key](value)) is not None:
            problems.append(Diagnostic(_place(path, text, key), "bad-deck-toml", f"'{key}' {problem}"))
        else:
            good[key] = tuple(value) if isinstance(value, list) else value
    problems += _with_places(path, text, good)
    if good.get("context") and good.get("question_level") == 1:
        problems.append(Diagnostic(_place(path, text, "context"), "bad-deck-toml", _UNTITLED))
    problems += [_missing(path, key, getattr(fallback, key)) for key in ("id", "name") if key not in values]
    good |= _checked_with(good.get("checked_with"))
    for key in good.keys() & {"id", "name", "description", "checked_with", "version"}:
        good[key] = nfc(good[key])
    good["test"] = code_runners.read(good.get("test", {}))
    places = {key: _place(path, text, key) for key in values.keys() & _KEYS}
    pinned = {"id", "name"} <= good.keys()
    named = {"id": fallback.id, "name": fallback.name}
    return Settings(**(named | good), span=Span(path), pinned=pinned, places=places), problems


def _with_places(path: str, text: str, good: dict[str, Any]) -> list[Diagnostic]:
    """Give each entry of ``ignore`` and ``exclude`` in ``good`` its place. Return the problems of ``ignore``."""
    orders = ignore_orders.of_settings(path, text, good.get("ignore", ()))
    good["ignore"] = tuple(order for order in orders if isinstance(order, Ignore))
    patterns = good.get("exclude", ())
    good["exclude"] = tuple(map(Exclude, patterns, ignore_orders.places_of(path, text, "exclude", patterns)))
    return [order for order in orders if isinstance(order, Diagnostic)]


_UNTITLED = "'context' needs titles above the questions, so 'question_level' must be 2 or more"


def _missing(path: str, key: str, name: str) -> Diagnostic:
    message = f"no '{key}', so '{name}' is taken from the folder's name; write it into deck.toml before the first release"
    return Diagnostic(Span(path), "missing-key", message)


def _syntax(path: str, text: str, message: str) -> Diagnostic:
    place = Span.in_text(path, text, len(text))
    if (match := _POSITION.search(message)) and match[1]:
        place = Span(path, int(match[1]), int(match[2]))
    what = _POSITION.sub("", message)
    return Diagnostic(place, "bad-deck-toml", f"not TOML: {what}")


def _place(path: str, text: str, key: str) -> Span:
    pattern = re.compile(rf"^[^\S\n]*+[\[\"']*+{re.escape(key)}\b", re.MULTILINE)
    match = pattern.search(text)
    if match is None:
        return Span(path)
    begin = match.end() - len(key)
    return Span.in_text(path, text, begin)
