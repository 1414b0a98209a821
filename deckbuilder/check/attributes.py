"""Rules about the attributes at the end of a heading: ``{#id .kind tags="a b" hint="…"}``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from deckbuilder.check.lost_questions import attributes_at_end
from deckbuilder.markdown.block_parser import leaves
from deckbuilder.markdown.pictures import BRACES
from deckbuilder.markdown.pieces import without
from deckbuilder.model.diagnostics import Diagnostic, Mend, nearest, only_near
from deckbuilder.model.records import Attribute, File, Kind, Question
from deckbuilder.source import positions
from deckbuilder.source.parse import is_attributes
from deckbuilder.source.question_ids import is_id

_LEFT_OVER = re.compile(r"(?<![{$])[{｛]:?\s*(?:[#＃.．][\w-]|[\w-]+[=＝])[^{}]*[}｝]?|\{#\s+[\w-]+\}$")
"""Text that looks like attributes and is none: ``{#id ?``, ``{#id hint=“a b”}``, ``｛#id｝``."""
_SIZE = re.compile(rf"(?<=[)\]]){BRACES.pattern}", re.VERBOSE)
"""The size of a picture."""
_CLOSING_MARKS = re.compile(r"\S[ \t]+(?P<marks>#{2,})[ \t]*$")
_TEMPLATE = re.compile(r"\{#(?:if|each|await|key|snippet)(?:\s|\}\s*\w)")
"""The beginning of a block of Svelte, which is text."""
_KINDS = [kind.value for kind in Kind if kind.value]
_KEYS = ("tags", "hint")
_ASCII = str.maketrans("｛｝＃．＝“”„‟″＂", '{}#.=""""""', "")
_SINGLE = re.compile(r"(?<=[=＝])\s*[‘’‚](?P<text>[^‘’\"]*)[‘’]")
_CURLY = re.compile(r"[“„‟”‘’‚＂][^\"]*[“”‘’＂]")
_AROUND_EQUALS = re.compile(r"(?<!\s)\s*+=\s*+(?=[\"'])")
_BETWEEN = re.compile(r"""("[^"]*+")|(?:(?<!\s)\s*+[,;，；]\s*+)""")
_BLANK_ID = re.compile(r"\{#\s+")
_BARE_KIND = re.compile(rf"(?<=\s)(?:{'|'.join(_KINDS)})(?=[\s}}])")


def known_attributes(file: File) -> Iterator[Diagnostic]:
    """Report an unknown attribute, or one twice. Bad: ``{#g tag="x"}``, ``{#g .cloze .typed}``. Good: ``{#g .cloze hint="…"}``."""
    for entry in file.entries:
        seen = set()
        taken = {item.key for item in entry.question.attributes if item.key != "." or item.value in _KINDS}
        for item in entry.question.attributes:
            if item.key == "." and item.value not in _KINDS:
                known = nearest(item.value, _KINDS) or f"; the kinds are .{', .'.join(_KINDS)}"
                message = f"unknown kind '.{item.value}'{known}"
                near = only_near(item.value, _KINDS)
                yield _unknown(file, item, (f".{item.value}",), _free(near and f".{near}", taken), message)
            elif item.key not in (".", "#", *_KEYS):
                right = _meant(item)
                known = f"; write '{right}'" if right else nearest(item.key, _KEYS) or "; the attributes are tags= and hint="
                old = tuple(f"{item.key}={mark}{item.value}{mark}" for mark in ('"', "'", ""))
                if not right and (near := only_near(item.key, _KEYS)):
                    old, right = (f"{item.key}=",), f"{near}="
                yield _unknown(file, item, old, _free(right, taken), f"unknown attribute '{item.key}'{known}")
            elif item.key in seen:
                what = f"'{item.key}' in one heading" if item.key != "." else "kind in one heading"
                yield Diagnostic(item.span, "bad-attribute", f"a second {what}; remove one of the two")
            elif item.key == "hint" and _CURLY.fullmatch(item.value):
                right = f'hint="{item.value[1:-1]}"'
                message = f"the card would show the quotation marks of the hint {item.value}; write {right}"
                yield _unknown(file, item, (f"hint={item.value}",), right, message)
            seen.add(item.key)


def attributes_read(file: File) -> Iterator[Diagnostic]:
    """Report attributes that the card would show as text. Bad: ``## g {#g} ?``, ``## g ｛#g｝``, ``### Part {#part} one``."""
    for entry in file.entries:
        question = entry.question
        yield from _left_over(file, question, question.span.line, question.heading.lines[0], own=True)
        yield from _closing(file, question)
        for passage in (question.body, question.answer):
            for offset, block in leaves(passage.lines):
                if block.kind == "heading" and not attributes_at_end(f"# {block.text}"):
                    yield from _left_over(file, question, passage.first + offset + block.start, block.text, own=False)


def _closing(file: File, question: Question) -> Iterator[Diagnostic]:
    """Yield the problem of a heading with ``##`` before its attributes, as PHP Markdown Extra and Pandoc write it."""
    match = _CLOSING_MARKS.search(question.heading.lines[0]) if question.attributes else None
    if match:
        place = positions.occurrence(file, question, question.span.line, match[0], match.start())
        message = f"the card shows this '{match['marks']}'; remove it, or write it in code marks"
        yield Diagnostic(place._replace(column=place.column + len(match[0]) - len(match["marks"])), "literal-mark", message)


def _left_over(file: File, question: Question, line: int, text: str, *, own: bool) -> Iterator[Diagnostic]:
    """Report attributes in the ``text`` of a heading. ``own`` is True for the heading of the question."""
    match = _LEFT_OVER.search(_SIZE.sub("", without(text, "code")))
    if match is None or _TEMPLATE.match(match.string, match.start()):
        return
    place, found = positions.occurrence(file, question, line, match[0]), match[0]
    begin = text.find(found)
    rest = text[begin + len(found) :].strip(" .。,;")
    better = _mended(found) if own and begin >= 0 and not rest and not question.attributes else ""
    if not better:
        message = "the card would show this as text; write attributes at the end of a question's heading, after a blank: "
        yield Diagnostic(place, "bad-attribute", message + '{#id .kind tags="a b" hint="…"}')
        return
    blank = "" if not begin or text[begin - 1].isspace() else " "
    message = f"the card would show this as text; write '{better}' at the end of the heading, after a blank"
    mend = Mend(line, place.column, found + text[begin + len(found) :].rstrip(), blank + better)
    shown = positions.lines_of(file, question.span.path)[line - 1]
    yield Diagnostic(place, "bad-attribute", message, mend=mend if shown.find(mend.old) == place.column - 1 else None)


def _mended(braces: str) -> str:
    """Return attributes for ``braces`` that are nearly attributes: without curly quotes, commas and full-width marks; else ``""``."""
    text = _SINGLE.sub(lambda match: f'"{match["text"]}"', braces).translate(_ASCII)
    text = _AROUND_EQUALS.sub("=", text if text.endswith("}") else f"{text.rstrip()}}}")
    text = _BETWEEN.sub(lambda match: match[1] or " ", text)
    text = _BLANK_ID.sub("{#", _BARE_KIND.sub(lambda match: f".{match[0]}", text))
    return text if is_attributes(text) else ""


def _meant(item: Attribute) -> str:
    """Return the usual spelling of ``id=x`` and ``class=cloze``, else ``""``."""
    if item.key.lower() == "id" and is_id(item.value):
        return f"#{item.value}"
    value = item.value.lower().removeprefix(".")
    return f".{value}" if item.key.lower() in ("class", "kind", "type") and value in _KINDS else ""


def _free(right: str, taken: set[str]) -> str:
    """Return the attribute ``right``, and add its key to ``taken``. Return ``""`` if the heading has this key already."""
    key = right[:1] if right[:1] in (".", "#") else right.rstrip("=")
    if key in taken:
        return ""
    taken.add(key)
    return right


def _unknown(file: File, item: Attribute, spellings: Iterable[str], right: str, message: str) -> Diagnostic:
    """Return the problem with ``item``, which has one of ``spellings``. ``right`` is the text in its place, or ``""``."""
    line = positions.lines_of(file, item.span.path)[item.span.line - 1]
    old = next((text for text in spellings if line.startswith(text, item.span.column - 1)), "")
    mend = Mend(item.span.line, item.span.column, old, right) if old and right else None
    return Diagnostic(item.span, "bad-attribute", message, mend=mend)
