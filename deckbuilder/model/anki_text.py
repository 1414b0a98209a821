r"""HTML -> the text of an Anki field: text that looks like a command of Anki shows literally, and all is one line.

Anki reads some plain text in a field as commands, even inside code: ``[sound:x]`` becomes a play
button, ``{{c1::x}}`` a cloze, ``\(`` maths. Inside a cloze, the first ``::`` begins the hint, and the
first ``}}`` ends the cloze. The author's own commands are therefore control characters (see ``control_characters``)
until everything else is encoded.
"""

from __future__ import annotations

import re
import unicodedata

from deckbuilder.model.clozed_tex import clozed_tex
from deckbuilder.model.combining_marks import nfc
from deckbuilder.model.control_characters import (
    CLOZE_CLOSE,
    CLOZE_HINT,
    CLOZE_NUMBER_END,
    CLOZE_OPEN,
    MATHS,
    SOUND_CLOSE,
    SOUND_OPEN,
)
from deckbuilder.model.references import unescape

_COMMANDS = {
    SOUND_OPEN: "[sound:",
    SOUND_CLOSE: "]",
    MATHS["inline"][0]: r"\(",
    MATHS["inline"][1]: r"\)",
    MATHS["block"][0]: r"\[",
    MATHS["block"][1]: r"\]",
    CLOZE_OPEN: "{{c",
    CLOZE_NUMBER_END: "::",
    CLOZE_HINT: "::",
    CLOZE_CLOSE: "}}",
}
_FIRST_HAN, _FIRST_EMOJI, _FIRST_RARE_HAN = "\u2e80", "\U0001f000", "\U00020000"
"""Unicode's first Han radical, and the bounds of its emoji above. Wide characters below the radicals are emoji, too."""
CONTEXT_OPEN, CONTEXT_CLOSE = '<div class="context">', "</div> "
"""The element of the titles above a question. It begins a field, and has no other ``<div>`` in it."""
_COMMAND = re.compile(f"[{''.join(_COMMANDS)}]")

# Anki acts on this text in any field. Sources: https://docs.ankiweb.net/templates/fields.html, .../math.html, and our tests.
_ACTED_ON = re.compile(r"\[(?=sound:|/?latex\]|/?\${1,2}\]|/?anki:|\[type:)|\\(?=[()\[\]])|\{(?=\{c\d)", re.IGNORECASE)
_STROKE = re.compile(r"([<>][^\x00-\x7f]*?)\u0338")
_CLOZED = re.compile("|".join(f"{begin}[^{end}]*{end}" for begin, end in MATHS.values()) + f"|[{CLOZE_OPEN}{CLOZE_CLOSE}:}}]")
_PRE = re.compile(r"<pre\b")
_NEWLINE = re.compile(r"(?<![ \t])[ \t]*+\n\s*+")
_BLOCK = (
    r"(?:address|article|aside|blockquote|br|dd|details|div|dl|dt|figcaption|figure|h[1-6]|hr|li|ol|p|pre|section|"
    r"summary|table|tbody|td|tfoot|th|thead|tr|ul)"
)
_BEGINS_BLOCK = re.compile(rf"(?=</?{_BLOCK}\b)", re.IGNORECASE)
_BREAK = r"[^\S\n]*+\n\s*+"
_BESIDE_BLOCK = re.compile(rf"(?<=>){_BREAK}(?=</?{_BLOCK}\b)|(?<=</)({_BLOCK})>{_BREAK}|<({_BLOCK})>{_BREAK}", re.IGNORECASE)


def finish(html: str) -> str:
    """Return the field text for ``html``, in NFC (which Anki applies to every field on import), without outer blanks."""
    if not html:  # most fields are empty
        return ""
    encoded = _ACTED_ON.sub(lambda match: f"&#{ord(match[0])};", _without_strokes(html))
    if CLOZE_OPEN in encoded:
        encoded = _encode_inside_clozes(encoded)
    commands = _COMMAND.sub(lambda match: _COMMANDS[match[0]], encoded)
    return nfc(one_line(commands)).strip()


def composed(html: str) -> str:
    """Return ``html`` in NFC, with every tag as it was.

    NFC would join a ``>`` and a U+0338 after it to one character, and the tag would have no end.
    """
    return nfc(_without_strokes(html))


