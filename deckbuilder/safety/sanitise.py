"""Rendered HTML -> HTML that is inert on a card, and the removed parts. The only user of nh3.

nh3 (ammonia, on Servo's HTML parser) decides in the end. ``safe_list`` judges each attribute for nh3, and names the removed
parts in diagnostics. nh3 rewrites HTML in its own spelling, so HTML without a fault stays as it was written.
The text is not a field yet: parts of clozes and maths are still control characters.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import nh3

from deckbuilder.model import unseen_attributes
from deckbuilder.model.anki_text import composed
from deckbuilder.model.control_characters import SYMBOLS
from deckbuilder.model.note import Removed
from deckbuilder.model.references import unescape
from deckbuilder.model.splice import splice
from deckbuilder.safety import html_maths
from deckbuilder.safety.browser_tags import BEGIN, attributes, elements, strays, tags, too_deep
from deckbuilder.safety.safe_list import CLASSES, EVERYWHERE, OWN, Fault, Policy, link_scheme, of_attribute, of_tag, policy

_CLASS = rf"(?:{'|'.join(sorted(CLASSES))})"
# a part of a verbose pattern
_HARMLESS_TAG = rf"""
    <
    (?:
        /[a-z0-9]+                                                                         # any end tag
        |/?(?:p|ul|ol|li|code|pre|strong|em|del|br|hr|sup|sub|h[1-6]|table|thead|tbody|tr|th|td|div|blockquote)
        |(?:span|pre|div|li|p)[ ]class="{_CLASS}(?:[ ]{_CLASS})*+"
        |pre(?:[ ]class="{_CLASS}(?:[ ]{_CLASS})*+")?+[ ]{unseen_attributes.ATTRIBUTE}="{unseen_attributes.NAME.replace("#", "[#]")}"
        |a[ ]href="https?://[^"<>\x00-\x1f]*"
        |t[dh][ ]style="text-align:[a-z]+"
        |ol[ ]start="\d+"
    )
    >
