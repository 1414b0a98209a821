"""Markdown question files in, Anki decks out: the library.

Other programs may rely only on the names in this module. ``docs/library.md`` describes these names, and
``docs/stability.md`` says how they change. Each name is imported at its first use, so that the command line starts quickly.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from deckbuilder.version import __version__

if TYPE_CHECKING:
    from deckbuilder.library import (
        BuildResult,
        Change,
        CheckResult,
        Comparison,
        Diagnostic,
        Mend,
        NotAPackageError,
        NoteChange,
        Package,
        RenderedCard,
        RenderedQuestion,
        Severity,
        Span,
        build_decks,
        build_texts,
        check_decks,
        check_texts,
        compare_packages,
        render_question,
    )

__all__ = [
    "BuildResult",
    "Change",
    "CheckResult",
    "Comparison",
    "Diagnostic",
    "Mend",
    "NotAPackageError",
    "NoteChange",
    "Package",
    "RenderedCard",
    "RenderedQuestion",
    "Severity",
    "Span",
    "__version__",
    "build_decks",
    "build_texts",
    "check_decks",
    "check_texts",
    "compare_packages",
    "render_question",
]


def __getattr__(name: str) -> Any:
    """Return the member ``name`` of ``deckbuilder.library``. Raises AttributeError for any other name."""
    if name not in __all__:
        raise AttributeError(f"module 'deckbuilder' has no attribute '{name}'")
    return getattr(importlib.import_module("deckbuilder.library"), name)


def __dir__() -> list[str]:
    """Return the names of the library."""
    return sorted(__all__)
