"""The bytes of an SVG drawing -> the first part of it that runs a script or loads a file.

Anki shows a drawing as ``<img>``, where no browser runs scripts. But a learner may open the file itself, and then they run.
"""

from __future__ import annotations

import re
from xml.parsers import expat

_RUNS = frozenset(
    {"script", "handler", "listener", "iframe", "frame", "object", "embed", "applet", "portal", "form", "meta", "base", "link"}
)
_LOADING = frozenset(
    {"href", "src", "data", "action", "formaction", "poster", "background", "srcset", "ping", "base", "manifest"}
)
"""Attributes with an address, in SVG, in XML (``xml:base``) and in the HTML of a ``<foreignObject>``."""
_ANIMATED = frozenset({"to", "from", "values", "by"})
"""Attributes with the later values of another attribute, which may be an address."""
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:|[/\\]{2}", re.IGNORECASE)
_LINK = re.compile(r"(?:https?|mailto):", re.IGNORECASE)
_PICTURE = re.compile(
    r"data:(?:image/(?:png|jpe?g|gif|webp|svg\+xml)|(?:application/(?:x-)?font|font/)[\w-]*)[;,]", re.IGNORECASE
)
_AS_PICTURE = frozenset({"image", "feimage", "img", "source"})
"""Elements that show a drawing without its scripts. Old browsers copy the drawing of ``<use>`` with its event handlers."""
_LOADS = re.compile(
    r"""
    @import
    |url\(\s*+(?:["']\s*+)?+(?!data:)(?:[a-z][a-z0-9+.-]*:|[/\\]{2})
    |image-set\(|\bsrc\(|cross-fade\(                           # these take an address without url()
    |expression\(|-moz-binding|(?<![\w-])behavior:
    """,
    re.IGNORECASE | re.VERBOSE,
)
_CSS_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|(\n)|(.))")
_BLANK = re.compile(r"[\x00-\x20]")


class _UnsafeError(Exception):
    """The drawing has a part that runs or loads."""


def unsafe_part(data: bytes) -> str:
    """Return words about the first part of the drawing ``data`` that runs or loads, with its line; ``""`` if there is none.

    A drawing that is no XML has the words about its first mistake: no browser shows such a drawing.
    """
    reader = _Reader()
    try:
        reader.parser.Parse(data, True)
    except _UnsafeError as part:
        line = reader.parser.CurrentLineNumber
        return f"a drawing with {part} on line {line}, which runs or loads something; remove that part"
    except (expat.ExpatError, ValueError, LookupError) as error:
        return f"no XML, so no browser shows it ({error}); save it again"
    return ""


class _Reader:
    """Reads a drawing. Its methods raise _UnsafeError at a part that runs or loads."""

    def __init__(self) -> None:
        self.styles: list[list[str] | None] = []  # the own text of each open <style>, None for each other open element
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler, self.parser.EndElementHandler = self._begin, self._end
        self.parser.CharacterDataHandler, self.parser.EntityDeclHandler = self._text, self._entity
        self.parser.ProcessingInstructionHandler = self._instruction

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2].lower()
        if tag in _RUNS:
            raise _UnsafeError(f"<{tag}>")
        self.styles.append([] if tag == "style" else None)
        for full, value in attributes.items():
            _judge(tag, full.rpartition(" ")[2].lower(), value)

    def _text(self, characters: str) -> None:
        if self.styles and (style := self.styles[-1]) is not None:
            style.append(characters)

    def _end(self, _name: str) -> None:
        if style := self.styles.pop():
            _judge_style("".join(style))

    def _instruction(self, target: str, _data: str) -> None:
        if target.lower() == "xml-stylesheet":
            raise _UnsafeError(f"<?{target}?>")

    def _entity(self, name: str, _parameter: int, value: str | None, *_identity: str | None) -> None:
        if value is None or "&" in value or "<" in value:
            raise _UnsafeError(f"<!ENTITY {name}>")


def _judge(tag: str, name: str, value: str) -> None:
    """Raise _UnsafeError if the attribute ``name`` of the element ``tag`` runs or loads something."""
    if name.startswith("on"):
        raise _UnsafeError(f"'{name}='")
    if name == "attributename" and value.strip().lower().startswith("on"):
        raise _UnsafeError(f"'attributeName=\"{value.strip()}\"'")
    _judge_style(value)
    if name == "srcset":
        addresses = value.split(",")
    else:
        addresses = value.split(";") if name in _ANIMATED else [value] if name in _LOADING else []
    for address in addresses:
        bare = _BLANK.sub("", address)
        is_link = tag == "a" and name == "href" and _LINK.match(bare)
        # a picture in ``values`` or ``srcset`` is cut at its own comma or semicolon, which is no matter of safety
        picture = _PICTURE.match(f"{bare};")
        is_safe = is_link or (picture and (tag in _AS_PICTURE or "svg" not in picture[0].lower()))
        if (scheme := _SCHEME.match(bare)) and not is_safe:
            raise _UnsafeError(f"'{name}=\"{scheme[0]}…\"'")


def _judge_style(css: str) -> None:
    """Raise _UnsafeError if ``css`` loads something. Any attribute may have CSS: ``fill="url(#a)"``."""
    if found := _LOADS.search(_CSS_ESCAPE.sub(_unescaped, css) if "\\" in css else css):
        raise _UnsafeError(f"'{found[0]}'")


def _unescaped(escape: re.Match[str]) -> str:
    """Return the character of an escape in CSS: ``\\72`` is ``r``, and a backslash before a newline is nothing."""
    if escape[1]:
        return chr(min(int(escape[1], 16), 0x10FFFF))
    return escape[3] or ""
