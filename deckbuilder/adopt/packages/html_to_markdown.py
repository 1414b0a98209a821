"""The HTML of a field -> Markdown. Only this module uses markdownify, which is optional."""

# ruff: noqa: ARG002 - markdownify defines the parameters of the methods that it calls

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from typing import Any
from urllib.parse import quote

from bs4 import BeautifulSoup, Tag
from markdownify import MarkdownConverter

from deckbuilder.adopt.packages import markdown_escapes, raw_html
from deckbuilder.adopt.packages.code_language import language
from deckbuilder.adopt.packages.left_out import NoMarkdownError, NotCarriedError
from deckbuilder.adopt.packages.raw_html import PathOf
from deckbuilder.cards.media_kinds import PLAYED, suffix_of
from deckbuilder.markdown.highlight import shows
from deckbuilder.model import unseen_attributes
from deckbuilder.model.anki_text import is_wide
from deckbuilder.model.control_characters import CONTROLS

_EMPHASIS = frozenset({"b", "strong", "em", "i", "del", "s", "strike"})
_COLOUR = re.compile(r"(?:^|;)\s*((?:background-)?color)\s*:\s*([^;]+)", re.IGNORECASE)
_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_ITALIC = re.compile(r"font-style\s*:\s*italic", re.IGNORECASE)
_EDGES = re.compile(r"((?:\s|\\\n)*)(.*?)((?:\s|\\\n)*)", re.DOTALL)
_FENCE = re.compile(r"[\s>]*(?:(?:[-+*]|\d+[.)])\s+)*(`{3,})[^`\n]*$")
GONE = "<!-- not packed: {} -->"
"""The comment in the place of a picture or sound that the package lacks."""
_BREAKS = re.compile(r"(?<![ \t])[ \t]*+\\\n(?:[ \t]*+\\\n)++[ \t]*+")


def markdown(html: str, path_of: PathOf, found: BeautifulSoup | None = None) -> str:
    """Return the Markdown of a field; ``path_of`` gives the path of a file in the package.

    ``found`` are the elements of ``html``, if the caller has them. Raises NoMarkdownError if only raw HTML can express
    the field, and NotCarriedError if no question can.
    """
    if raw_html.plain_text(html):
        text = " ".join(html.replace("\xa0", " ").split())
        return markdown_escapes.escaped_at_start(_escaped(text, path_of))
    try:
        _CONVERTER.path_of = path_of
        text = _CONVERTER.convert_soup(found or raw_html.cleaned(html))
    except RecursionError:
        raise NotCarriedError("its HTML is nested too deeply") from None
    return "".join(part if at % 2 else _tidy(part) for at, part in enumerate(_parted(text))).lstrip().rstrip("\n")


def _tidy(text: str) -> str:
    """Return Markdown without superfluous line breaks, blank lines and blanks. ``text`` has no block of code."""
    text = re.sub(r"\A(?:[ \t]*\\\n)+", "", _BREAKS.sub("\n\n", text))
    text = re.sub(r"\\\n(?=\n|$)|\\$", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"(?<![ \t])[ \t]++$", "", text, flags=re.MULTILINE))


def _parted(text: str) -> list[str]:
    """Return ``text`` in parts: text and block of code in turn. A block of code ends with its closing line."""
    parts, ticks = [""], ""
    for line in text.splitlines(keepends=True):
        opened = None if ticks else _FENCE.match(line)
        if opened:
            ticks = opened[1]
            parts.append("")
        parts[-1] += line
        if ticks and not opened and line.strip(" >\n") == ticks:
            ticks = ""
            parts.append("")
    return parts


def _raw(name: str) -> Callable[[_Converter, Tag, str, set[str]], str]:
    """Return a method that keeps an element as HTML."""

    def convert(_self: _Converter, el: Tag, text: str, parent_tags: set[str]) -> str:
        if name in ("kbd", "samp"):  # markdownify takes these elements for code
            text = markdown_escapes.escaped(el.get_text())
        return f"<{name}>{text}</{name}>" if text.strip() and not parent_tags & {"pre", "code"} else text

    return convert


