"""HTML -> one spelling of it, so that another version of a library changes no hash of an unchanged note.

Pygments decides the colours of code, Markdown and nh3 the spelling of characters and tags. An author writes none of these.
**This form is published**: the hashes in every ``deck.lock`` of format 2 depend on it. So it has its own patterns,
and a change of the renderer cannot change it. Another form needs another format of the lock.
"""

from __future__ import annotations

import re

from deckbuilder.model import diagrams
from deckbuilder.model.references import unescape

COLOURS = frozenset(("c", "f", "gd", "ge", "gh", "gi", "gs", "k", "m", "n", "s", "t"))
"""The classes of ``highlight.CLASSES``. A class may be added here, because an old hash has no such class."""

_ATTRIBUTE = re.compile(
    r"""
    [\s/]*+
    (?P<name>=[^\s/>=]*+|[^\s/>=]++)
    (?:\s*+=\s*+(?P<value>"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+)?+)?+
    """,
    re.VERBOSE,
)
_TAG = re.compile(
    rf"""
    <(?P<end>/?)
    (?P<name>[a-zA-Z][^\s/>]*+)
    (?P<rest>(?:{re.sub("[?]P<[a-z]+>", "?:", _ATTRIBUTE.pattern)})*+)
    [\s/]*+>
    """,
    re.VERBOSE,
)
"""A tag by the rules of https://html.spec.whatwg.org/multipage/parsing.html#tokenization."""
_OTHER_RULES = re.compile(
    r"""
    <
    (?:
        [!?]
        |/[^a-zA-Z]
        |(?:iframe|math|noembed|noframes|noscript|plaintext|script|style|svg|template|textarea|title|xmp)\b
    )
    """,
    re.IGNORECASE | re.VERBOSE,
).search
"""Match if a parser may read a part of the HTML by other rules. Only adopted notes have such parts."""
_SPECIAL = re.compile(r"&(?:#[0-9]{1,7};|#[xX][0-9a-fA-F]{1,6};|[a-zA-Z][a-zA-Z0-9]{1,31};|(?![a-zA-Z#]))|[<>\"]")
_ANKI = frozenset("{}:[]\\()$=")
"""Characters that mean something to Anki or MathJax. A reference to such a character is no other spelling of it."""
_BY_NAME = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\N{NO-BREAK SPACE}": "&nbsp;"}


def canonical(text: str) -> str:
    """Return the HTML ``text`` in one spelling, without the colours of code.

    Two texts with an equal result give a browser and Anki the same elements, attributes and characters, except for colours.
    HTML that a parser may read by other rules stays as it is. Two things are no part of it. No client
    shows the languages of code. A library draws the pictures of diagrams, from the hidden text beside them.
    """
    text = diagrams.without_looks(text)
    if _OTHER_RULES(text):
        return text
    parts: list[str] = []
    at = 0
    code = _Code()
    while (begin := text.find("<", at)) >= 0:
        tag = _TAG.match(text, begin)
        if tag is None and text[begin + 1 : begin + 2].isascii() and re.match(r"[a-zA-Z/]", text[begin + 1 : begin + 2]):
            return text  # a tag without an end hides the rest of the text
        parts.append(_characters(text[at:begin]))
        at = tag.end() if tag else begin + 1
        parts.append("&lt;" if tag is None else "" if code.colours(tag) else _tag(tag))
    return "".join([*parts, _characters(text[at:])])


class _Code:
    """Finds the tags that only colour code: spans with a class of ``COLOURS`` inside ``pre`` or ``code``."""

    def __init__(self) -> None:
        self.depth = 0
        self.spans: list[bool] = []
        """For each open span in code, True if it only colours."""

    def colours(self, tag: re.Match[str]) -> bool:
        """Take the next ``tag`` of the text. Return True if it only colours code."""
        name = tag["name"].lower()
        if name in ("pre", "code"):
            self.depth = max(0, self.depth + (-1 if tag["end"] else 1))
            if not self.depth:
                self.spans.clear()
        if not self.depth or name != "span":
            return False
        if tag["end"]:
            return self.spans.pop() if self.spans else False
        attributes = _attributes(tag["rest"])
        self.spans.append(attributes.keys() == {"class"} and attributes["class"] in COLOURS)
        return self.spans[-1]


def _tag(tag: re.Match[str]) -> str:
    """Return ``tag`` with its name in lower case and its attributes sorted."""
    if tag["end"]:
        return f"</{tag['name'].lower()}>"
    attributes = "".join(f' {name}="{value}"' for name, value in sorted(_attributes(tag["rest"]).items()))
    return f"<{tag['name'].lower()}{attributes}>"


def _attributes(text: str) -> dict[str, str]:
    """Return the values of a tag's attributes by their names in lower case. The first of two equal names counts."""
    found: dict[str, str] = {}
    for attribute in _ATTRIBUTE.finditer(text):
        value = attribute["value"] or ""
        value = value[1:-1] if value[:1] in ("'", '"') else value
        found.setdefault(attribute["name"].lower(), _characters(value))
    return found


def _characters(text: str) -> str:
    """Return ``text`` with one spelling for each character."""
    if "\N{NO-BREAK SPACE}" in text:
        text = text.replace("\N{NO-BREAK SPACE}", "&nbsp;")
    return _SPECIAL.sub(_character, text)


def _character(found: re.Match[str]) -> str:
    """Return the one spelling of a character or of a reference to a character."""
    character = unescape(found[0])
    if character in _BY_NAME:
        return _BY_NAME[character]
    if len(character) > 2 and character.startswith("&"):  # no such name
        return f"&amp;{character[1:]}"
    return f"&#{ord(character)};" if character in _ANKI else character
