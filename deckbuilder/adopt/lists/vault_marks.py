"""The marks of cards that a vault of Obsidian has in the settings of its tools.

obsidian-spaced-repetition: https://github.com/st3v3nmw/obsidian-spaced-repetition/blob/1.15.4/src/settings.ts.
Obsidian_to_Anki: https://github.com/ObsidianToAnki/Obsidian_to_Anki/blob/3.6.0/src/settings.ts.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_PLUGINS = ".obsidian/plugins"
_LARGEST = 8_000_000
"""Bytes of the settings file, which may have the author's history of reviews."""
_KEYS = {
    "pair": "singleLineCardSeparator",
    "both": "singleLineReversedCardSeparator",
    "side": "multilineCardSeparator",
    "sides": "multilineReversedCardSeparator",
    "end": "multilineCardEndMarker",
}
_HIDES = {
    "==": ("convertHighlightsToClozes", True),
    "**": ("convertBoldTextToClozes", False),
    "{{": ("convertCurlyBracketsToClozes", False),
}
"""The setting of each mark that hides text, with its default."""
_PATTERNS = "clozePatterns"
"""The setting of newer versions, such as ``["==[123;;]answer[;;hint]=="]``."""
_SCHEDULE = re.compile(r"\s*<!--SR:")
_DOUBLED = re.compile(r"([^\w\s$%`~<>|=*_(){}\[\]\"'.!?-])\1(?!\1)(?=.)")
"""A doubled mark such as ``;;`` inside a line. The usual mark ``::`` has this form, too."""
_LONE = re.compile(r"[^\w\s$%`~<>|]{1,3}")
"""A line that may part two sides. Formulas, comments, code and quotes have lines of the other characters."""
_LEAST = 3
"""The least number of scheduled cards that prove a lone mark."""
_LEAST_PAIRS = 2
"""The least number of scheduled cards that prove a mark inside a line, if no such card is without it."""


@dataclass(frozen=True, slots=True)
class Separators:
    """The marks of obsidian-spaced-repetition. A mark that is ``""`` is none."""

    pair: str = "::"
    """The mark between question and answer on one line."""
    both: str = ":::"
    """The same mark for cards in both directions."""
    side: str = "?"
    """The line between question and answer."""
    sides: str = "??"
    """The same line for cards in both directions."""
    end: str = "+++"
    """The line that ends a card with empty lines. The default is the example in the tool's manual."""
    hides: tuple[str, ...] = ("==",)
    """The marks that hide text, out of ``==``, ``**`` and ``{{``. A card with a schedule may prove more of them."""


USUAL = Separators()


@dataclass(frozen=True, slots=True)
class NoteMarks:
    """The marks of Obsidian_to_Anki."""

    begin: str = "START"
    end: str = "END"
    begin_inline: str = "STARTI"
    end_inline: str = "ENDI"
    deck: str = "TARGET DECK"
    tags: str = "FILE TAGS"
    fields: tuple[str, ...] = ("Front", "Text", "Back", "Back Extra", "Extra")
    """The names of fields, in any order."""


USUAL_NOTES = NoteMarks()
_NOTE_KEYS = {
    "begin": "Begin Note",
    "end": "End Note",
    "begin_inline": "Begin Inline Note",
    "end_inline": "End Inline Note",
    "deck": "Target Deck Line",
    "tags": "File Tags Line",
}


def separators(vault: Path) -> Separators | None:
    """Return the marks in the settings of ``vault``; None if there are no such settings, or if they cannot be read."""
    settings = _settings(vault / _PLUGINS / "obsidian-spaced-repetition" / "data.json")
    if settings is None:
        return None
    found = {name: value.strip() for name, key in _KEYS.items() if isinstance(value := settings.get(key), str)}
    marks = {name: value for name, value in found.items() if value or name in ("both", "sides", "end")}
    return Separators(**marks, hides=_hides(settings))


def _hides(settings: Mapping[str, object]) -> tuple[str, ...]:
    patterns = settings.get(_PATTERNS)
    if isinstance(patterns, list):
        return tuple(mark for mark in _HIDES if any(isinstance(one, str) and one.startswith(mark) for one in patterns))
    return tuple(mark for mark, (key, usual) in _HIDES.items() if settings.get(key, usual) is True)


def note_marks(vault: Path) -> NoteMarks:
    """Return the marks of Obsidian_to_Anki in the settings of ``vault``, or the usual ones."""
    settings = _settings(vault / _PLUGINS / "obsidian-to-anki-plugin" / "data.json") or {}
    syntax, fields = settings.get("Syntax"), settings.get("FIELDS_DICT")
    said = {name: syntax.get(key) for name, key in _NOTE_KEYS.items()} if isinstance(syntax, dict) else {}
    lists = [names for names in fields.values() if isinstance(names, list)] if isinstance(fields, dict) else []
    named = dict.fromkeys(name for names in lists for name in names if isinstance(name, str) and name)
    marks = {name: value.strip() for name, value in said.items() if isinstance(value, str) and value.strip()}
    return NoteMarks(**marks, fields=tuple(dict.fromkeys((*USUAL_NOTES.fields, *named))))


@lru_cache(maxsize=100)
def _settings(file: Path) -> dict[str, object] | None:
    """Return the settings of a plugin; None if the file is missing, too large or no JSON."""
    try:
        if file.stat().st_size > _LARGEST:
            return None
        said = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    settings = said.get("settings", said) if isinstance(said, dict) else None
    return settings if isinstance(settings, dict) else None


def guessed(texts: Iterable[Sequence[str]]) -> Separators:
    """Return the marks that the lines of ``texts`` prove: most cards with a schedule have the same mark.

    The mark is alone on a line, such as ``—``. Or the last lines of all such cards have it, such as ``;;``. Other marks than the usual
    ones mean other settings. Then ``==`` hides text only if a card with a schedule proves it.
    """
    lone: Counter[str] = Counter()
    doubled: Counter[str] = Counter()
    scheduled = 0
    for card in (card for lines in texts for card in _scheduled(lines)):
        scheduled += 1
        lone.update({mark for mark in card[1:] if _LONE.fullmatch(mark)})
        doubled.update({match[0] for match in _DOUBLED.finditer(card[-1], 1)})
    side, count = next(iter(lone.most_common(1)), ("", 0))
    if count < _LEAST or count * 2 <= scheduled or side in (USUAL.side, USUAL.sides):
        side = ""
    pair, count = next(iter(doubled.most_common(1)), ("", 0))
    if count < max(_LEAST_PAIRS, scheduled) or pair == USUAL.pair:
        pair = ""
    if not (side or pair):
        return USUAL
    both = pair + pair[:1] if pair else USUAL.both
    return Separators(pair=pair or USUAL.pair, both=both, side=side or USUAL.side, hides=())


def _scheduled(texts: Sequence[str]) -> Iterator[list[str]]:
    """Yield the lines of each card with a schedule, without blanks around them."""
    inside: list[str] = []
    for line in texts:
        if _SCHEDULE.match(line):
            if inside:
                yield inside
            inside = []
        elif text := line.strip():
            inside.append(text)
        else:
            inside = []
