"""Random mixes of inline constructs, read by us and by two others: ``python -m tests.markdown.mixes 100000``.

Where markdown-it-py and GitHub's cmark disagree (``[](([ref]``), one of them is right.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Sequence
from random import Random

import click
import cmarkgfm
import markdown
from cmarkgfm.cmark import Options
from markdown_it import MarkdownIt

from deckbuilder.markdown.extension import GitHub
from deckbuilder.model.anki_text import is_wide
from deckbuilder.model.control_characters import MATHS
from tests.markdown.specifications import normalised

MATHS_STAND_IN = "₮"
"""A symbol, as ``$`` is, that markdown-it-py sees in the place of a formula."""
FORMULA = "$a_i*b_j$"
_GLUED = re.compile(rf"\w{re.escape(FORMULA)}|{re.escape(FORMULA)}\w")
DEFINITIONS = "\n\n[ref]: /r 'title'\n[two words]: <b c>\n[`c`]: /code\n"
PIECES = (
    *("a", "b c", "Wort", "snake_case", " ", ".", "(", ")", ",", '"', "-", "x=1", "!", "é", "\u00a0"),
    *("*", "**", "***", "_", "__", "~~", "*", "**", "_"),
    *("`", "``", "`code`", "`` a`b ``", "`*c*`", "` `", "`[x](y)`"),
    *(
        "[",
        "]",
        "](u)",
        "](<u v>)",
        '](u "t")',
        "](/a_(b)_c)",
        "](u 'a\\'b')",
        "[ref]",
        "][ref]",
        "[]",
        "[two\nwords]",
        "[`c`]",
        "[no]",
    ),
    *("![", "![alt](p.png)", "![*a* `b`](p.png)", "[t](u)", "[*t*](u)"),
    *("<https://x.y/a_b*c*>", "<me_x@y.org>", "<b>", "</b>", '<i title="*a*">', "<br/>", "<", ">"),
    *("&amp;", "&copy;", "&#42;", "&#x5f;", "&nbsp;", "&nope;", "&", "&auml"),
    *("\\*", "\\_", "\\`", "\\[", "\\]", "\\<", "\\&", "\\\\", "\\a"),
    *("\nx", "  \nx", "\\\nx", " \nx"),
    *(FORMULA, FORMULA, FORMULA),
    *("中文", "，", "。", "「", "」", "：", "字"),
)
_REFERENCE = MarkdownIt("commonmark").enable("strikethrough")
_CODE = re.compile(r"(<code>.*?</code>|<[^>]*>)", re.DOTALL)
_RUN = re.compile(r"\*+|_+|~+")
_NESTED = re.compile(r"<a [^>]*>(?:(?!</a>).)*<a ", re.DOTALL)
"""A link in a link, which no browser shows: we keep the inner one's text."""
_ODD_ALT = re.compile(rf'alt="[^"]*(?:&lt;[bi/]|{MATHS_STAND_IN})')
"""A tag in the text of an image, which they show as written; and a formula there, which may have been in code."""


def joined(pieces: Sequence[str]) -> str:
    """Return a paragraph of ``pieces``: no formula is beside another one."""
    text = "a " + "".join(pieces)
    return re.sub(r"\$(?=\$)", "$ ", text).strip() + " z"


def theirs(text: str) -> str:
    """Return what markdown-it-py makes of ``text``."""
    html = _REFERENCE.render(text.replace(FORMULA, MATHS_STAND_IN) + DEFINITIONS)
    return _with_formulas(html.replace("<s>", "<del>").replace("</s>", "</del>"))


def cmark(text: str) -> str:
    """Return what GitHub's cmark makes of ``text``."""
    source = text.replace(FORMULA, MATHS_STAND_IN) + DEFINITIONS
    html: str = cmarkgfm.markdown_to_html_with_extensions(source, Options.CMARK_OPT_UNSAFE, extensions=["strikethrough"])
    return _with_formulas(html)


def _with_formulas(html: str) -> str:
    """Return ``html`` normalised, with formulas in the place of their symbols; in code and in addresses they are text."""
    parts = _CODE.split(html)
    opening, closing = MATHS["inline"]
    for at, part in enumerate(parts):
        in_alt = part.startswith("<img")
        source = FORMULA if at % 2 and not in_alt else f"{opening}{FORMULA[1:-1]}{closing}"
        parts[at] = part.replace(MATHS_STAND_IN, source)
    return normalised("".join(parts))


def ours(text: str) -> str:
    """Return what we make of ``text``, bare addresses left alone."""
    return normalised(markdown.Markdown(extensions=[GitHub(commonmark=True)], output_format="html").convert(text + DEFINITIONS))


def comparable(text: str) -> bool:
    """Return whether both read ``text`` by the same rules: none of our deliberate differences is in it."""
    if _GLUED.search(text):
        return False  # a letter beside a dollar makes text of the formula
    for run in _RUN.finditer(text.replace(FORMULA, MATHS_STAND_IN)):
        seen = text.replace(FORMULA, MATHS_STAND_IN)
        before, after = seen[run.start() - 1], seen[run.end() : run.end() + 1] or " "
        if run[0][0] == "~" and len(run[0]) != 2:
            return False
        if (is_wide(before) and _is_mark(after)) or (is_wide(after) and _is_mark(before)):
            return False
    for block in _REFERENCE.parse(text + DEFINITIONS):
        for inline in block.children or ():
            # markdown-it-py loses escapes and references in the text of an image within the text of an image
            if inline.type == "image" and any(child.type == "image" for child in inline.children or ()):
                return False
    html = _REFERENCE.render(text.replace(FORMULA, MATHS_STAND_IN) + DEFINITIONS)
    return not _NESTED.search(html) and not _ODD_ALT.search(html)


def _is_mark(char: str) -> bool:
    return unicodedata.category(char)[0] in "PS"


def main(count: int) -> None:
    """Compare ``count`` mixes, and print those that differ."""
    random, compared, different = Random(count), 0, 0
    while compared < count:
        text = joined(random.choices(PIECES, k=random.randint(2, 14)))
        if not comparable(text):
            continue
        compared += 1
        if ours(text) not in (theirs(text), cmark(text)):
            different += 1
            click.echo(f"{text!r}\n  ours   {ours(text)}\n  theirs {theirs(text)}\n  cmark  {cmark(text)}")
    click.echo(f"{compared} compared, {different} differ")


if __name__ == "__main__":
    main(int(sys.argv[1]))
