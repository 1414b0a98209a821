"""The findings of the inline pass, in order -> an element with texts, links and emphasis in it."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass

from markdown.util import HTML_PLACEHOLDER_RE, AtomicString

from deckbuilder.markdown import delimiter_runs
from deckbuilder.markdown.autolinks import Autolink
from deckbuilder.markdown.delimiter_runs import Run
from deckbuilder.markdown.entities import as_text

MAX_DEPTH = 60
"""How deep emphasis and images in images are followed. Nobody reads deeper, and every level takes stack or time."""


@dataclass(slots=True)
class Bracket:
    """A ``[`` or ``![`` that may begin a link or an image; ``at`` is its place among the nodes."""

    at: int
    end: int
    image: bool
    holds_bracket: bool = False
    """True if another bracket was opened later: then the text between the brackets is no label."""
    images: int = 0
    """How many images are inside one another between the brackets."""


Node = str | ET.Element | Autolink | Run | Bracket


def place(parent: ET.Element, nodes: Sequence[Node], *, in_link: bool = False) -> None:
    """Put ``nodes`` into ``parent``, with elements for the emphasis among them."""
    if runs := [node for node in nodes if isinstance(node, Run)]:
        delimiter_runs.paired(runs)
    stack, depth, text = [parent], 0, []
    for node in nodes:
        if isinstance(node, str):
            text.append(node)
        elif isinstance(node, ET.Element):
            _write(stack[-1], text)
            stack[-1].append(node)
        elif isinstance(node, Run):
            for _ in node.closing:
                if depth <= MAX_DEPTH:
                    _write(stack.pop(), text)
                depth -= 1
            text.append(node.char * node.count)
            for tag in reversed(node.opening):
                depth += 1
                if depth <= MAX_DEPTH:
                    _write(stack[-1], text)
                    stack.append(ET.SubElement(stack[-1], tag))
        elif isinstance(node, Bracket):
            text.append("![" if node.image else "[")
        elif in_link:
            text.append(as_text(node.text))
        else:
            _write(stack[-1], text)
            ET.SubElement(stack[-1], "a", {"href": as_text(node.url)}).text = AtomicString(as_text(node.text))
    _write(parent, text)


def _write(parent: ET.Element, text: list[str]) -> None:
    """Move ``text`` to the end of ``parent``."""
    if not text:
        return
    append(parent, "".join(text))
    text.clear()


def append(parent: ET.Element, text: str, between: str = "") -> None:
    """Add ``text`` to the end of ``parent``, with ``between`` before it if it follows a text."""
    if len(parent):
        parent[-1].tail = f"{parent[-1].tail}{between}{text}" if parent[-1].tail else text
    else:
        parent.text = f"{parent.text}{between}{text}" if parent.text else text


def alternative(nodes: Sequence[Node]) -> str:
    """Return the text of an image: that of ``nodes`` without tags, and of images among them the texts of these."""
    holder = ET.Element("span")
    place(holder, nodes, in_link=True)
    for image in holder.iter("img"):
        image.text = image.get("alt")
    return HTML_PLACEHOLDER_RE.sub("", "".join(holder.itertext()))
