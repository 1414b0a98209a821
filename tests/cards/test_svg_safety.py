"""A drawing that runs or loads something is refused, with the line of the part; other drawings are free."""

from __future__ import annotations

from pathlib import Path

import pytest

from deckbuilder.cards.svg_safety import unsafe_part
from tests.support import deck

BEGIN = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">\n'

GOOD = (
    '<a xlink:href="https://example.org"><text fill="url(#g)">x</text></a>',
    '<image href="data:image/png;base64,AAAA"/><use xlink:href="#g"/>',
    "<style><![CDATA[.a > b { fill: url(#g) } @font-face { src: url(data:font/woff2;base64,AA) }]]></style>",
    "<!-- <script>x</script> --><text>&lt;script&gt; onload= url(https://x)</text>",
    '<switch><foreignObject><p xmlns="http://www.w3.org/1999/xhtml">x</p></foreignObject><text>x</text></switch>',
    '<animate attributeName="x" values="0;1" to="5" onlyfake=""/>'.replace(' onlyfake=""', ""),
    "<?xpacket begin='x'?><metadata/>",
    '<image href="data:image/svg+xml;base64,AAAA"/><feImage xlink:href="data:image/svg+xml,x"/><a href="mailto:a@b.test"/>',
    "<style>.a { fill: u\\72l(#g); scroll-behavior: smooth } @namespace 'https://x.test'; /* src: */</style>",
    "<image><animate attributeName='href' values='#a;data:image/png;base64,AA;b.png'/></image>",
    "<g xml:base='drawings/'><animate attributeName='d' values='M 0 0;M 1 1' from='a' by='2'/></g>",
    "<foreignObject><img xmlns='http://www.w3.org/1999/xhtml' srcset='a.png 1x, data:image/png;base64,AA 2x'/></foreignObject>",
)
BAD = (
    ("<script>x</script>", "<script>"),
    ("<g onload='x'/>", "onload="),
    ("<a xlink:href='java&#10;script:x'/>", "href="),
    ("<a href='&#106;avascript:x'/>", "href="),
    ("<image href='https://x.test/a.png'/>", "href="),
    ("<image href='//x.test/a.png'/>", "href="),
    ("<use href='file:///etc/passwd'/>", "href="),
    ("<style>@import 'x';</style>", "@import"),
    ("<style>.a{b:url( https://x.test)}</style>", "url("),
    ("<style><![CDATA[.a{b:url(//x.test)}]]></style>", "url("),
    ("<g style='fill:url(http://x.test)'/>", "url("),
    ("<set attributeName='href' to='javascript:x'/>", "to="),
    ("<h:script xmlns:h='http://www.w3.org/1999/xhtml'/>", "<script>"),
    ("<foreignObject><iframe xmlns='http://www.w3.org/1999/xhtml' src='x'/></foreignObject>", "<iframe>"),
    ("<?xml-stylesheet href='x'?>", "<?xml-stylesheet?>"),
    ("<style>@import 'https://x.test';<g/></style>", "@import"),
    ("<style>@imp<g>x</g>ort 'https://x.test'</style>", "@import"),
    ("<style><style>@import 'x'</style></style>", "@import"),
    ("<style>.a{b:u\\72l(https://x.test)}</style>", "url("),
    ("<style>@\\69mport 'x';</style>", "@import"),
    ("<g style='fill:u\\72 l(//x.test)'/>", "url("),
    ("<g style='fill:url(/\\\\x.test)'/>", "url("),
    ("<style>.a{b:image-set('https://x.test' 1x)}</style>", "image-set("),
    ("<style>@font-face{src:src('https://x.test')}</style>", "src("),
    ("<a><animate attributeName='href' values='x;javascript:y'/></a>", "values="),
    ("<image><set attributeName='href' to='https://x.test'/></image>", "to="),
    ("<set attributeName='onclick' to='x'/>", "attributeName="),
    ("<g xml:base='https://x.test/'/>", "base="),
    ("<image href='/\\x.test/a'/>", "href="),
    ("<a ping='https://x.test' href='https://y.test'/>", "ping="),
    ("<foreignObject><img xmlns='http://www.w3.org/1999/xhtml' srcset='a 1x, https://x.test 2x'/></foreignObject>", "srcset="),
    ("<foreignObject><video xmlns='http://www.w3.org/1999/xhtml' poster='https://x.test'/></foreignObject>", "poster="),
    ("<h:frame xmlns:h='http://www.w3.org/1999/xhtml' src='x'/>", "<frame>"),
    ("<a href='data:text/html,x'/>", "href="),
    ("<image href='DATA:application/xml;base64,AA'/>", "href="),
    ("<use href='data:text/xml,x#a'/>", "href="),
    ("<use xlink:href='data:image/SVG+xml;base64,AA#a'/>", "href="),
    ("<use><set attributeName='href' to='data:image/svg+xml,x#a'/></use>", "to="),
    ("<a href='data:image/svg+xml,x'/>", "href="),
    ("<g>", "no XML"),
)


@pytest.mark.parametrize("inner", GOOD)
def test_a_plain_drawing_is_free(inner: str) -> None:
    assert unsafe_part(f"{BEGIN}{inner}</svg>".encode()) == ""
    assert unsafe_part(f"{BEGIN}{inner}</svg>".encode("utf-16")) == ""


@pytest.mark.parametrize(("inner", "named"), BAD)
def test_a_part_that_runs_or_loads_is_named(inner: str, named: str) -> None:
    for encoding in ("utf-8", "utf-16"):
        assert named in unsafe_part(f"{BEGIN}{inner}</svg>".encode(encoding))
    assert "line 2" in unsafe_part(f"{BEGIN}{inner}</svg>".encode()) or named == "no XML"


def test_entities_are_words_only() -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg"><text>&a;</text></svg>'
    assert unsafe_part(f'<!DOCTYPE svg [<!ENTITY a "word">]>{svg}'.encode()) == ""
    assert "ENTITY" in unsafe_part(f'<!DOCTYPE svg [<!ENTITY b "x"><!ENTITY a "&b;&b;">]>{svg}'.encode())
    assert "ENTITY" in unsafe_part(f'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>{svg}'.encode())


def test_the_diagnostic_is_at_the_picture(tmp_path: Path) -> None:
    (tmp_path / "a.svg").write_text(f"{BEGIN}<script/></svg>", encoding="utf-8")
    (problem,) = deck(tmp_path, "## Q {#q}\n\nA ![x](a.svg)\n").diagnostics
    assert (problem.span.line, problem.span.column, problem.code) == (3, 8, "active-media")
    assert "line 2" in problem.message
