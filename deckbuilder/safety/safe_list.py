"""The elements, attributes, addresses and styles that may be on a card, and functions that judge a tag. ``sanitise`` uses both.

Each tag is judged alone, so that a card stays inert wherever Anki cuts the text.
No element on the list changes how a browser reads the text after the element.
Mutation attacks need an element that changes this, such as ``<style>``, ``<svg>``, ``<title>`` or ``<select>``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

from deckbuilder.model import unseen_attributes
from deckbuilder.model.control_characters import MATHS, SYMBOLS

SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):")
_SCHEMES = re.compile(r"(?:[a-z][a-z0-9+.-]*+:)++")
BLANK = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e\ufeff]")
"""Characters that browsers ignore in an address."""

Policy = Mapping[str, frozenset[str]]
"""The attributes that each allowed element may have, besides the attributes of ``EVERYWHERE``."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


EVERYWHERE = frozenset({"align", "class", "dir", "lang", "style", "title"})
"""The attributes that every element may have.

``id`` and ``name`` are missing: a card could replace elements that Anki's scripts look up, such as ``#qa`` and ``#typeans``.
"""

CLASSES = _words(
    "alert alert-title caution context done footnotes highlight important long note output scroll summary tablewrap task tip "
    "warning wrap hll ln c f ge gd gh gi gs k m n s t"
)
"""The classes that our renderer writes, and that ``card.css`` gives a look."""
_OF_CLIENTS = re.compile(
    r"""
    (?:mathjax|tex2jax).*
    |card|nightMode|night_mode|cloze|replay-button|soundLink|playImage|type[A-Z]\w*
    |deckbuilder|question|answer|front|fold|hint|typed|source|id|checked               # of our templates
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""Classes that have a meaning for Anki, for its MathJax or for our templates: ``mathjax_process`` draws formulas in code."""
OWN = "."
"""The entry of a ``Policy`` that has the classes of the author's ``style.css``."""

_PLAIN = (
    "abbr acronym address article aside b bdi bdo big br caption center cite code dd dfn div dl dt em figcaption figure footer "
    "h1 h2 h3 h4 h5 h6 header i kbd mark p pre rb rp rt rtc ruby s samp section small span strike strong sub summary sup tt u ul "
    "var wbr"
)
_CELL = "colspan rowspan headers scope abbr width height valign nowrap bgcolor"
_WITH: dict[str, str] = {
    "a": "href hreflang",
    "audio": "src controls loop muted preload",
    "blockquote": "cite",
    "col": "span width",
    "colgroup": "span width",
    "data": "value",
    "del": "cite datetime",
    "details": "open",
    "font": "color face size",
    "hr": "size width noshade color",
    "img": "src alt width height border loading decoding",
    "ins": "cite datetime",
    "li": "value type",
    "ol": "start reversed type",
    "pre": unseen_attributes.ATTRIBUTE,
    "q": "cite",
    "source": "src type",
    "table": "border cellpadding cellspacing width summary bgcolor rules frame",
    "tbody": "valign",
    "td": _CELL,
    "tfoot": "valign",
    "th": _CELL,
    "thead": "valign",
    "time": "datetime",
    "tr": "valign bgcolor",
    "video": "src controls width height loop muted preload playsinline",
}
ELEMENTS: Policy = dict.fromkeys(_PLAIN.split(), frozenset()) | {tag: frozenset(names.split()) for tag, names in _WITH.items()}
"""The safe list, without the elements that a deck allows."""
VOID = _words("area base br col embed hr img input link meta source track wbr")
"""Elements without an end tag, https://html.spec.whatwg.org/multipage/syntax.html#void-elements."""
MEDIA = frozenset({"img", "audio", "video", "source"})
"""Elements whose ``src`` is packed. The rules about media report a ``src`` on the network as ``remote-media``."""

NEVER = _words(
    "applet base body bgsound embed frame frameset head html import isindex layer link listing math meta noembed noframes "
    "noscript object plaintext portal script select style svg template textarea title xml xmp"
)
"""Elements that no setting allows: these elements run, load or restyle, or change how a browser reads the following text."""
ACTIVE = NEVER | _words("button datalist fencedframe form iframe image input keygen optgroup option")
"""Elements that run, load or ask for input. A deck can allow those that are not in ``NEVER``."""
ADDRESSES = _words("action background cite data formaction href longdesc lowsrc dynsrc ping poster src xlink:href")
"""Attributes whose value is an address."""
_LEADS = frozenset({"cite", "href"})
"""Attributes whose address is opened by a tap, or by nothing. The addresses of all others are loaded with the card."""
_LOADS = ADDRESSES | _words("codebase classid srcset imagesrcset manifest profile usemap http-equiv srcdoc is slot")
"""Attributes that count as active where the list does not allow them."""
_NEVER_ATTRIBUTE = re.compile(r"on|srcdoc$|http-equiv$|xmlns|.*:|srcset$|imagesrcset$|ping$|style$|formaction$|action$")

_OF_MATHS = "".join(char for pair in MATHS.values() for char in pair)
_COMMAND = re.compile(rf"(?![\f\r{_OF_MATHS}])[{SYMBOLS}]")
"""Control characters that are commands to Anki, without the characters for maths: the ``alt`` of a picture may have maths."""
_TAG_NAME = re.compile(r"[a-z][a-z0-9]*")
_NAME = re.compile(r"[a-z][a-z0-9-]*")
"""The names that ``deck.toml`` can allow: those of HTML, but no custom elements."""
_PICTURE = re.compile(r"data:image/(?:png|gif|jpeg|webp|avif|bmp);base64,[a-z0-9+/=]*", re.IGNORECASE)
SCRIPTS = _words("applescript ecmascript javascript jscript livescript mocha vbscript")
"""Schemes whose address is a script."""
_LOADED = _words("about blob chrome content data feed jar mhtml res resource shell view-source wyciwyg")
"""Schemes whose address a browser loads in place of the card."""
_OF_NETWORKS = _words("afp nfs search search-ms smb")
"""Schemes of computers that may ask the learner's computer for a password."""
_ORDERS = _words(
    "android-app anki hcp intent itms-services missing-user-action playsound pycmd signal state-mutation-error tts-voices "
    "typechangetext typeentertext videoended videopause"
)
"""Schemes of orders to an app, to the system, or to Anki: AnkiDroid grades the card for ``signal:answer_ease4``."""
_NO_LINKS = SCRIPTS | _LOADED | _OF_NETWORKS | _ORDERS
_NO_LINK = re.compile(r"file|ms-|[a-z]$|[a-z-]*-extension$")
"""The beginnings of further such schemes. AnkiDroid loads each address that begins with ``file``. One letter names a drive.

AnkiDroid: ``filterUrl`` in AbstractFlashcardViewer.kt, and IntentUtil.kt. Anki for desktops asks the learner about each
scheme except http and https: ``qt/aqt/url_schemes.py``.
"""

_PROPERTIES = re.compile(
    r"""
    (?:
        color|background(?:-color)?
        |font(?:-[a-z]+)*|text-(?:align|decoration|transform|indent|emphasis|wrap|overflow)(?:-[a-z]+)*  # text
        |letter-spacing|word-(?:spacing|break|wrap)|line-(?:height|break)|vertical-align|white-space
        |(?:min-|max-)?(?:width|height)|(?:margin|padding)(?:-[a-z]+)*|border(?:-[a-z]+)*                # boxes
        |list-style(?:-type|-position)?
        |display|float|clear|overflow(?:-[a-z]+)*
        |direction|unicode-bidi|writing-mode|ruby-[a-z]+                                                 # scripts
        |opacity|visibility|column[a-z-]*|counter-[a-z]+|tab-size|hyphens
        |caption-side|table-layout|empty-cells                                                           # tables
        |quotes|box-sizing
        |(?:row-)?gap|flex(?:-[a-z]+)*|justify-[a-z]+|align-[a-z]+                                       # layout
        |cursor
    )
    """,
    re.VERBOSE,
)
_VALUE = re.compile(r"(?:[\w\s#%.,/!\"'+*-]|(?<=rgb)\(|(?<=rgba)\(|(?<=hsl)\(|(?<=hsla)\(|(?<=calc)\(|(?<=var)\(|\))*")
_NEGATIVE = re.compile(r"(?:margin|text-indent|letter-spacing|word-spacing|counter)")
_STYLE_LOADS = re.compile(
    r"""
    [\w-]{0,20}url\s*+\(|image(?:-set)?\s*+\(                      # loads a file
    |expression\s*+\(                                              # runs
    |@
    |behaviou?r|-moz-binding|script\s*:                            # run, too
    |\\|/\*                                                        # an escape or a comment may hide a name
    |<|&
    """,
    re.IGNORECASE | re.VERBOSE,
)


class Fault(NamedTuple):
    """A part of a tag that may not be on a card."""

    what: str
    """The part, as a message names it: ``<iframe>``, ``onclick=``."""
    at: str
    """The beginning of the part in the tag."""
    active: bool
    """True if the part would run, load or ask for input."""
    way: str = ""
    """The entry of ``html`` in ``deck.toml`` that would allow the part, ``""`` if no entry can."""
    runs: bool = False
    """True if the part is a script or a form."""


@cache
def policy(entries: tuple[str, ...]) -> Policy:
    """Return the safe list with the ``html`` entries of ``deck.toml`` added, such as ``("button", "iframe src width")``.

    An entry with a dot is a class of ``style.css``, such as ``.mine``.
    """
    found = dict(ELEMENTS)
    found[OWN] = frozenset(entry[1:] for entry in entries if entry.startswith(OWN))
    for tag, *names in (entry.split() for entry in entries if not entry.startswith(OWN)):
        found[tag] = found.get(tag, frozenset()) | frozenset(names)
    return found


@cache
def own_classes(css: str) -> tuple[str, ...]:
    """Return the classes that the author's style sheet ``css`` names as entries of ``policy``: ``(".mine",)``."""
    found = dict.fromkeys(re.findall(r"\.(-?[a-zA-Z_][\w-]*)", css))
    return tuple(OWN + name for name in found if not _OF_CLIENTS.fullmatch(name))


def forbidden_in(entry: str) -> str | None:
    """Return the part of an ``html`` entry that no setting allows, else None."""
    tag, *names = entry.split()
    return f"<{tag}>" if tag in NEVER else next((name for name in names if _NEVER_ATTRIBUTE.match(name)), None)


def of_tag(tag: str, names: Iterable[str], allowed: Policy) -> Fault | None:
    """Return the fault of the element ``tag`` itself; None if ``allowed`` has ``tag``. ``names`` are the tag's attributes."""
    if tag in allowed:
        return None
    scripted = tag in ACTIVE or any(name.startswith("on") for name in names)
    way = "" if tag in NEVER or not _TAG_NAME.fullmatch(tag) else tag
    if way:
        more = (name for name in names if name not in EVERYWHERE and _NAME.fullmatch(name) and not _NEVER_ATTRIBUTE.match(name))
        way = " ".join(dict.fromkeys([tag, *more]))
    return Fault(f"<{tag}>", f"<{tag}", scripted or ":" in tag, way, scripted)


def of_attribute(tag: str, name: str, value: str, allowed: Policy) -> tuple[str | None, list[Fault]]:
    """Return (the part of the value that stays, or None to remove the attribute; the faults)."""
    if _COMMAND.search(name + value):  # Anki would cut the tag at the cloze
        return None, [Fault(f"a cloze in '{name}'", name, active=True)]
    if name == "class":
        own = allowed.get(OWN, frozenset())
        wrong = [word for word in value.split() if word not in CLASSES and word not in own]
        kept = " ".join(word for word in value.split() if word not in wrong) if wrong else value
        return kept or None, [Fault(f'class="{word}"', word, active=False) for word in wrong]
    if name == "style":
        kept, faults = _of_style(value)
        return kept or None, faults
    if name not in EVERYWHERE and name not in allowed.get(tag, frozenset()):
        active = name.startswith("on") or name in _LOADS or ":" in name
        possible = _TAG_NAME.fullmatch(tag) and _NAME.fullmatch(name) and not _NEVER_ATTRIBUTE.match(name)
        return None, [Fault(f"{name}=", name, active, f"{tag} {name}" if possible else "", name.startswith("on"))]
    fault = _of_address(tag, name, value) if name in ADDRESSES else None
    return (None, [fault]) if fault else (value, [])


def _of_address(tag: str, name: str, value: str) -> Fault | None:
    """Return the fault of the address ``value``, else None. ``media_found`` reports addresses on the network."""
    bare = BLANK.sub("", value)
    scheme = SCHEME.match(bare.lower())
    if not scheme or (scheme[1] in ("http", "https") if name not in _LEADS else may_link(bare.lower())):
        return None
    if tag in MEDIA and name == "src" and _PICTURE.fullmatch(bare):
        return None
    return Fault(f"{scheme[1]}:", value.strip()[:40] or name, active=True, runs=scheme[1] in SCRIPTS)


def may_link(address: str) -> bool:
    """Return True if a link may lead to ``address``, in lower case and without blanks, such as ``obsidian://open``.

    A list of all apps is impossible, so the schemes that no link may have are listed. Some old browsers run the second scheme of
    ``feed:javascript:``.
    """
    schemes = _SCHEMES.match(address)
    first, *others = schemes[0].rstrip(":").split(":") if schemes else ("",)
    return first not in _NO_LINKS and not _NO_LINK.match(first) and not (SCRIPTS | _LOADED).intersection(others)


def link_scheme(name: str, value: str) -> str | None:
    """Return the scheme of the link ``value`` in the attribute ``name``; None if no link may have it, or if it has none."""
    bare = BLANK.sub("", value).lower()
    scheme = SCHEME.match(bare) if name in _LEADS else None
    return scheme[1] if scheme and may_link(bare) else None


def _of_style(value: str) -> tuple[str, list[Fault]]:
    """Return (the declarations that stay, the faults of the others). A value without a fault stays byte for byte."""
    if loads := _STYLE_LOADS.search(value):
        return "", [Fault(loads[0], loads[0], active=True)]
    faults, kept = [], []
    for declaration in _declarations(value):
        name, _, text = declaration.partition(":")
        name, text = name.strip().lower(), text.strip()
        leaves = _NEGATIVE.match(name) and re.search(r"(?:^|[\s(,*])-\s*[\d.]", text) and not name.startswith("counter")
        if _PROPERTIES.fullmatch(name) and _VALUE.fullmatch(text) and not leaves:
            kept.append(declaration)
        else:
            faults.append(Fault(f"{name}:{text}", declaration.strip() or name, active=False))
    return (";".join(kept).strip() if faults else value), faults


def _declarations(value: str) -> Iterator[str]:
    """Yield the declarations of a ``style``. Semicolons outside quotation marks separate them."""
    return (part for part in re.findall(r"(?:[^;\"']|\"[^\"]*\"|'[^']*'|[\"'])+", value) if part.strip())


def is_local(address: str) -> bool:
    """Return True if ``address`` is inside the package: without scheme, host or root."""
    bare = BLANK.sub("", address)
    return not SCHEME.match(bare.lower()) and not bare.startswith(("/", "\\"))
