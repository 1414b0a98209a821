"""The record of the last ``deckbuilder test``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Tested:
    """The questions whose code ran and printed what their cards show."""

    hashes: Mapping[str, str] = field(default_factory=dict)
    """The hash of the code by the id of the question."""
    checked_with: str = ""
    """The versions that ran the code, if ``checked_with`` in ``deck.toml`` asks for them; else ``""``."""
