"""Addresses that are links by themselves: ``<https://…>`` of CommonMark 0.31, and the extended autolinks of GFM.

https://github.github.com/gfm/#autolinks-extension-. A Han punctuation mark or a curly quotation mark ends one, too.
"""

from __future__ import annotations

import re
import string
from typing import NamedTuple

from deckbuilder.markdown.entities import plain
from deckbuilder.model.anki_text import is_wide

_ANGLE = re.compile(r"<([A-Za-z][A-Za-z0-9+.-]{1,31}):([^\x00-\x20<>]*+)>")
_ANGLE_MAIL = re.compile(
    r"""
    < ( [A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]++
        @ [A-Za-z0-9] (?: [A-Za-z0-9-]{0,61} [A-Za-z0-9] )?
        (?: \. [A-Za-z0-9] (?: [A-Za-z0-9-]{0,61} [A-Za-z0-9] )? )*+ ) >
    """,
    re.VERBOSE,
)
_NAMES = (
    "bitcoin doi facetime facetime-audio geo magnet mailto maps matrix mid news sip sips skype sms spotify tel urn vscode xmpp"
)
_WITHOUT_HOST = frozenset(_NAMES.split())
_SCHEME = re.compile(r"(?<![A-Za-z])(?:https?|ftp)\Z", re.IGNORECASE)
_NONE = r"\s<>`\x00-\x1f\u2018-\u201f\u3000-\u303f\uff00-\uffef"
_REST, _REST_IN_BRACKETS = (re.compile(rf"(?:(?!\*\*|~~)[^{none}])*+") for none in (_NONE, rf"\]{_NONE}"))
_HOST = re.compile(r"[^\W_](?:[\w-]|\.(?=[\w-])){0,300}+")
"""The beginning of a host. DNS has no name of more than 253 characters, so no more is read."""
_TAIL = "?!.,:;*_~'\""
_ENTITY_TAIL = re.compile(r"&[A-Za-z0-9]{1,31};\Z")
_LOCAL = ".+_-" + string.ascii_letters + string.digits
_DOMAIN = re.compile(r"@([A-Za-z0-9_-]++(?:\.(?=[A-Za-z0-9])[A-Za-z0-9_-]++)++)")
_LONGEST_LOCAL = 100


class Autolink(NamedTuple):
    """A link whose text is its address; inside another link it is text."""

    text: str
    url: str


Found = tuple[Autolink, int, int]
"""The link, where it begins in the source, and where it ends."""


def angle(text: str, begin: int, *, any_scheme: bool) -> Found | None:
    """Return the link ``<…>`` at ``begin``. Without ``any_scheme``, ``<int:id>`` is none: its scheme names no host."""
    if match := _ANGLE.match(text, begin):
        if not any_scheme and not match[2].startswith("//") and match[1].lower() not in _WITHOUT_HOST:
            return None
        address = f"{match[1]}:{match[2]}"
        return Autolink(address, address), begin, match.end()
    if match := _ANGLE_MAIL.match(text, begin):
        return Autolink(match[1], f"mailto:{match[1]}"), begin, match.end()
    return None


def web(text: str, colon: int, first: int, *, bracketed: bool) -> Found | None:
    """Return the link around ``://`` at ``colon``, no character of which is before ``first``."""
    scheme = _SCHEME.search(text, max(first, colon - 5), colon)
    if scheme is None or not text.startswith("://", colon):
        return None
    return _extended(text, scheme.start(), colon + 3, "", bracketed=bracketed)


def www(text: str, dot: int, first: int, *, bracketed: bool) -> Found | None:
    """Return the link ``www.…`` whose first dot is at ``dot``, no character of which is before ``first``."""
    begin = dot - 3
    if begin < first or not text.startswith("www", begin):
        return None
    before = text[begin - 1] if begin else " "
    if not before.isspace() and before not in "*_~(\"'" and not is_wide(before):
        return None
    return _extended(text, begin, begin, "http://", bracketed=bracketed)


def mail(text: str, at: int, first: int, *, bracketed: bool) -> Found | None:  # noqa: ARG001 - as web and www
    """Return the link around the ``@`` at ``at``, no character of which is before ``first``."""
    before = text[max(first, at - _LONGEST_LOCAL) : at]
    begin = at - len(before) + len(before.rstrip(_LOCAL))
    domain = _DOMAIN.match(text, at)
    if begin == at or domain is None or domain[1][-1] in "-_":
        return None
    if text[begin - 1 : begin] == "\\":
        return None  # the address goes on before an escaped character
    address = text[begin : domain.end()]
    return Autolink(address, f"mailto:{address}"), begin, domain.end()


def _extended(text: str, begin: int, host: int, before: str, *, bracketed: bool) -> Found | None:
    domain = _HOST.match(text, host)
    if domain is None or "_" in "".join(domain[0].split(".")[-2:]) or (before and "." not in domain[0]):
        return None
    rest = (_REST_IN_BRACKETS if bracketed else _REST).match(text, begin)
    address = _without_tail(rest[0] if rest else "")
    shown = plain(address)
    return Autolink(shown, before + shown), begin, begin + len(address)


def _without_tail(address: str) -> str:
    """Return ``address`` without punctuation, unbalanced parentheses and references at its end."""
    end, surplus = len(address), address.count(")") - address.count("(")
    while end:
        char = address[end - 1]
        if char == ";" and (entity := _ENTITY_TAIL.search(address, max(0, end - 40), end)):
            end = entity.start()
        elif char in _TAIL or (char == ")" and surplus > 0):
            surplus -= char == ")"
            end -= 1
        else:
            break
    return address[:end]
