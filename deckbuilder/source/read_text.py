"""A file -> its text. A file that cannot be read becomes a diagnostic."""

from __future__ import annotations

import codecs
from pathlib import Path

from deckbuilder.files.portable_names import shown
from deckbuilder.files.reading import MB, UnfitError, read_whole
from deckbuilder.model.combining_marks import MOST, limited, surplus
from deckbuilder.model.control_characters import CONTROLS
from deckbuilder.model.diagnostics import Diagnostic, Span
from deckbuilder.model.records import Source

_CONTROLS = bytes(code for code in range(128) if CONTROLS.match(chr(code)) and code != 13)
"""The characters of ``CONTROLS``, except the carriage return, which may end a line."""
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)
LARGEST = 64 * MB
"""Bytes of the largest text that a person writes."""
LARGEST_RECORD = 256 * MB
"""Bytes of the largest file that ``release`` or ``adopt`` writes."""


def read(path: Path, diagnostics: list[Diagnostic], within: Path | None = None, most: int = LARGEST) -> Source | None:
    """Return the file at ``path``, UTF-8 of at most ``most`` bytes, as a source without control characters and ``\\r``.

    With ``within``, the file must be in this folder. Return None if the file cannot be read; add the reason to ``diagnostics``.
    """
    try:
        data = read_whole(path, most, within)
    except UnfitError as error:
        diagnostics.append(Diagnostic(Span(shown(path)), "unreadable", f"cannot be read: {error}"))
        return None
    except OSError as error:
        diagnostics.append(unreadable(path, error))
        return None
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = _lines(data[: error.start].decode("utf-8", "replace"))
        span = Span.in_text(shown(path), before, len(before))
        what = "this is UTF-16 or UTF-32" if data.startswith(_UTF16) else f"not UTF-8: byte 0x{data[error.start]:02x}"
        message = f"{what}; save the file as UTF-8"
        diagnostics.append(Diagnostic(span, "not-utf8", message))
        return None
    text = _lines(text)
    # look in the bytes first, because that is much faster than a search in the text
    if len(data.translate(None, _CONTROLS)) < len(data) and (control := CONTROLS.search(text)):
        message = f"control character U+{ord(control[0]):04X} is removed, as Anki would remove it; delete it from the file"
        diagnostics.append(Diagnostic(Span.in_text(shown(path), text, control.start()), "control-character", message))
        text = CONTROLS.sub("", text)
    if first := next(surplus(text), None):
        message = (
            f"this letter has more than {MOST} combining marks, which Anki takes long to sort; delete the marks from here on"
        )
        diagnostics.append(Diagnostic(Span.in_text(shown(path), text, first[0]), "combining-marks", message))
        text = limited(text)
    return Source(shown(path), path.parent, text)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def unreadable(path: Path, error: OSError) -> Diagnostic:
    """Return the problem that the system gives ``error`` for the file at ``path``."""
    return Diagnostic(Span(shown(path)), "unreadable", f"cannot be read: {error.strerror or error}")
