"""Markdown -> HTML as GitHub would show it. The only user of Python-Markdown.

Block structure comes from ``block_parser``. Python-Markdown's own block processors read a list right after a
paragraph as text, and ignore an indentation of two spaces. Links,
images and raw HTML in running text are Python-Markdown's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Self

import markdown
from markdown.util import Registry

from deckbuilder.markdown import emphasis
from deckbuilder.markdown.block_elements import Containers
from deckbuilder.markdown.inline_patterns import extend
from deckbuilder.model.control_characters import CLOZE_CLOSE, CLOZE_NUMBER_END, CLOZE_OPEN

_LONE_CLOZE_MARKS = re.compile(rf"<p>((?:{CLOZE_OPEN}\d+{CLOZE_NUMBER_END}|{CLOZE_CLOSE})+)</p>")
"""A paragraph that only opens or closes a cloze: the cloze holds whole blocks, so the tags of that paragraph must go."""


def html(text: str, words: Mapping[str, str], *, clozes: bool = False) -> str:
    """Return the HTML of Markdown ``text``; commands to Anki are still control characters (see ``control_characters``).

    ``words`` are the titles of alerts by their kind. If ``clozes``, ``{{c1::…}}`` is a cloze.
    """
    if not text.strip():
        return ""
    converter = _converter()
    converter.reset()
    converter.parser.begin(words, clozes=clozes)
    return _LONE_CLOZE_MARKS.sub(r"\1", emphasis.tags(converter.convert(text)))


def unwrapped(found: str) -> str:
    """Return the HTML of one paragraph without the ``<p>`` around it, and any other HTML unchanged."""
    one = found.startswith("<p>") and found.endswith("</p>") and found.count("<p>") == 1
    return found[3:-4] if one else found


class _Markdown(markdown.Markdown):
    """Python-Markdown with GitHub's blocks and its few inline extras."""

    parser: Containers

    def build_parser(self) -> Self:
        super().build_parser()
        self.preprocessors = Registry()  # no white-space or HTML passes: blocks has seen to both
        self.parser = Containers(self)
        self.treeprocessors.deregister("prettify")
        extend(self)
        return self


@cache
def _converter() -> _Markdown:
    return _Markdown(output_format="html")
