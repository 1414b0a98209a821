"""Random edits of a field's HTML, with the bytes that the editors of Anki, AnkiDroid and AnkiMobile write."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

_TAG = re.compile(r"(<[^<>]*>|\\[(\[].*?\\[)\]]|\[sound:[^\]]*\]|\{\{c\d+::|::[^{}<>]*(?=\}\})|\}\})", re.DOTALL)
_WORD = re.compile(r"[A-Za-z]{3,}|[\u4e00-\u9fff]{2}")
_CODE = ("pre", "code")
Edit = Callable[[str, Random], str | None]
NEW = ("amended", "better", "wirklich", "更正", "naïve", "x2", "plain", "第二")
SIGNS = (
    "2 * 3 * 4",
    "a_b_c",
    "_x_",
    "a &lt; b &amp; c",
    "&lt;T&gt;",
    "$5 and $6",
    "#1",
    "`q`",
    "[x](y)",
    "1. first",
    "~~no~~",
    "==m==",
    "&amp;copy;",
)


def _texts(html: str, *, code: bool | None) -> list[tuple[int, int]]:
    """Return (begin, end) of each text between tags: in code, outside code, or both if ``code`` is None."""
    found, depth, at = [], 0, 0
    for part in _TAG.split(html):
        tag = re.match(r"<(/?)(\w+)", part)
        if tag and tag[2] in _CODE:
            depth += -1 if tag[1] else 1
        elif part and not _TAG.fullmatch(part) and (code is None or code == (depth > 0)):
            found.append((at, at + len(part)))
        at += len(part)
    return found


def _word(html: str, random: Random, *, code: bool | None = False) -> tuple[int, int] | None:
    """Return the place of a random word."""
    places = [
        (begin + word.start(), begin + word.end())
        for begin, end in _texts(html, code=code)
        for word in _WORD.finditer(re.sub(r"&#?\w+;", lambda match: " " * len(match[0]), html[begin:end]))
    ]
    return random.choice(places) if places else None


def _at_word(change: Callable[[str, Random], str], *, code: bool | None = False) -> Edit:
    def edit(html: str, random: Random) -> str | None:
        place = _word(html, random, code=code)
        return html[: place[0]] + change(html[place[0] : place[1]], random) + html[place[1] :] if place else None

    return edit


def _marked(tag: str) -> Edit:
    return _at_word(lambda word, _: f"<{tag}>{word}</{tag}>")


def _deleted(html: str, random: Random) -> str | None:
    """Delete a word between two blanks: the editor leaves a hard blank."""
    place = _word(html, random)
    if not place or html[place[0] - 1 : place[0]] != " " or html[place[1] : place[1] + 1] != " ":
        return None
    return f"{html[: place[0] - 1]}&nbsp; {html[place[1] + 1 :]}"


def _before_end(tag: str, new: str) -> Edit:
    """Return an edit that writes ``new`` before a random end tag."""

    def edit(html: str, random: Random) -> str | None:
        found = [match.start() for match in re.finditer(f"</{tag}>", html)]
        if not found:
            return None
        at = random.choice(found)
        return html[:at] + new.replace("WORD", random.choice(NEW)) + html[at:]

    return edit


def _split_paragraph(html: str, random: Random) -> str | None:
    places = [
        at
        for begin, end in _texts(html, code=False)
        if html[:begin].endswith("<p>")
        for at in range(begin, end)
        if html[at] == " "
    ]
    if not places:
        return None
    at = random.choice(places)
    return f"{html[:at]}</p><p>{html[at + 1 :]}"


def _new_line_of_code(html: str, random: Random) -> str | None:
    """Split a block of code, as Anki's editor does for Enter."""
    found = [
        (match.group(1), match.start(2) + line.start())
        for match in re.finditer(r"(<pre[^<>]*><code>)((?:(?!</pre>).)*\n(?:(?!</pre>).)*)</code></pre>", html, re.DOTALL)
        for line in re.finditer(r"\n", match[2])
        if "<span" not in match[2]
    ]
    if not found:
        return None
    opening, at = random.choice(found)
    return f"{html[:at]}</code></pre>{opening}extra = 1\n{html[at + 1 :]}"


