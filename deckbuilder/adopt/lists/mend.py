"""A text of a foreign list -> a text for a deck: pictures, languages of code, footnotes and braces are repaired."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from urllib.parse import unquote

from deckbuilder.adopt.lists import embeds
from deckbuilder.adopt.lists.list_files import Files
from deckbuilder.adopt.lists.markdown_page import BLANKS, marks, masked, outside_code, replaced
from deckbuilder.adopt.packages import markdown_escapes
from deckbuilder.cards import drawn_fences
from deckbuilder.diagrams.drawing import Undrawn
from deckbuilder.markdown.block import Block, language_of
from deckbuilder.markdown.block_parser import blocks, leaves
from deckbuilder.markdown.fence_options import DIAGRAMS
from deckbuilder.markdown.highlight import knows
from deckbuilder.markdown.patterns import FOOTNOTE
from deckbuilder.model.records import Media

MEDIA = "media"
"""The folder of pictures and sounds in an adopted deck."""

# A part of verbose patterns.
_TARGET = r"""
    \(
    (?:<(?P<angle>[^<>\n]*)>|(?P<bare>[^\s()]+(?:\([^\s()]*\)[^\s()]*)*))  # the path, in brackets or bare
    (?:\s+(?:"[^"]*"|'[^']*'))?                                            # the title
    \s*\)
"""
_SHOWN = r"(?P<alt>(?:[^\]!]|!(?!\[))*+)"
_IN_TAG = r"(?:[^<>]|<(?!img\b))"
"""``_SHOWN`` and ``_IN_TAG`` end before the next picture. A search beyond that picture would take quadratic time."""
_LINKED = re.compile(r"\[!\[" + _SHOWN + r"\]" + _TARGET + r"\](?P<link>\([^()\s]*\))", re.VERBOSE)
_PICTURE = re.compile(r"!\[" + _SHOWN + r"\]" + _TARGET, re.VERBOSE)
_BY_LABEL = re.compile(r"!\[" + _SHOWN + r"\]\[(?P<label>[^\]]*)\]")
_WIKI = re.compile(
    r"""
    !\[\[
    (?P<bare>(?:[^\]|\#!]|!(?!\[\[))++)
    (?:\#(?:[^\]|!]|!(?!\[\[))*+)?                                  # a heading in a note
    (?:\|(?P<shown>(?:[^\]!]|!(?!\[\[))*+))?                        # a text, or a size
    \]\]
    """,
    re.VERBOSE,
)
_SIZE = re.compile(rf"{BLANKS}(?:^|\|)\s*(\d+(?:\s*x\s*\d+)?)\s*$")
"""The size at the end of the text of a picture. Obsidian may have blanks around the size."""
_IMG = re.compile(
    rf"<img\b(?P<before>{_IN_TAG}*?\bsrc\s*+=\s*+[\"']?)(?P<bare>[^\"'\s>]++)(?P<after>{_IN_TAG}*+>)", re.IGNORECASE
)
_ANY_PRE = re.compile(r"<pre\b", re.IGNORECASE)
_PRE = re.compile(rf"\s*{_ANY_PRE.pattern}", re.IGNORECASE)
_ACTIVE = re.compile(
    r"""
    </?
    (?:script|style|iframe|object|embed|applet|link|meta|base|form|input|button|textarea|select|title|noscript|template)
    \b[^<>\n`]*>
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""A tag that no card may have. In running text, such a tag is what the text is about."""
_EMPTY = re.compile(r"<img\b[^<>]*\bsrc\s*=\s*(?:\"\s*\"|'\s*')[^<>]*>|!\[[^\[\]]*\]\(\s*\)", re.IGNORECASE)
"""A picture without a path, which shows nothing."""
_ALT = re.compile(r"\balt\s*=\s*[\"']([^\"']*)", re.IGNORECASE)
_SOUND = re.compile(r"\[sound:(?P<bare>[^\[\]\n]+)\]")
_FOOTNOTE = re.compile(FOOTNOTE + "(?!:)")
_FOOTNOTE_TEXT = re.compile(FOOTNOTE + ":")
_BRACE = re.compile(r"\{(?=:?\s*(?:[#.][\w-]|[\w-]+=))")
_LANGUAGE = re.compile(r"[{.\s]*([\w+#-]+)")
_NO_CODE = re.compile(
    r"""
    \s*+ [\w+\#.:/@-]++                         # mermaid
    (?:
        \s*+ \{[^{}]*+\}                         # {1,3}
        |\s++ \[[^\[\]]*+\]                      # [app.vue]
        |\s++ (?:title|caption|file(?:name)?|name|label|id|class|style|theme|width|height|scale|linenums|hl_lines|start\w*)
         = (?:"[^"]*+"|'[^']*+'|[^\s"']++)
    )*+ \s*+
    |\s*+ \{[^{}=]*+\} \s*+
    """,
    re.VERBOSE,
)
"""The text after a fence that has no code."""
_HEADING_ATTRIBUTES = re.compile(rf"{BLANKS}\{{:?\s*[#.][^{{}}]*\}}\s*$")


@dataclass(slots=True)
class Mender:
    """Repairs the texts of one file. ``media`` collects pictures and sounds to pack, ``gaps`` the reasons why a file is missing."""

    files: Files
    folder: Path
    links: Mapping[str, str] = field(default_factory=dict)
    """Targets of the file's reference links by label, in lower case."""
    footnotes: Mapping[str, str] = field(default_factory=dict)
    """Texts of the file's footnotes by label."""
    media: dict[str, Media] = field(default_factory=dict)
    gaps: list[str] = field(default_factory=list)

    def text(self, text: str) -> str:
        """Return ``text`` with packed pictures, links instead of pictures on the network, and known languages of code."""
        text = embeds.framed(_without_attributes(closed(languages(text))), _gap)
        text = outside_code(text, lambda piece: _ACTIVE.sub(r"`\g<0>`", _EMPTY.sub("", piece)))
        text = replaced(_LINKED, text, self._linked)
        text = replaced(_BY_LABEL, text, self._by_label)
        for pattern in (_PICTURE, _WIKI):
            text = replaced(pattern, text, self._picture)
        text = self._preformatted(replaced(_IMG, text, self._img))
        text = embeds.played(replaced(_SOUND, text, self._sound), self._packed, _gap)
        return embeds.followed(text, self._not_followed)

    def _preformatted(self, text: str) -> str:
        """Return ``text`` with the pictures in each ``<pre>``. Its Markdown is literal, but its tags are not."""
        if not _ANY_PRE.search(text):
            return text
        lines = text.split("\n")
        for offset, block in reversed(list(leaves(lines))):
            if block.kind == "html" and _PRE.match(block.lines[0]):
                start, end = offset + block.start, offset + block.end
                shown = replaced(_IMG, "\n".join(lines[start:end]), self._img, mask=str)
                lines[start:end] = shown.split("\n")
        return "\n".join(lines)

    def heading(self, text: str) -> str:
        """Return ``text`` for a heading. Braces that look like attributes are escaped."""
        return outside_code(self.text(text), lambda piece: _BRACE.sub("&#123;", piece))

    def noted(self, text: str, *others: str) -> str:
        """Return the answer ``text`` with the footnotes that ``text`` and ``others`` use. Other ``[^x]`` are escaped."""
        used = dict.fromkeys(label for part in (text, *others) for label in _FOOTNOTE.findall(masked(part)))
        missing = [label for label in used if label in self.footnotes and f"[^{label}]:" not in text]
        notes = [f"[^{label}]: {self.footnotes[label]}" for label in missing]
        return "\n\n".join([part for part in (self.escaped(text), *notes) if part])

    def escaped(self, text: str) -> str:
        """Return ``text`` with escapes for each ``[^x]`` without a footnote ``x``."""
        own = {match[1] for _, match in marks(text.split("\n"), _FOOTNOTE_TEXT)}

        def escape_(match: re.Match[str]) -> str:
            return match[0] if match[1] in self.footnotes or match[1] in own else "\\" + match[0]

        return outside_code(text, lambda piece: _FOOTNOTE.sub(escape_, piece))

    def _packed(self, path: str) -> str | None:
        """Return the path in the deck of the file ``path``; ``""`` if the file is on the network, None if it cannot be packed."""
        found = self.files.find(self.folder, path)
        if isinstance(found, Media):
            self.media[found.name] = found
            return f"{MEDIA}/{found.name}"
        if not found:
            return ""
        self.gaps.append(found)
        return None

    def _not_followed(self, address: str) -> None:
        self.gaps.append(f"the link '{address}' leads nowhere on another device; its text stays")

    def _picture(self, group: Callable[[str], str]) -> str:
        path, alt = _path(group), _sized(group("alt") or group("shown"))
        packed = self._packed(path)
        if packed is None:
            return _gap(path)
        return f"![{alt}]({packed})" if packed else f"[{_SIZE.sub('', alt) or 'picture'}](<{path}>)"

    def _linked(self, group: Callable[[str], str]) -> str:
        packed, alt = self._packed(_path(group)), _sized(group("alt"))
        shown = f"![{alt}]({packed})" if packed else alt or ("picture" if packed == "" else _gap(_path(group)))
        return f"[{shown}]{group('link')}"

    def _by_label(self, group: Callable[[str], str]) -> str:
        target = self.links.get((group("label") or group("alt")).casefold(), "").split(" ")[0].strip("<>")
        return f"![{group('alt')}](<{target}>)" if target else f"![{group('alt')}][{group('label')}]"

    def _img(self, group: Callable[[str], str]) -> str:
        path = group("bare")
        if path.startswith("data:"):
            return f"<img{group('before')}{path}{group('after')}"
        packed = self._packed(path)
        if packed is None:
            return _gap(path)
        if packed:
            return f"<img{group('before')}{packed}{group('after')}"
        alt = _ALT.search(group("before") + group("after"))
        return f'<a href="{escape(path)}">{alt[1] if alt and alt[1] else "picture"}</a>'

    def _sound(self, group: Callable[[str], str]) -> str:
        path = group("bare")
        packed = self._packed(path)
        return _gap(path) if packed is None else f"[sound:{packed or path}]"


def _sized(alt: str) -> str:
    """Return the text of a picture with its size as we write it: ``|100`` at the end."""
    return _SIZE.sub(lambda match: "|" + "".join(match[1].split()), alt.strip())


def _gap(path: str) -> str:
    """Return the mark for a file that a card lacks."""
    return f"(missing: {markdown_escapes.escaped(unquote(path))})"


def _path(group: Callable[[str], str]) -> str:
    return group("angle") or group("bare").strip()


def _without_attributes(text: str) -> str:
    """Return ``text`` without the anchors ``{#x}`` of the headings in ``text``."""
    lines = text.split("\n")
    for offset, block in leaves(lines):
        if block.kind == "heading":
            at = offset + block.start
            lines[at] = _HEADING_ATTRIBUTES.sub("", lines[at])
    return "\n".join(lines)


def languages(text: str) -> str:
    """Return ``text`` with a known language for each code fence: ``js{1,3}`` becomes ``js``, ``foo`` becomes ``text``.

    A diagram stays a diagram if it can be drawn.

    Code on the line of the fence, such as ``val a = "b"``, becomes the first line of the code.
    """
    lines = text.split("\n")
    for offset, block in leaves(lines):
        if block.kind == "fence" and not knows(language_of(block)) and not _is_drawing(block):
            at = offset + block.start
            match = _LANGUAGE.match(block.text)
            has_code = _NO_CODE.fullmatch(block.text) is None
            language = match[1] if match and knows(match[1].lower()) and not has_code else "text"
            opening = lines[at].rstrip().removesuffix(block.text)
            lines[at] = opening + language
            if has_code:
                begin = opening.rstrip().rstrip("`~")
                lines[at] += "\n" + re.sub(r"[^>\s]", " ", begin) + block.text
    return "\n".join(lines)


def _is_drawing(block: Block) -> bool:
    """Return whether ``block`` is a diagram that can be drawn; also True if only the libraries for it are missing."""
    if language_of(block) not in DIAGRAMS:
        return False
    found = drawn_fences.drawn(language_of(block), "\n".join(block.lines))
    return not isinstance(found, Undrawn) or found.missing


def closed(text: str) -> str:
    """Return ``text`` with an end for a fence or comment that has none, because it would swallow the next question."""
    lines = text.split("\n")
    last = next(reversed(list(blocks(lines))), None)
    if last is None or last.closed:
        return text
    first = lines[last.start].lstrip()
    fence, raw = re.match(r"`{3,}|~{3,}", first), re.match(r"<(\w+)", first)
    return text + "\n" + (fence[0] if fence else f"</{raw[1]}>" if raw else "-->")
