"""The bytes of an SVG drawing -> the first part of it that runs a script or loads a file.

Anki shows a drawing as ``<img>``, where no browser runs scripts. But a learner may open the file itself, and then they run.
"""

from __future__ import annotations

import re
from xml.parsers import expat

_RUNS = frozenset({"script", "handler", "listener", "iframe", "object", "embed", "form", "meta", "base", "link"})
_ADDRESSES = frozenset(
    {"href", "src", "data", "action", "formaction", "poster", "background", "srcset", "ping", "to", "from", "values", "by"}
)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
_LINK = re.compile(r"(?:https?|mailto):", re.IGNORECASE)
_PICTURE = re.compile(
    r"data:(?:image/(?:png|jpe?g|gif|webp|svg\+xml)|(?:application/(?:x-)?font|font/)[\w-]*)[;,]", re.IGNORECASE
)
_LOADS = re.compile(
    r"@import|url\(\s*[\"']?\s*(?!data:)(?:[a-z][a-z0-9+.-]*:|//)|expression\(|-moz-binding|behavior:", re.IGNORECASE
)
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
        self.style: list[str] = []  # the text of the open element <style>
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler, self.parser.EndElementHandler = self._begin, self._end
        self.parser.CharacterDataHandler, self.parser.EntityDeclHandler = self._text, self._entity
        self.parser.ProcessingInstructionHandler = self._instruction

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2].lower()
        if tag in _RUNS:
            raise _UnsafeError(f"<{tag}>")
        self.style = [""] if tag == "style" else []
        for full, value in attributes.items():
            _judge(tag, full.rpartition(" ")[2].lower(), value)

    def _text(self, characters: str) -> None:
        if self.style:
            self.style.append(characters)

    def _end(self, _name: str) -> None:
        if found := _LOADS.search("".join(self.style)):
            raise _UnsafeError(f"'{found[0]}'")
        self.style = []

    def _instruction(self, target: str, _data: str) -> None:
        if target.lower() == "xml-stylesheet":
            raise _UnsafeError(f"<?{target}?>")

    def _entity(self, name: str, _parameter: int, value: str | None, *_identity: str | None) -> None:
        if value is None or "&" in value or "<" in value:
            raise _UnsafeError(f"<!ENTITY {name}>")


def _judge(tag: str, name: str, value: str) -> None:
    """Raise _UnsafeError if the attribute ``name`` of the element ``tag`` runs or loads something."""
    bare = _BLANK.sub("", value)
    if name.startswith("on"):
        raise _UnsafeError(f"'{name}='")
    if found := _LOADS.search(value.replace("\\", "")):
        raise _UnsafeError(f"'{found[0]}'")
    if name in _ADDRESSES and (scheme := _SCHEME.match(bare)):
        link = tag == "a" and _LINK.match(bare)
        if not link and not _PICTURE.match(bare) and (name in {"href", "src"} or "script:" in bare.lower()):
            raise _UnsafeError(f"'{name}=\"{scheme[0]}…\"'")
