"""An edit of the text of a question -> the same edit of the field that learners have.

The field of another tool has its own elements, classes and colours. An author edits Markdown, which has fewer of these.
If the edit changes only text, the new text goes into the old field. All else in the field stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import escape

from deckbuilder.model.references import unescape
from deckbuilder.publish.canonical_html import canonical

_TAGS = re.compile(r"(<[^<>]*>|\[sound:[^\[\]\n]*\])")
"""A tag in canonical HTML, or a sound, which is no text."""
_PIECE = re.compile(
    r"""
    <!--.*?-->
    |<(?:[a-zA-Z/!?])(?:[^<>"']|"[^"]*+"|'[^']*+')*+>
    |\[sound:[^\[\]\n]*\]
    |(?P<blank>&nbsp;|&\#160;|\s)
    |(?P<text>&(?:\#[0-9]{1,7}|\#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});|(?!<[a-zA-Z/!?]).)
    """,
    re.DOTALL | re.VERBOSE,
)
_OPAQUE = re.compile(r"<(style|svg|script|template)\b")
"""Elements with text that no learner reads."""
_WORDS = re.compile(r"\s+|[^\W_]+|.", re.DOTALL)
_MOST = 4_000_000
"""The most comparisons of two texts. Longer texts are replaced from their first to their last difference."""


@dataclass(frozen=True, slots=True)
class _Edit:
    """The new text for the characters ``begin`` to ``end`` of the text. Blanks do not count."""

    begin: int
    end: int
    old: str
    new: str
    ahead: bool
    """True if the place is just before the next character: at the beginning of its text, or behind a blank."""


def edited(field: str, before: str, after: str) -> str | None:
    """Return ``field`` with the edit that makes ``after`` of ``before``; None if the edit changes more than text.

    ``before`` is our HTML of the field as it was adopted, and ``after`` is our HTML today.
    """
    edits = _edits(_TAGS.split(canonical(before)), _TAGS.split(canonical(after)))
    pieces = _pieces(field)
    if edits is None or pieces is None:
        return None
    shown = [unescape(field[begin:end]) for begin, end in pieces]
    text = "".join(unescape("".join(_TAGS.split(canonical(before))[::2])).split())
    places = _aligned(text, shown)
    result = field
    for edit in reversed(edits):
        changed = _replaced(result, edit, pieces, places)
        if changed is None:
            return None
        result = changed
    return result


def _pieces(field: str) -> list[tuple[int, int]] | None:
    """Return the places of the characters of ``field``, without blanks; None if an element or a tag has no end."""
    places, at, lower = [], 0, field.lower()
    while at < len(field):
        if opaque := _OPAQUE.match(lower, at):
            at = lower.find(f"</{opaque[1]}", at)
            if at < 0:
                return None
        match = _PIECE.match(field, at)
        if match is None:
            return None
        if match["text"]:
            places.append(match.span())
        at = match.end()
    return places


def _edits(before: Sequence[str], after: Sequence[str]) -> list[_Edit] | None:
    """Return the edits of text between two texts, split at their tags; None if the tags differ or only blanks in code do."""
    if before[1::2] != after[1::2]:
        return None
    edits: list[_Edit] = []
    done = depth = 0
    for at in range(len(before)):
        if at % 2:
            depth += before[at].startswith(("<pre", "<code")) - before[at].startswith(("</pre", "</code"))
            continue
        old, new = unescape(before[at]), unescape(after[at])
        for edit in _of_text(old, new, done) if old != new else ():
            blank = not (edit.old + edit.new).strip()
            if depth and (blank or "\n" in edit.old + edit.new):
                return None
            if not (blank and edit.old and edit.new):
                edits.append(edit)
        done += len("".join(old.split()))
    return edits


def _of_text(old: str, new: str, done: int) -> Iterator[_Edit]:
    """Yield the edits that make ``new`` of ``old``. ``done`` characters are before the text."""
    a, b = _WORDS.findall(old), _WORDS.findall(new)
    head = next((at for at, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    tail = 0
    while tail < min(len(a), len(b)) - head and a[-1 - tail] == b[-1 - tail]:
        tail += 1
    middle = (a[head : len(a) - tail], b[head : len(b) - tail])
    if len(middle[0]) * len(middle[1]) <= _MOST:
        found = SequenceMatcher(None, *middle, autojunk=False).get_opcodes()
    else:
        found = [("replace", 0, len(middle[0]), 0, len(middle[1]))]
    for kind, i1, i2, j1, j2 in found:
        if kind != "equal":
            left, out, into = "".join(a[: head + i1]), "".join(middle[0][i1:i2]), "".join(middle[1][j1:j2])
            begin = done + len("".join(left.split()))
            yield _Edit(begin, begin + len("".join(out.split())), out, into, ahead=not left.strip() or left[-1].isspace())


def _common(old: str, new: str) -> int:
    """Return the number of letters with which both words begin; 0 for more than a word. A word may have several elements."""
    if any(map(str.isspace, old + new)):
        return 0
    return next((at for at, (x, y) in enumerate(zip(old, new, strict=False)) if x != y), min(len(old), len(new)))


def _aligned(text: Sequence[str], shown: Sequence[str]) -> dict[int, int]:
    """Return the place in ``shown`` of each character of ``text``. The field may show more, such as marks of a link."""
    if list(text) == list(shown):
        return {at: at for at in range(len(text))}
    head = next((at for at, (x, y) in enumerate(zip(text, shown, strict=False)) if x != y), min(len(text), len(shown)))
    tail = 0
    while tail < min(len(text), len(shown)) - head and text[-1 - tail] == shown[-1 - tail]:
        tail += 1
    found = {at: at for at in range(head)}
    found |= {len(text) - 1 - at: len(shown) - 1 - at for at in range(tail)}
    left, right = text[head : len(text) - tail], shown[head : len(shown) - tail]
    if left and right and len(left) * len(right) <= _MOST:
        for block in SequenceMatcher(None, left, right, autojunk=False).get_matching_blocks():
            found |= {head + block.a + at: head + block.b + at for at in range(block.size)}
    return found


def _replaced(field: str, edit: _Edit, pieces: Sequence[tuple[int, int]], places: dict[int, int]) -> str | None:
    """Return ``field`` with one edit; None if its place is not certain. Edits behind the place may be done already."""
    wanted = [places.get(at) for at in range(edit.begin, edit.end)]
    before, behind = places.get(edit.begin - 1), places.get(edit.end)
    if any(at is None for at in wanted):
        return None
    new = escape(edit.new, quote=False).replace("\N{NO-BREAK SPACE}", "&nbsp;")
    left = None if before is None else pieces[before][1]
    right = None if behind is None else pieces[behind][0]
    if not wanted:
        return _inserted(field, edit, new, left, right)
    spans = [pieces[at] for at in wanted if at is not None]
    same = _common(edit.old, edit.new)
    begin, end = spans[same][0] if same < len(spans) else spans[-1][1], spans[-1][1]
    new = escape(edit.new[same:], quote=False) if same else new
    kept = "".join(match[0] for match in _PIECE.finditer(field, begin, end) if not match["text"] and not match["blank"])
    if edit.old[:1].isspace() and left is not None:
        begin, new = (left, new) if _is_blank(field[left:begin]) else (begin, new.lstrip())
    if edit.old[-1:].isspace() and right is not None:
        end, new = (right, new) if _is_blank(field[end:right]) else (end, new.rstrip())
    return field[:begin] + new + kept + field[end:]


def _is_blank(html: str) -> bool:
    return not html.replace("&nbsp;", " ").strip()


def _inserted(field: str, edit: _Edit, new: str, left: int | None, right: int | None) -> str | None:
    """Return ``field`` with ``new`` in place of blanks, or between the characters that end at ``left`` and begin at ``right``."""
    if edit.old:
        sure = left is not None and right is not None and _is_blank(field[left:right])
        return f"{field[:left]}{new}{field[right:]}" if sure else None
    at = right if edit.ahead and right is not None else left
    return None if at is None else field[:at] + new + field[at:]
