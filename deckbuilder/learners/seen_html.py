"""The HTML of a field -> the words and marks that a learner sees, as a tuple. Two fields that look alike have equal tuples.

Editors write one text in many ways: ``<b>`` or ``<strong>``, ``<div>`` or ``<p>``, a blank or ``&nbsp;``, empty paragraphs, spans
with a font. None of these is a change. All colours of code are ignored; other colours count.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple
from urllib.parse import unquote

from deckbuilder.learners.seen_styles import align, styles
from deckbuilder.learners.word_merge import words
from deckbuilder.model.combining_marks import nfc
from deckbuilder.model.control_characters import NUL
from deckbuilder.model.diagrams import without_pictures
from deckbuilder.model.references import unescape

MARK = NUL
"""The beginning of each item that is no text. No field can contain this character."""
PARAGRAPH, BREAK = f"{MARK}p", f"{MARK}br"
PathOf = Callable[[str], str]

_TAG = re.compile(
    r"""
    <!--.*?(?:-->|\Z)
    |<(?P<end>/?)(?P<name>[a-zA-Z][^\s/>]*+)(?P<rest>(?:[^<>"']|"[^"]*+"|'[^']*+')*+)>
    """,
    re.DOTALL | re.VERBOSE,
)
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]++)\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s"'>]++)""")
_SAME = {"b": "strong", "i": "em", "strike": "s", "del": "s", "tt": "code", "ins": "u"}
_PARAGRAPHS = frozenset(
    {"p", "div", "section", "article", "header", "footer", "figure", "figcaption", "address", "center", "main"}
)
_BLOCKS = frozenset(
    [
        "ul",
        "ol",
        "li",
        "blockquote",
        "table",
        "tr",
        "td",
        "th",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "details",
        "summary",
        "dl",
        "dt",
        "dd",
    ]
)
_NOTHING = frozenset({"tbody", "thead", "tfoot", "colgroup", "col", "wbr", "source", "meta", "html", "body", "head", "o:p"})
_COMMANDS = re.compile(
    r"""
    (
        \\[()\[\]]
        |\{\{c\d+::|::|\}\}
        |\[sound:[^\[\]\n]+\]
        |\[/?(?:latex|\$\$?|anki:[^\[\]\n]*)\]
    )
    """,
    re.VERBOSE,
)
"""Text on which Anki acts: formulas, clozes, sounds, LaTeX, speech."""
_SINGLE = frozenset(("img", "audio", "video", "hr", "input", "source", "embed", "iframe", "object", "canvas", "svg"))
"""Elements that show something without a text."""
_MOST_OPEN = 50
"""Open elements that are looked at."""


class _Open(NamedTuple):
    """An element that is open: its name in the HTML, and the items that it wrote, the innermost last."""

    name: str
    items: tuple[str, ...]


class _Reader:
    def __init__(self, path_of: PathOf) -> None:
        self.path_of = path_of
        self.out: list[str] = []
        self.opened: list[_Open] = []
        self.blank = self.paragraph = False
        self.breaks = self.code = self.clozes = 0

    def text(self, html: str) -> None:
        """Read a text between two tags. Anki acts on its commands only where they are written without references."""
        for number, part in enumerate(_COMMANDS.split(html.replace(MARK, ""))):
            if number % 2 and self.acts(part):
                self.command(part)
            elif part:
                self.plain(part)

    def acts(self, command: str) -> bool:
        """Return whether Anki acts on ``command`` here: a formula is no formula in code, and only a cloze ends."""
        if command.startswith("\\"):
            return not any(one.name in ("pre", "code") for one in self.opened)
        return command.startswith(("{{c", "[")) or self.clozes > 0

    def command(self, command: str) -> None:
        self.clozes += command.startswith("{{c")
        self.clozes -= command == "}}"
        if command.startswith("[sound:"):
            command = f"[sound:{self.path_of(unescape(command[7:-1]))}]"
        if self.code:
            self.out.append(f"{MARK}{command}")
        else:
            self.inline(f"{MARK}{command}")

    def plain(self, html: str) -> None:
        """Read a text without commands."""
        text = nfc(unescape(html)).replace("\xa0", " ").replace(MARK, "")
        if self.code:
            self.out.append(text)
            return
        for piece in words(text):
            if piece.isspace():
                self.blank = True
            else:
                self.inline(piece)

    def inline(self, item: str) -> None:
        """Write ``item``, after the paragraph, line breaks or blank before it."""
        if self.out and not _is_edge(self.out[-1]):
            if self.paragraph or self.breaks > 1:
                self.out.append(PARAGRAPH)
            elif self.breaks:
                self.out.append(BREAK)
            elif self.blank:
                self.put_blank()
        self.blank = self.paragraph = False
        self.breaks = 0
        self.out.append(item)

    def put_blank(self) -> None:
        """Write a blank, but outside the elements that have just begun."""
        at = len(self.out)
        least = max(0, at - _MOST_OPEN)
        while at > least and self.out[at - 1].startswith(f"{MARK}<"):
            at -= 1
        if at and self.out[at - 1] not in (PARAGRAPH, BREAK) and not _is_edge(self.out[at - 1]):
            self.out.insert(at, " ")

    def block(self, item: str) -> None:
        """Write ``item``, the begin or end of a block. Blanks and breaks before it are not seen."""
        self.blank = self.paragraph = False
        self.breaks = 0
        while self.out and self.out[-1] in (PARAGRAPH, BREAK, " "):
            self.out.pop()
        self.out.append(item)

    def begin(self, name: str, rest: str) -> None:
        values = {key.lower(): unescape(value.strip("\"'")) for key, value in reversed(_ATTRIBUTE.findall(rest))}
        items: list[str] = []
        if name == "br":
            if self.code:
                self.out.append("\n")
            self.breaks += 1
            return
        if name in _SINGLE:
            self.single(name, values)
            return
        if name == "pre":
            self.code += 1
            self.block(f"{MARK}[pre")
        elif name in _BLOCKS:
            kept = f" {values['start']}" if name == "ol" and values.get("start", "1") != "1" else ""
            kept += "".join(f" {key}={values[key]}" for key in ("colspan", "rowspan") if values.get(key, "1") != "1")
            self.block(f"{MARK}[{name}{kept}{align(name, values)}")
        elif name in _PARAGRAPHS:
            self.paragraph = not self.code
        elif name not in ("span", "font", *_NOTHING) and not (name == "code" and self.code):
            kept = f" {unquote(values.get('href', ''))}" if name == "a" else ""
            items.append(f"{_SAME.get(name, name)}{kept}")
        if not (self.code and name in ("span", "pre", "code")):
            items += styles(name, values)
        for item in items:
            self.inline_tag(item)
        if name not in _NOTHING:
            self.opened.append(_Open(name, tuple(items)))

    def inline_tag(self, item: str) -> None:
        """Write the begin of an inline element. It continues an equal one that has just ended."""
        end = f"{MARK}/{item.partition(' ')[0]}>"
        if self.out and self.out[-1] == end and not (self.blank or self.paragraph or self.breaks):
            self.out.pop()
        elif self.code:
            self.out.append(f"{MARK}<{item}")
        else:
            self.inline(f"{MARK}<{item}")

    def single(self, name: str, values: dict[str, str]) -> None:
        """Write an element without an end: a picture, a rule."""
        if name == "hr":
            self.block(f"{MARK}[hr]")
        elif name == "source" and self.opened and self.opened[-1].name in ("audio", "video"):
            self.inline(f"{MARK}!{self.path_of(unquote(values.get('src', '')))}")
        elif name != "source":
            width = re.search(r"(?:^|;)\s*width\s*:\s*(\d+)px", values.get("style", ""))
            wide = width[1] if width else values.get("width", "")
            path = values.get("src", "")
            path = self.path_of(path) if path and not path.startswith("data:") else path
            self.inline(f"{MARK}!{name} {unquote(path)} {' '.join(values.get('alt', '').split())} {wide}")

    def end(self, name: str) -> None:
        at = next(
            (
                at
                for at in range(len(self.opened) - 1, max(-1, len(self.opened) - _MOST_OPEN), -1)
                if self.opened[at].name == name
            ),
            -1,
        )
        if at < 0:
            if name in _PARAGRAPHS:
                self.paragraph = not self.code
            return
        found = self.opened.pop(at)
        for item in reversed(found.items):
            self.close(item)
        if name == "pre":
            self.code -= 1
        if name == "pre" or name in _BLOCKS:
            self.block(f"{MARK}{name}]")
        elif name in _PARAGRAPHS:
            self.paragraph = not self.code

    def is_bare(self, begin: str) -> bool:
        """Return whether the link that ``begin`` opens shows its address: Markdown makes such a link of each address."""
        at = len(self.out) - 1 - self.out[::-1].index(begin)
        text = unquote("".join(self.out[at + 1 :]))
        return begin.removeprefix(f"{MARK}<a ") in (text, f"mailto:{text}", f"http://{text}", f"https://{text}")

    def close(self, item: str) -> None:
        """Write the end of an inline element. An empty one vanishes."""
        begin = f"{MARK}<{item}"
        if self.out and self.out[-1] == begin:
            self.out.pop()
        elif (
            item.startswith("a ")
            and not any(one.name == "a" for one in self.opened)
            and begin in self.out[-200:]
            and self.is_bare(begin)
        ):
            del self.out[len(self.out) - 1 - self.out[::-1].index(begin)]
        else:
            self.out.append(f"{MARK}/{item.partition(' ')[0]}>")


def _is_edge(item: str) -> bool:
    """Return whether ``item`` is the begin or end of a block."""
    return item.startswith(f"{MARK}[") or (item.startswith(MARK) and item.endswith("]"))


def seen(html: str, path_of: PathOf = str) -> tuple[str, ...]:
    """Return the words and marks of ``html``. ``path_of`` gives the path of a picture or sound by its name in the HTML."""
    reader, done, html = _Reader(path_of), 0, without_pictures(html)
    for tag in _TAG.finditer(html):
        if tag.start() > done:
            reader.text(html[done : tag.start()])
        done = tag.end()
        if tag["name"] is None:
            continue
        name = tag["name"].lower()
        if tag["end"]:
            reader.end(name)
        else:
            reader.begin(name, tag["rest"])
    if done < len(html):
        reader.text(html[done:])
    while reader.opened:
        reader.end(reader.opened[-1].name)
    return tuple(_cut(reader.out))


def _cut(items: Sequence[str]) -> Iterator[str]:
    """Yield ``items`` with each text cut into its words, whatever elements it came from. Code has no empty lines around it."""
    begin = 0
    while begin < len(items):
        end = begin
        while end < len(items) and not items[end].startswith(MARK):
            end += 1
        text = "".join(items[begin:end])
        if begin and items[begin - 1] == f"{MARK}[pre":
            text = text.lstrip("\n")
        if end < len(items) and items[end] == f"{MARK}pre]":
            text = text.rstrip("\n")
        yield from words(text)
        yield from items[end : end + 1]
        begin = end + 1
