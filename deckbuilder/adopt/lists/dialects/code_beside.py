"""One question for each file, which is code in a file beside it: ``7.md`` with ``Answer:`` on top, and ``7.rs``."""

from __future__ import annotations

from deckbuilder.adopt.lists.answer import LABEL, unlabelled
from deckbuilder.adopt.lists.markdown_page import Found, Page, blocks_of, with_breaks

SUFFIXES = {
    ".c": "c",
    ".cpp": "cpp",
    ".cs": "csharp",
    ".go": "go",
    ".hs": "haskell",
    ".java": "java",
    ".js": "js",
    ".kt": "kotlin",
    ".php": "php",
    ".py": "python",
    ".rb": "ruby",
    ".rs": "rust",
    ".sh": "sh",
    ".sql": "sql",
    ".swift": "swift",
    ".ts": "ts",
}
"""The suffix of a file with code -> the language for the fence."""


def find(page: Page) -> list[Found] | None:
    """Return the question of ``page``; None unless its text begins with ``Answer:`` and code is beside it.

    The code is the whole question. Lines such as ``Difficulty: 3`` below the answer stay lines.
    """
    suffix, code = page.beside
    first = next(iter(blocks_of(page.lines)), None)
    if not code.strip() or first is None or first.kind != "text" or not LABEL.match(first.lines[0]):
        return None
    mark = "`" * max(3, 1 + max((len(run) for run in code.split() if set(run) == {"`"}), default=0))
    fence = f"{mark}{SUFFIXES[suffix]}\n{code.rstrip()}\n{mark}"
    head = with_breaks("\n".join(page.lines[first.start : first.end]))
    return [Found(0, len(page.lines), fence, unlabelled("\n".join([head, *page.lines[first.end :]])))]
