"""Whether rendered HTML is such that there is nothing to ask ``sanitise``: nearly all of it is, and no card needs a parser then."""

from __future__ import annotations

import re

from deckbuilder.field import MATHS

SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):")
BLANK = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e\ufeff]")
"""What browsers pass over in an address."""
MATHS_MARK = re.compile("[" + "".join(char for pair in MATHS.values() for char in pair) + "]")
_HARMLESS_TAG = (
    r"<(?:/[a-z0-9]+|/?(?:p|ul|ol|li|code|pre|strong|em|del|br|hr|sup|sub|h[1-6]|table|thead|tbody|tr|th|td|div|blockquote)"
    r"|(?:span|pre|div|li|p) class=\"[a-z -]*\"|a href=\"https?://[^\"<>\x00-\x1f]*\"|t[dh] style=\"text-align:[a-z]+\"|ol start=\"\d+\")>"
)
MAYBE_TAG = re.compile(rf"(?:[^<]|{_HARMLESS_TAG})*+<").match
"""Whether HTML has any tag but those that rendering makes by the thousand."""

MAYBE_MATHS = re.compile(rf"{MATHS_MARK.pattern}|\\[(\[&<\x0e-\x11]|&(?:#|bsol)").search
"""Whether clients may find maths in HTML: they read it without its tags."""


def harmless(html: str) -> bool:
    """Whether ``html``, in which all tags are the renderer's, holds neither other tags than it makes by the thousand nor maths."""
    return not MAYBE_TAG(html) and not MAYBE_MATHS(html)


def is_local(address: str) -> bool:
    """Whether ``address`` stays in the package: no scheme, no host, no root."""
    bare = BLANK.sub("", address)
    return not SCHEME.match(bare.lower()) and not bare.startswith(("/", "\\"))
