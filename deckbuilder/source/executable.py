"""Finds questions with code that a test suite runs, by the marks of Sybil (https://sybil.readthedocs.io)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from deckbuilder.markdown.block import Block, language_of
from deckbuilder.markdown.block_parser import leaves_of

PYTHON = ("python", "py", "python3")
"""The names of Python after a fence."""
_HIDDEN = re.compile(r"\s*<!--+\s*invisible-code(-block)?:\s*py")
_SKIP = re.compile(r"\s*<!--+\s*skip:")


def is_run(content: Iterable[Block]) -> bool:
    """Return whether the blocks of a question have Python code, visible or in a comment. With a ``skip`` mark, return False."""
    found = False
    for _, block in leaves_of(content):
        if block.kind == "comment" and _SKIP.match(block.lines[0]):
            return False
        found = found or (block.kind == "comment" and _HIDDEN.match(block.lines[0]) is not None)
        found = found or (block.kind == "fence" and language_of(block) in PYTHON)
    return found
