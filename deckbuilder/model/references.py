"""Character references of HTML, such as ``&amp;`` and ``&#8212;`` -> their characters."""

from __future__ import annotations

import html
import re

_LONG = re.compile(r"&#(?=[0-9]{8})0*+([0-9]*+)")
_NO_CHARACTER = "1114112"
"""The first number after the last character of Unicode, in decimal. A reference to it means U+FFFD, as in a browser."""


def unescape(text: str) -> str:
    """Return ``text`` with the character of each reference, as ``html.unescape``, but with any number of digits."""
    return html.unescape(shortened(text))


def shortened(text: str) -> str:
    """Return ``text`` with at most seven decimal digits in each reference. Each reference keeps its meaning.

    Python's ``int`` raises ValueError at thousands of digits, and so do ``html.unescape`` and Beautiful Soup.
    """
    return _LONG.sub(_shorter, text) if "&#" in text else text


def _shorter(match: re.Match[str]) -> str:
    number = match[1] or "0"
    return f"&#{number if len(number) <= len(_NO_CHARACTER) else _NO_CHARACTER}"
