"""The tags in HTML as a browser reads them: their attributes, and which element each of them begins or ends."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from deckbuilder.model.references import unescape
from deckbuilder.safety.safe_list import VOID

_ATTRIBUTE = re.compile(
    r"""
    [\s/]*+
    (?P<name>=[^\s/>=]*+|[^\s/>=]++)
    (?:\s*+=\s*+(?P<value>"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+)?+)?+   # in quotation marks, or up to a blank
    """,
    re.VERBOSE,
)
BEGIN = re.compile(r"</?[a-zA-Z]")
"""The beginning of a tag, which may have no end."""
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
MAX_DEPTH = 500
"""Elements inside each other. Browsers stop at 512. A parser walks up all open elements at each tag, which takes long."""
_IMPLIED = frozenset({"li", "p", "td", "th", "tr", "tbody", "thead", "tfoot", "colgroup", "dt", "dd", "rt", "rp", "rb", "rtc"})
"""Elements whose end tag may be missing: a browser ends these elements at the end of their parent at the latest."""


def tags(html: str) -> Iterator[re.Match[str]]:
    """Yield every tag. A tag without an end hides the rest of the text, as in a browser."""
    at = 0
    while (begin := BEGIN.search(html, at)) and (tag := _TAG.match(html, begin.start())):
        yield tag
        at = tag.end()


def attributes(tag: re.Match[str]) -> Iterator[tuple[str, str]]:
    """Yield (name in lower case, value with its references resolved) of each attribute of ``tag``."""
    for found in _ATTRIBUTE.finditer(tag["rest"]):
        value = found["value"] or ""
        yield found["name"].lower(), unescape(value[1:-1] if value[:1] in ("'", '"') else value)


def too_deep(html: str) -> str | None:
    """Return the name of the first element inside more than ``MAX_DEPTH`` others, else None."""
    opened: Counter[str] = Counter()
    depth = 0
    for match in tags(html):
        tag = match["name"].lower()
        step = -1 if match["end"] else 1
        if tag in VOID or tag in _IMPLIED or (step < 0 and not opened[tag]):
            continue
        opened[tag] += step
        depth += step
        if depth > MAX_DEPTH:
            return tag
    return None


def elements(html: str) -> Iterator[tuple[str, frozenset[tuple[str, str]]]]:
    """Yield (name, attributes with values) of each start tag."""
    for match in tags(html):
        if not match["end"]:
            yield match["name"].lower(), frozenset(attributes(match))


def strays(html: str, *, unclosed: bool = False) -> list[str]:
    """Return the names of end tags without a start tag; with ``unclosed`` also of elements without an end tag."""
    stack: list[str] = []
    depth: Counter[str] = Counter()
    found = []
    for match in tags(html):
        tag = match["name"].lower()
        if tag in VOID:
            continue
        if not match["end"]:
            stack.append(tag)
            depth[tag] += 1
            continue
        while stack and stack[-1] != tag and stack[-1] in _IMPLIED:
            depth[stack.pop()] -= 1
        if stack and stack[-1] == tag:
            depth[stack.pop()] -= 1
        elif tag not in _IMPLIED or not depth[tag]:
            found.append(tag)
    return found + ([tag for tag in stack if tag not in _IMPLIED] if unclosed else [])