def _pasted_code(html: str, random: Random) -> str | None:
    found = [match.end() for match in re.finditer(r"<pre[^<>]*><code>", html)]
    if not found:
        return None
    at = random.choice(found)
    return f"{html[:at]}a = 1<br>if a &lt; 2:<br>&nbsp;&nbsp;&nbsp; b = 2<br>{html[at:]}"


def _android(html: str, random: Random) -> str | None:
    """Change a word, and write each newline as ``<br>``, as AnkiDroid does."""
    changed = _word_changed(html, random)
    return changed.replace("\n", "<br>") if changed and "\n" in changed else None


def _cloze(html: str, random: Random) -> str | None:
    if "{{c1::" not in html:
        return None
    plain = [
        match
        for match in re.finditer(r"[a-z]{4,}", html)
        if "{{" not in html[match.start() :].partition("}}")[0]
        or html[match.start() :].find("{{") < html[match.start() :].find("}}")
    ]
    outside = [
        match
        for match in plain
        if not re.match(r"[^<]*>", html[match.start() :])
        and html[: match.start()].count("{{") == html[: match.start()].count("}}")
    ]
    if not outside:
        return None
    match = random.choice(outside)
    return f"{html[: match.start()]}{{{{c9::{match[0]}}}}}{html[match.end() :]}"


_word_changed = _at_word(lambda _, random: random.choice(NEW))

TEXT: dict[str, Edit] = {
    "another word": _word_changed,
    "a further word": _at_word(lambda word, random: f"{word} {random.choice(NEW)}"),
    "a word before": _at_word(lambda word, random: f"{random.choice(NEW)} {word}"),
    "a letter": _at_word(lambda word, _: word[:2] + word[1] + word[2:]),
    "hard blanks": _at_word(lambda word, random: f"{word}&nbsp; &nbsp;{random.choice(NEW)}"),
    "a word deleted": _deleted,
    "a word in code": _at_word(lambda word, _: f"{word}_2", code=True),
    "a word at the end of a paragraph": _before_end("p", " WORD"),
    "a word in a list": _before_end("li", " WORD"),
    "a word in a table": _before_end("td", " WORD"),
    "signs of Markdown": _at_word(lambda word, random: f"{word} {random.choice(SIGNS)}"),
    "AnkiDroid": _android,
    "an empty paragraph": lambda html, random: f"<p><br></p>{changed}" if (changed := _word_changed(html, random)) else None,
}
"""Edits of text alone."""
SHAPE: dict[str, Edit] = {
    "bold": _marked("b"),
    "italic": _marked("i"),
    "code": _marked("code"),
    "a link": _at_word(lambda word, _: f'{word} <a href="https://example.org/a_b?c=d">https://example.org/a_b?c=d</a>&nbsp;'),
    "a line break": _before_end("p", "<br>One WORD line."),
    "a paragraph parted": _split_paragraph,
    "a new paragraph": lambda html, random: f"{html}<p>A {random.choice(NEW)} one.</p>" if html.endswith("</p>") else None,
    "a new div": lambda html, random: f"{html}<div>A {random.choice(NEW)} one.</div>" if html.endswith("</p>") else None,
    "a new item": _before_end("li", "</li><li>A WORD item"),
    "a new list": lambda html, _: f"{html}<p></p><ul><li>one</li><li>two</li></ul><p></p>" if html.endswith("</p>") else None,
    "Enter in code": _new_line_of_code,
    "code pasted into code": _pasted_code,
    "a new cloze": _cloze,
    "a picture": lambda html, _: f'{html}<div><img src="new picture.png"></div>' if html.endswith("</p>") else None,
}
"""Edits of marks, blocks and pictures."""
EVERY = TEXT | SHAPE
