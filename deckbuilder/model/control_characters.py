r"""The one registry of control characters that are commands to Anki or marks between stages.

Anki removes control characters from every field, and ``source`` removes control characters from every file. So no text
of an author has one, and a stage can write a control character for a later stage. Only this module may write such a
character as a literal; a test compares the other modules with this one.

A new mark takes one of ``FREE``. If these are used up, two marks may share a character. Then one of
the two rooms must never see the texts of the other.
"""

from __future__ import annotations

import re
from typing import NamedTuple

CLOZE_OPEN, CLOZE_NUMBER_END, CLOZE_HINT, CLOZE_CLOSE = "\x0e", "\x0f", "\x10", "\x11"
MATHS = {"inline": ("\x12", "\x13"), "block": ("\x14", "\x15")}
SOUND_OPEN, SOUND_CLOSE = "\x16", "\x17"
DIAGRAM = "\x04"
LAZY = "\x0b"
CUT_TABS = "\x0c\x1c\x1d\x1e"
MASKED = "\x01"
PLACEHOLDER_OPEN, PLACEHOLDER_CLOSE = "\x02", "\x03"
FIELD_SEPARATOR = "\x1f"
NUL = "\x00"


class Mark(NamedTuple):
    """A registered character: its meaning, the module that writes it, the module that removes or translates it."""

    character: str
    meaning: str
    written_by: str
    read_by: str


_ANKI_TEXT = "model.anki_text"

MARKS = (
    Mark(CLOZE_OPEN, "begins a cloze: {{c", "cards.clozes", _ANKI_TEXT),
    Mark(CLOZE_NUMBER_END, "ends the number of a cloze: ::", "cards.clozes", _ANKI_TEXT),
    Mark(CLOZE_HINT, "begins the hint of a cloze: ::", "cards.clozes", _ANKI_TEXT),
    Mark(CLOZE_CLOSE, "ends a cloze: }}", "cards.clozes", _ANKI_TEXT),
    Mark(MATHS["inline"][0], r"begins maths in a line: \(", "markdown.maths", _ANKI_TEXT),
    Mark(MATHS["inline"][1], r"ends maths in a line: \)", "markdown.maths", _ANKI_TEXT),
    Mark(MATHS["block"][0], r"begins maths in a block: \[", "markdown.maths", _ANKI_TEXT),
    Mark(MATHS["block"][1], r"ends maths in a block: \]", "markdown.maths", _ANKI_TEXT),
    Mark(SOUND_OPEN, "begins a sound: [sound:", "cards.media_references", _ANKI_TEXT),
    Mark(SOUND_CLOSE, "ends a sound: ]", "cards.media_references", _ANKI_TEXT),
    Mark(DIAGRAM, "begins a fence that is drawn", "markdown.block_elements", "cards.drawn_fences"),
    # Python counts these as white space, so that they look like indentation
    Mark(LAZY, "begins a line that continues a paragraph lazily", "markdown.block_parser", "markdown.block_parser"),
    *(
        Mark(char, f"a tab that is {width} columns wide", "markdown.patterns", "markdown.patterns")
        for width, char in enumerate(CUT_TABS, 1)
    ),
    Mark(MASKED, "one character of code or of a comment", "adopt.lists.markdown_page", "adopt.lists.dialects.one_liners"),
    Mark(PLACEHOLDER_OPEN, "begins a placeholder of Python-Markdown (STX)", "the library", "the library"),
    Mark(PLACEHOLDER_CLOSE, "ends a placeholder of Python-Markdown (ETX)", "the library", "the library"),
    Mark(FIELD_SEPARATOR, "separates the fields of a note, and the levels of a deck, in Anki's database", "package", "package"),
    Mark(NUL, "separates texts that are hashed together; no text has one", "pipeline", "nothing"),
)
FREE = "\x05\x06\x07\x08\x18\x19\x1a\x1b"
"""Characters without a meaning; the sanitiser keeps them, so each can become a mark."""

SYMBOLS = r"\x00-\x08\x0b-\x1f"
"""Part of a character class: the ASCII control characters except tab and newline."""
CONTROLS = re.compile(f"[{SYMBOLS}\x7f]")
"""The characters that Anki removes from a field: ASCII control characters, with DEL, except tab and newline."""