def _emphasis(name: str, marks: str) -> Callable[[_Converter, Tag, str, set[str]], str]:
    """Return a method that writes an element with ``marks``, or as HTML if CommonMark would not read the marks."""

    def convert(_self: _Converter, el: Tag, text: str, parent_tags: set[str]) -> str:
        match = _EDGES.fullmatch(text)
        if parent_tags & {"pre", "code"} or match is None or not match[2]:
            return text
        inner = match[2]
        before, after = el.previous_sibling, el.next_sibling
        tight = _clings(before, -1, match[1], inner[0]) or _clings(after, 0, match[3], inner[-1])
        signs = (f"<{name}>", f"</{name}>") if tight else (marks, marks)
        return (
            match[1]
            + "\n\n".join(f"{signs[0]}{part.strip()}{signs[1]}" for part in inner.split("\n\n") if part.strip())
            + match[3]
        )

    return convert


class _Converter(MarkdownConverter):
    """markdownify with our Markdown dialect. markdownify defines the names of the methods."""

    path_of: PathOf

    def __init__(self) -> None:
        super().__init__(
            heading_style="atx", bullets="-", newline_style="backslash", table_infer_header=True, wrap=True, wrap_width=None
        )

    def escape(self, text: str, parent_tags: set[str]) -> str:
        escaped = _escaped(text, self.path_of)
        return escaped.replace("|", "\\|") if parent_tags & {"td", "th"} else escaped

    def process_text(self, el: Any, parent_tags: set[str] | None = None) -> str:
        text: str = super().process_text(el, parent_tags=parent_tags)  # type: ignore[misc]  # no types of its own
        before = el.previous_sibling
        first = before is None or before.name in _BLOCKS or before.name == "br"
        return (
            markdown_escapes.escaped_at_start(text) if first and not (parent_tags or set()) & {"pre", "code", "x-maths"} else text
        )

    def convert_x_maths(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        maths = " ".join(el.get_text()[2:-2].split())
        if el["class"] == ["block"]:
            return f"$${maths}$$"
        beside = (str(el.previous_sibling or "")[-1:], str(el.next_sibling or "")[:1])
        tight = any(char and (char.isalnum() or char in "$\\") for char in beside)
        return f"<span>${maths}$</span>" if tight else f"${maths}$"

    def convert_code(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        if "pre" in parent_tags:
            return text
        code = raw_html.code(el)
        if "\n" in code.strip("\n") and not parent_tags & {"td", "th"}:
            return self.convert_pre(el, text, parent_tags)
        code = " ".join(code.split("\n"))
        return markdown_escapes.code_span(code.replace("|", "\\|") if parent_tags & {"td", "th"} else code)

    convert_tt = convert_code

    def convert_pre(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        if parent_tags & {"td", "th"}:
            raise NoMarkdownError("Markdown has no syntax for that")
        inner = el.find("code")
        around = [inner, el, *list(el.parents)[:3]] if isinstance(inner, Tag) else [el, *list(el.parents)[:3]]
        named = [item for item in around if isinstance(item, Tag) and item.name != "[document]"]
        classes = [" ".join(item.get("class") or []) for item in named]
        ours = str(el.get(unseen_attributes.ATTRIBUTE) or "")
        data = [str(item.get(key) or "") for item in named for key in ("data-lang", "data-language", "lang")]
        code = raw_html.code(el)
        known = ours if ours and shows(ours) else language([*(f"lang-{name}" for name in data if name), *classes])
        return f"\n\n{markdown_escapes.fence(code, known)}\n\n" if code.strip() else ""

    def convert_br(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        if parent_tags & {"td", "th"}:
            return "<br>"
        return "\\\n" if "_inline" not in parent_tags else " "

    def convert_hr(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return "\n\n***\n\n"

    def convert_span(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        style = str(el.get("style") or "")
        if not text.strip() or parent_tags & {"pre", "code"} or "\n\n" in text:
            return text
        if _ITALIC.search(style):
            text = str(_emphasis("em", "*")(self, el, text, parent_tags))
        if _BOLD.search(style):
            text = str(_emphasis("b", "**")(self, el, text, parent_tags))
        colours = "; ".join(f"{name.lower()}: {value.strip()}" for name, value in _COLOUR.findall(style) if "url" not in value)
        return f'<span style="{escape(colours)}">{text}</span>' if colours else text

    def convert_font(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        colour = str(el.get("color") or "")
        inline = text.strip() and not parent_tags & {"pre", "code"} and "\n\n" not in text
        return f'<span style="color: {escape(colour)}">{text}</span>' if colour and inline else text

    def convert_a(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        href = str(el.get("href") or "").strip()
        if not href or not text.strip() or parent_tags & {"pre", "code"}:
            return text
        if "\n" in text.strip():
            raise NoMarkdownError("Markdown has no syntax for that")
        target = quote(href, safe="!#$%&'*+,/:;=?@[]~")
        before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
        return f"{before}[{text.strip()}]({target}){after}"

    def convert_img(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        name = str(el.get("src") or "")
        path = name if name.startswith("data:image/") else self.path_of(name)
        if not path:
            return _gone(name)
        alt = " ".join(str(el.get("alt") or "").split())
        width = re.search(r"(?:^|;)\s*width\s*:\s*(\d+)px", str(el.get("style") or ""))
        wide = width[1] if width else str(el.get("width") or "")
        if wide.isdigit() or re.search(r"[\[\]\\`*_<>|]", alt):
            size = f' width="{wide}"' if wide.isdigit() else ""
            return f'<img src="{path}" alt="{escape(alt)}"{size}>'
        return f"![{alt}]({path})"

    def convert_audio(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        source = el if el.get("src") else el.find("source")
        name = str(source.get("src") or "") if isinstance(source, Tag) else ""
        path = self.path_of(name)
        return f'<{el.name} controls src="{path}"></{el.name}>' if path else _gone(name)

    convert_video = convert_audio

    def convert_details(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return f"\n\n{text.strip()}\n\n"

    def convert_summary(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return f"\n\n**{text.strip()}**\n\n" if text.strip() else ""

    def convert_table(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        blocks = el.find(["table", "pre", "ul", "ol", "blockquote", "hr"])
        spans = any(cell.get("colspan") or cell.get("rowspan") for cell in el.find_all(["td", "th"]))
        if blocks or spans or parent_tags & {"td", "th"} or "{{c" in text:
            raise NoMarkdownError("Markdown has no syntax for that")
        return str(super().convert_table(el, text, parent_tags))  # type: ignore[misc]

    def convert_dl(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        raise NoMarkdownError("Markdown has no syntax for that")

    # Markdown has no syntax for these elements: they stay HTML.
    convert_u = _raw("u")
    convert_ins = _raw("ins")
    convert_sub = _raw("sub")
    convert_sup = _raw("sup")
    convert_kbd = _raw("kbd")
    convert_mark = _raw("mark")
    convert_small = _raw("small")
    convert_ruby = _raw("ruby")
    convert_rt = _raw("rt")
    convert_rp = _raw("rp")
    convert_big = _raw("big")
    convert_abbr = _raw("abbr")
    convert_cite = _raw("cite")
    convert_dfn = _raw("dfn")
    convert_var = _raw("var")
    convert_q = _raw("q")
    convert_samp = _raw("samp")

    convert_b = _emphasis("b", "**")
    convert_strong = _emphasis("strong", "**")
    convert_em = _emphasis("em", "*")
    convert_i = _emphasis("i", "*")
    convert_del = _emphasis("del", "~~")
    convert_s = _emphasis("s", "~~")
    convert_strike = _emphasis("strike", "~~")


_CONVERTER = _Converter()
"""The only converter: each new one would read its many options again."""


_BLOCKS = ("p", "div", "ul", "ol", "li", "pre", "blockquote", "table", "hr", "h1", "h2", "h3", "h4", "h5", "h6")


def _clings(beside: Any, end: int, blank: str, inner: str) -> bool:
    """Return whether CommonMark would not read the marks of emphasis beside ``beside``.

    CommonMark reads no marks between a letter outside and a sign inside. The marks of two neighbours would merge.
    """
    if blank or beside is None:
        return False
    if isinstance(beside, Tag):
        return beside.name in _EMPHASIS
    outer = str(beside)[end:][:1]
    return outer.isalnum() and not inner.isalnum() and not is_wide(outer) and not is_wide(inner)


def _escaped(text: str, path_of: PathOf) -> str:
    """Return running text with escapes, and its sounds as pictures or sounds of Markdown."""
    pieces, end = [], 0
    for match in markdown_escapes.SOUND.finditer(text):
        pieces += [markdown_escapes.escaped(text[end : match.start()]), _sound(match[1], path_of)]
        end = match.end()
    return "".join([*pieces, markdown_escapes.escaped(text[end:])])


def _sound(name: str, path_of: PathOf) -> str:
    path = path_of(name)
    if not path:
        return _gone(name)
    return f"![]({path})" if suffix_of(path) in PLAYED else f"[sound:{path}]"


def _gone(name: str) -> str:
    """Return a comment instead of a picture or sound that the package lacks. Authors see the comment; learners do not."""
    return GONE.format(" ".join(CONTROLS.sub(" ", name).split())[:200].replace("--", "—"))
