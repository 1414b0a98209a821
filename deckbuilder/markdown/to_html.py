"""Markdown -> HTML as GitHub would show it, with one converter for all texts of a thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

import markdown

from deckbuilder.markdown.document import Marks
from deckbuilder.markdown.extension import GitHub


def html(
    text: str, words: Mapping[str, str], *, marks: Callable[[], Marks] | None = None, lead: int = 0, drawn: bool = False
) -> str:
    """Return the HTML of Markdown ``text``, not yet a field: commands to Anki are control characters (see ``anki_text``).

    ``words`` are the titles of alerts by their kind, ``marks`` those of another dialect. The first ``lead`` lines are one
    paragraph of running text: ``1. Which?`` is no list there. With ``drawn``, fences with diagrams are marked.
    """
    if not text.strip():
        return ""
    document = _CONVERTER.github.document
    document.words, document.marks, document.lead, document.drawn = words, marks, lead, drawn
    _CONVERTER.markdown.reset()
    return _CONVERTER.markdown.convert(text)


def inline(text: str, words: Mapping[str, str]) -> str:
    """Return the HTML of one line of running text, without an element around it."""
    return unwrapped(html(text, words, lead=text.count("\n") + 1))


def unwrapped(found: str) -> str:
    """Return the HTML of one paragraph without the ``<p>`` around it, and any other HTML unchanged."""
    one = found.startswith("<p>") and found.endswith("</p>") and found.count("<p>") == 1
    return found[3:-4] if one else found


class _Converter(threading.local):
    """A converter for each thread: it holds the state of the text that it converts."""

    def __init__(self) -> None:
        self.github = GitHub()
        self.markdown = markdown.Markdown(extensions=[self.github], output_format="html")


_CONVERTER = _Converter()