def _without_strokes(html: str) -> str:
    """Return ``html`` with a reference for each U+0338 that NFC would join to a ``<`` or ``>`` before it."""
    return _STROKE.sub(r"\1&#824;", html) if "\u0338" in html else html


def _encode_inside_clozes(html: str) -> str:
    """Encode ``:`` and ``}`` as entities inside clozes, where Anki looks for ``::`` and ``}}``.

    In formulas, Anki's editor would show the entities to a learner who edits the note. ``clozed_tex`` has blanks instead.
    """
    depth = 0

    def encode(match: re.Match[str]) -> str:
        nonlocal depth
        found = match[0]
        if len(found) > 1:
            return clozed_tex(found) if depth or CLOZE_OPEN in found else found
        if found == CLOZE_OPEN:
            depth += 1
        elif found == CLOZE_CLOSE:
            depth -= 1
        elif depth:
            return f"&#{ord(found)};"
        return found

    return _CLOZED.sub(encode, html)


def one_line(html: str) -> str:
    """Return ``html`` without a newline outside ``<pre>``: AnkiDroid's editor turns each newline into ``<br>``.

    A newline in running text becomes a blank, as on GitHub. Between two unspaced characters (see ``is_unspaced``) the
    newline is removed, because a blank would show as a gap.
    """
    if "\n" not in html:
        return html
    parts = _split_at_pre(html)
    parts[::2] = [_joined(part) if "\n" in part else part for part in parts[::2]]
    return "".join(parts)


def _joined(html: str) -> str:
    """Return ``html`` without newlines. A newline beside a block element is removed; ``_blank`` replaces all others."""
    return _NEWLINE.sub(_blank, _BESIDE_BLOCK.sub(lambda match: match[0].replace("\n", "").strip(), html))


def _split_at_pre(html: str) -> list[str]:
    """Split ``html`` into text, ``<pre>…</pre>``, text, and so on. A ``<pre>`` without an end is text."""
    parts, at = [], 0
    while (opening := _PRE.search(html, at)) and (closing := html.find("</pre>", opening.end())) >= 0:
        parts += [html[at : opening.start()], html[opening.start() : closing + 6]]
        at = closing + 6
    return [*parts, html[at:]]


def _blank(match: re.Match[str]) -> str:
    """Return a blank for a newline in running text; ``""`` at either end of the text and between unspaced characters."""
    text = match.string
    before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
    return "" if not before or not after or (is_unspaced(before) and is_unspaced(after)) else " "


def is_wide(char: str) -> bool:
    """Return True if ``char`` is two columns wide, such as Han, Kana, Hangul, full-width characters and emoji."""
    return unicodedata.east_asian_width(char) in "WF"


def is_unspaced(char: str) -> bool:
    """Return True if ``char`` belongs to text without blanks between words: Han, Kana, and their wide punctuation.

    Korean has blanks between words, and emoji may have them. Thai keeps its blanks too, as on GitHub: a blank ends a phrase.
    The rule follows https://www.w3.org/TR/css-text-3/#line-break-transform, but for emoji.
    """
    emoji = char < _FIRST_HAN or _FIRST_EMOJI <= char < _FIRST_RARE_HAN
    return not emoji and is_wide(char) and "HANGUL" not in unicodedata.name(char, "")


def without_context(html: str) -> str:
    """Return the HTML of a question without the titles above it: many questions have the same titles."""
    return html.partition(CONTEXT_CLOSE)[2] if html.startswith(CONTEXT_OPEN) else html


def plain(html: str) -> str:
    """Return the text that a person reads in ``html``: no tags, entities resolved."""
    end = html.rfind(">") + 1  # no tag ends after this, and a search for an end at every "<" would be slow
    return unescape(re.sub(r"<[^>]*>", "", html[:end]) + html[end:]).strip()


def spaced(html: str) -> str:
    """Return the text that a person reads in ``html``, on one line, with a blank between two blocks.

    ``plain`` joins blocks, and is for comparisons: locks have its texts.
    """
    return " ".join(plain(_BEGINS_BLOCK.sub(" ", html)).split())
