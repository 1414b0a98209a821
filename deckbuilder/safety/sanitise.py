"""Rendered HTML -> HTML that is inert on a card, and what was removed from it. The only user of nh3.

nh3 (ammonia, on the HTML parser of Servo) has the last word; ``safe_list`` judges each attribute for it, and names in the
diagnostics what went. What nh3 writes, it writes in its own way, so text in which nothing is wrong stays as it was, byte for byte.
Works on text that is not a field yet: parts of clozes and maths are still control characters.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html import unescape

import nh3

from deckbuilder.model.anki_text import composed
from deckbuilder.model.control_characters import (
    CLOZE_CLOSE,
    CLOZE_HINT,
    CLOZE_NUMBER_END,
    CLOZE_OPEN,
    MATHS,
    SYMBOLS,
)
from deckbuilder.model.note import Removed
from deckbuilder.model.splice import splice
from deckbuilder.safety.safe_list import EVERYWHERE, LINKS, VOID, Fault, Policy, of_attribute, of_tag, policy

MATHS_MARK = re.compile("[" + "".join(char for pair in MATHS.values() for char in pair) + "]")
# a part of a verbose pattern
_HARMLESS_TAG = r"""
    <
    (?:
        /[a-z0-9]+                                                                         # any end tag
        |/?(?:p|ul|ol|li|code|pre|strong|em|del|br|hr|sup|sub|h[1-6]|table|thead|tbody|tr|th|td|div|blockquote)
        |(?:span|pre|div|li|p)[ ]class="[a-z -]*"
        |a[ ]href="https?://[^"<>\x00-\x1f]*"
        |t[dh][ ]style="text-align:[a-z]+"
        |ol[ ]start="\d+"
    )
    >