"""
MAYBE_TAG = re.compile(rf"(?:[^<]|{_HARMLESS_TAG})*+<", re.VERBOSE).match
"""Match if HTML has a tag that is not one of the common tags of our own renderer."""

_OF_TABLE = re.compile(r"<t[a-z]").search
"""Match if HTML has an element that may be inside a table only."""
_WELL_FORMED = re.compile(
    rf"""
    (?:
        [^<]
        |<
        (?:
            /[a-zA-Z][a-zA-Z0-9]*+                                       # an end tag
            |[a-zA-Z][a-zA-Z0-9]*+                                       # a start tag
            (?:
                \s++[a-zA-Z][\w.-]*+                                     # the name of an attribute
                (?:\s*+=\s*+(?:"[^"<>{SYMBOLS}]*+"|'[^'<>{SYMBOLS}]*+'|[^\s"'=<>`\x00-\x1f]++))?+
            )*+
            \s*+/?
        )
        >
    )*+
    """,
    re.VERBOSE,
).fullmatch
"""Match if every ``<`` begins a plain tag. All parsers agree about such text."""
_ODD = re.compile(r"<[!?][^>]{0,20}|</(?![a-zA-Z])[^>]{0,20}")

_LONGEST = 1000
"""Characters of a tag that each fault keeps, to find the tag in the source."""

_DROPPED = re.compile(r"<(script|style)\b.*?(?:</\1\b|\Z)", re.DOTALL | re.IGNORECASE)
"""Elements that are removed together with their content."""

_CONTROL = re.compile(r"&#(?:0*(?P<decimal>\d{1,9})|x0*(?P<hexadecimal>[0-9a-f]{1,7}));?", re.IGNORECASE)


def clean(
    html: str, entries: tuple[str, ...] = (), known: frozenset[str] = frozenset(), *, raw: bool = True, shielded: bool = False
) -> tuple[str, tuple[Removed, ...]]:
    """Return (``html`` as it may be on a card, the removed parts).

    ``entries`` are the ``html`` entries of the deck's settings, ``known`` the names of macros beyond the list of ``macros``.
    ``raw`` is True if the author may have written tags, False if all tags come from the renderer.
    ``shielded`` is True if the caller puts an element into each ``\\(`` of the text: no formula begins there.
    """
    doubtful = MAYBE_TAG(html) or (raw and (strays(html, unclosed=True) or _OF_TABLE(html)))
    cleaned, removed = _cleaned(html, policy(entries)) if doubtful else (html, [])
    if html_maths.MAYBE(cleaned) and (found := html_maths.faults(cleaned, known, shielded=shielded)):
        removed += found
        # no command and no delimiter remains: nh3 has resolved character references, so every backslash is visible
        cleaned = html_maths.MARK.sub("", _by_parser(cleaned, policy(entries))[0].replace("\\", "∖"))
    return cleaned, tuple(removed)


def _cleaned(html: str, allowed: Policy) -> tuple[str, list[Removed]]:
    """Return (``html`` without the parts that ``allowed`` does not have, the removed parts)."""
    plain = composed(html)  # the composed form is the final one: Anki composes fields, which could change a tag later
    text = _CONTROL.sub(_no_control, plain)
    if deep := too_deep(text):
        return text.replace("<", "&lt;"), [Removed(f"<{deep}>", active=False, tag="", at=f"<{deep}", misplaced=True)]
    removed = list(_faults(text, allowed))
    cleaned, late = _by_parser(text, allowed)
    removed += late if not removed else ()
    changed = cleaned != text  # these two questions take most of the time
    removed += _misplaced(text, cleaned, allowed) if changed else ()
    if removed or (changed and not _as_good(text, cleaned)):
        return cleaned, removed
    # the form of Unicode stays as written: the name of a file may depend on the form
    return (html if text == plain else text), removed


def _as_good(html: str, cleaned: str) -> bool:
    """Return True if ``html`` differs from ``cleaned`` in spelling only, and each element ends at its own end tag."""
    return (
        bool(_WELL_FORMED(html)) and not strays(html, unclosed=True) and not Counter(elements(html)) - Counter(elements(cleaned))
    )


def _misplaced(html: str, cleaned: str, allowed: Policy) -> list[Removed]:
    """Return the allowed elements that the parser dropped: for example a cell outside a table, or nested links."""
    kept = Counter(name for name, _ in elements(cleaned))
    lost = Counter(name for name, _ in elements(_DROPPED.sub("", html)) if name in allowed) - kept
    return [Removed(f"<{name}>", active=False, tag="", at=f"<{name}", misplaced=True) for name in lost]


def _faults(html: str, allowed: Policy) -> Iterator[Removed]:
    """Yield the parts that are not on the list: tags and attributes in their order, then odd markup and stray end tags."""
    end = 0
    for match in tags(html):
        end = match.end()
        tag = match["name"].lower()
        faults: list[Fault] = []
        if match["end"]:
            continue
        given = list(attributes(match))
        if fault := of_tag(tag, [name for name, _ in given], allowed):
            faults.append(fault)  # the attributes are removed with the element
        else:
            faults += (fault for name, value in given for fault in of_attribute(tag, name, value, allowed)[1])
        shown = match[0][:_LONGEST] if faults else ""
        for fault in faults:
            yield Removed(fault.what, fault.active, shown, fault.at, fault.way, fault.runs)
    if begin := BEGIN.search(html, end):  # this tag has no end, and hides all the following text
        text = html[begin.start() : begin.start() + 30].partition("\n")[0]
        yield Removed(text, active=False, tag="", at=text, misplaced=True)
    for odd in _ODD.finditer(html):
        yield Removed(odd[0], active=False, tag=odd[0], at=odd[0])
    for name in strays(html):
        yield Removed(f"</{name}>", active=False, tag=f"</{name}", at=f"</{name}", misplaced=True)


def _by_parser(html: str, allowed: Policy) -> tuple[str, list[Removed]]:
    """Return (``html`` as nh3 cleans it, the attributes that ``safe_list`` refused)."""
    refused: list[Removed] = []

    def judge(tag: str, name: str, value: str) -> str | None:
        kept, faults = of_attribute(tag, name, value, allowed)
        refused.extend(Removed(fault.what, fault.active, "", fault.at, fault.way, fault.runs) for fault in faults)
        return kept

    cleaned = nh3.clean(
        html,
        tags=set(allowed) - {OWN},
        clean_content_tags={"script", "style"},
        attributes={tag: set(own | EVERYWHERE) for tag, own in allowed.items() if tag != OWN},
        attribute_filter=judge,
        strip_comments=True,
        link_rel=None,
        url_schemes={"http", "https", "data", *_link_schemes(html)},
    )
    return _without_brackets(composed(cleaned)), refused


def _link_schemes(html: str) -> Iterator[str]:
    """Yield the schemes of all links in ``html`` that ``safe_list`` allows. ``data`` is for pictures, and ``judge`` checks these."""
    for tag in tags(html):
        for name, value in attributes(tag) if ":" in unescape(tag["rest"]) else ():
            if scheme := link_scheme(name, value):
                yield scheme


def _without_brackets(html: str) -> str:
    """Return ``html`` with ``<`` and ``>`` escaped inside tags. Newer versions of nh3 do this themselves."""
    return splice(html, ((*tag.span("rest"), tag["rest"].replace("<", "&lt;").replace(">", "&gt;")) for tag in tags(html)))


def _no_control(match: re.Match[str]) -> str:
    """Return a character reference as it is; ``""`` for a control character, which would be a command to Anki."""
    code = int(match["decimal"] or "0") if match["decimal"] else int(match["hexadecimal"], 16)
    return "" if code < 32 and code not in (9, 10, 13) else match[0]