"""
MAYBE_TAG = re.compile(rf"(?:[^<]|{_HARMLESS_TAG})*+<", re.VERBOSE).match
"""Whether HTML has any tag but those that rendering makes by the thousand."""

_OF_CLOZE = CLOZE_OPEN + CLOZE_NUMBER_END + CLOZE_HINT + CLOZE_CLOSE
MAYBE_MATHS = re.compile(rf"{MATHS_MARK.pattern}|\\[(\[&<{_OF_CLOZE}]|&(?:#|bsol)").search
"""Whether clients may find maths in HTML: they read it without its tags."""

_OF_TABLE = re.compile(r"<t[a-z]").search
"""Whether it has what has a place in a table only."""
_ATTRIBUTE = re.compile(
    r"""
    [\s/]*+
    (?P<name>=[^\s/>=]*+|[^\s/>=]++)
    (?:\s*+=\s*+(?P<value>"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+)?+)?+   # in quotation marks, or up to a blank
    """,
    re.VERBOSE,
)
_TAG_BEGIN = re.compile(r"</?[a-zA-Z]")
_TAG = re.compile(
    rf"""
    <(?P<end>/?)
    (?P<name>[a-zA-Z][^\s/>]*+)
    (?P<rest>(?:{re.sub("[?]P<[a-z]+>", "?:", _ATTRIBUTE.pattern)})*+)
    [\s/]*+>
    """,
    re.VERBOSE,
)
"""A tag as https://html.spec.whatwg.org/multipage/parsing.html#tokenization reads it."""
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
"""Whether every ``<`` begins a plain tag: no two parsers disagree about such text."""
_ODD = re.compile(r"<[!?][^>]{0,20}|</(?![a-zA-Z])[^>]{0,20}")

MAX_DEPTH = 500
"""Elements in each other. Browsers go to 512; a parser goes up through all that are open at each tag, which takes long."""
_LONGEST = 1000
"""Characters of a tag that each of its faults is remembered with, to find it by."""

_DROPPED = re.compile(r"<(script|style)\b.*?(?:</\1\b|\Z)", re.DOTALL | re.IGNORECASE)
"""What goes with all that is in it."""

_IMPLIED = frozenset({"li", "p", "td", "th", "tr", "tbody", "thead", "tfoot", "colgroup", "dt", "dd", "rt", "rp", "rb", "rtc"})
"""Elements whose end a browser finds by itself, at the latest where their parent ends."""

_CONTROL = re.compile(r"&#(?:0*(?P<decimal>\d{1,9})|x0*(?P<hexadecimal>[0-9a-f]{1,7}));?", re.IGNORECASE)
_TEX = re.compile(
    r"""
    \\
    (?:
        (?:href|url|class|cssId|style|data|require|mmlToken|includegraphics|html[A-Za-z]*)(?![A-Za-z])
        |bbox(?![A-Za-z]|\s*\{|\s*\[(?:[\w\s.,]|border\s*:)*\])          # with more than sizes and a border
    )
    """,
    re.VERBOSE,
)
"""What runs, loads or restyles in maths, https://docs.mathjax.org/en/latest/input/tex/extensions/html.html; Anki has it all loaded."""
_CODE = re.compile(r"<(code|pre)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_CLOZE_MARK = re.compile(rf"{CLOZE_OPEN}\d+{CLOZE_NUMBER_END}|[{CLOZE_HINT}{CLOZE_CLOSE}]")
_HINT = re.compile(rf"{CLOZE_HINT}[^{CLOZE_CLOSE}]*")


def clean(html: str, entries: tuple[str, ...] = (), *, raw: bool = True) -> tuple[str, tuple[Removed, ...]]:
    """(``html`` as it may stand on a card, what is missing from it); ``entries`` are the ``html`` of the deck's settings.

    ``raw``: whether the author may have written tags, or whether all of them are the renderer's.
    """
    doubtful = MAYBE_TAG(html) or (raw and (_strays(html, unclosed=True) or _OF_TABLE(html)))
    cleaned, removed = _cleaned(html, policy(entries)) if doubtful else (html, [])
    if MAYBE_MATHS(cleaned) and (maths := _active_maths(cleaned)):
        removed.append(Removed(maths, active=True, tag="", at=maths))
        # no command and no delimiter is left of it; nh3 has resolved what else may stand for a backslash
        cleaned = MATHS_MARK.sub("", _by_parser(cleaned, policy(entries))[0].replace("\\", "∖"))
    return cleaned, tuple(removed)


def _cleaned(html: str, allowed: Policy) -> tuple[str, list[Removed]]:
    plain = composed(html)  # what Anki will have: no other character appears later
    text = _CONTROL.sub(_no_control, plain)
    if deep := _too_deep(text):
        return text.replace("<", "&lt;"), [Removed(f"<{deep}>", active=False, tag="", at=f"<{deep}", misplaced=True)]
    removed = list(_faults(text, allowed))
    cleaned, late = _by_parser(text, allowed)
    removed += late if not removed else ()
    removed += _misplaced(text, cleaned, allowed)
    if removed or not _as_good(text, cleaned):
        return cleaned, removed
    return (html if text == plain else text), removed  # the name of a file may be in another form


def _all_tags(html: str) -> Iterator[re.Match[str]]:
    """Every tag. One that never ends takes the rest of the text with it, in a browser, too."""
    at = 0
    while (begin := _TAG_BEGIN.search(html, at)) and (tag := _TAG.match(html, begin.start())):
        yield tag
        at = tag.end()


def _too_deep(html: str) -> str | None:
    """Return the name of the first element within more than ``MAX_DEPTH`` others; None if there is none."""
    opened: Counter[str] = Counter()
    depth = 0
    for match in _all_tags(html):
        tag = match["name"].lower()
        step = -1 if match["end"] else 1
        if tag in VOID or tag in _IMPLIED or (step < 0 and not opened[tag]):
            continue
        opened[tag] += step
        depth += step
        if depth > MAX_DEPTH:
            return tag
    return None


def _as_good(html: str, cleaned: str) -> bool:
    """Whether ``html`` is what nh3 made of it, but for its spelling, and no element of it ends elsewhere than it seems to."""
    return bool(_WELL_FORMED(html)) and not _strays(html, unclosed=True) and not Counter(_tags(html)) - Counter(_tags(cleaned))


def _misplaced(html: str, cleaned: str, allowed: Policy) -> list[Removed]:
    """The allowed elements that the parser dropped: a cell outside a table, a link in a link."""
    kept = Counter(name for name, _ in _tags(cleaned))
    lost = Counter(name for name, _ in _tags(_DROPPED.sub("", html)) if name in allowed) - kept
    return [Removed(f"<{name}>", active=False, tag="", at=f"<{name}", misplaced=True) for name in lost]


def _faults(html: str, allowed: Policy) -> Iterator[Removed]:
    """What is not on the list, in order."""
    end = 0
    for match in _all_tags(html):
        end = match.end()
        tag = match["name"].lower()
        faults: list[Fault] = []
        if match["end"]:
            continue
        attributes = [(found["name"].lower(), _value(found)) for found in _ATTRIBUTE.finditer(match["rest"])]
        if fault := of_tag(tag, [name for name, _ in attributes], allowed):
            faults.append(fault)  # and its attributes with it
        else:
            faults += (fault for name, value in attributes for fault in of_attribute(tag, name, value, allowed)[1])
        shown = match[0][:_LONGEST] if faults else ""
        for fault in faults:
            yield Removed(fault.what, fault.active, shown, fault.at, fault.way, fault.runs)
    if begin := _TAG_BEGIN.search(html, end):  # it takes all that follows with it
        text = html[begin.start() : begin.start() + 30].partition("\n")[0]
        yield Removed(text, active=False, tag="", at=text, misplaced=True)
    for odd in _ODD.finditer(html):
        yield Removed(odd[0], active=False, tag=odd[0], at=odd[0])
    for name in _strays(html):
        yield Removed(f"</{name}>", active=False, tag=f"</{name}", at=f"</{name}", misplaced=True)


def _by_parser(html: str, allowed: Policy) -> tuple[str, list[Removed]]:
    """``html`` by nh3, and what of attributes ``safe_list`` refused there."""
    refused: list[Removed] = []

    def judge(tag: str, name: str, value: str) -> str | None:
        kept, faults = of_attribute(tag, name, value, allowed)
        refused.extend(Removed(fault.what, fault.active, "", fault.at, fault.way, fault.runs) for fault in faults)
        return kept

    cleaned = nh3.clean(
        html,
        tags=set(allowed),
        clean_content_tags={"script", "style"},
        attributes={tag: set(own | EVERYWHERE) for tag, own in allowed.items()},
        attribute_filter=judge,
        strip_comments=True,
        link_rel=None,
        url_schemes={*LINKS, "data"},
    )
    return _without_brackets(composed(cleaned)), refused


def _without_brackets(html: str) -> str:
    """``html`` with no ``<`` or ``>`` in a tag but its own: newer versions of nh3 write it so."""
    return splice(html, ((*tag.span("rest"), tag["rest"].replace("<", "&lt;").replace(">", "&gt;")) for tag in _all_tags(html)))


def _tags(html: str) -> Iterator[tuple[str, frozenset[tuple[str, str]]]]:
    """The start tags: names, and attributes with their values."""
    for match in _all_tags(html):
        if not match["end"]:
            attributes = ((found["name"].lower(), _value(found)) for found in _ATTRIBUTE.finditer(match["rest"]))
            yield match["name"].lower(), frozenset(attributes)


def _value(attribute: re.Match[str]) -> str:
    value = attribute["value"] or ""
    return unescape(value[1:-1] if value[:1] in ("'", '"') else value)


def _strays(html: str, *, unclosed: bool = False) -> list[str]:
    """Names of the end tags without a beginning; with ``unclosed`` also of the elements without an end."""
    stack: list[str] = []
    depth: Counter[str] = Counter()
    strays = []
    for match in _all_tags(html):
        tag = match["name"].lower()
        if tag in VOID:
            continue
        if not match["end"]:
            stack.append(tag)
            depth[tag] += 1
            continue
        while stack and stack[-1] != tag and stack[-1] in _IMPLIED:
            depth[stack.pop()] -= 1
        if stack and stack[-1] == tag:
            depth[stack.pop()] -= 1
        elif tag not in _IMPLIED or not depth[tag]:
            strays.append(tag)
    return strays + ([tag for tag in stack if tag not in _IMPLIED] if unclosed else [])


def _no_control(match: re.Match[str]) -> str:
    """Nothing for a character reference that stands for a command to Anki (see ``control_characters``)."""
    code = int(match["decimal"] or "0") if match["decimal"] else int(match["hexadecimal"], 16)
    return "" if code < 32 and code not in (9, 10, 13) else match[0]


def _active_maths(html: str) -> str | None:
    """The command in maths that would run or load something, as clients read it: without tags, and with any part of a cloze."""
    shown = unescape(re.sub(r"<[^>]*>", "", _CODE.sub("", html)))
    if not MATHS_MARK.search(shown) and r"\(" not in shown and r"\[" not in shown:
        return None
    for text in (shown, _CLOZE_MARK.sub("", shown), _CLOZE_MARK.sub("", _HINT.sub("", shown))):
        if found := _TEX.search(text):
            return found[0]
    return None
