"""(a question, a learner's note of it) -> the changes as Markdown, each proven, and those that the author must look at."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from deckbuilder.adopt.packages import html_to_markdown
from deckbuilder.adopt.packages.left_out import NotCarriedError
from deckbuilder.learners import seen_html
from deckbuilder.learners.earlier_versions import Version, folded
from deckbuilder.learners.placing import Splice, by_block, candidates
from deckbuilder.learners.proving import Prover, Refused, Seen, Texts, context_of, seen_parts
from deckbuilder.learners.split_code import joined
from deckbuilder.learners.word_merge import changes, merged, words
from deckbuilder.model import unseen_attributes
from deckbuilder.model.anki_text import plain, without_context
from deckbuilder.model.diagnostics import ORDERS
from deckbuilder.model.records import Kind
from deckbuilder.model.references import unescape
from deckbuilder.model.splice import splice
from deckbuilder.publish.adopted_notes import PARTS

STUDY = frozenset({"leech", "marked"})
"""Tags that Anki sets while a person studies. They say nothing of a question."""
_LONGEST = 100_000
"""Characters that a correction may add."""
_ITEM = re.compile(r"^(\s*[-*+] )", re.MULTILINE)
_FIT = re.compile(r"[^\s\"'{}=<>]+").fullmatch
_FIELD = {"question": "question", "answer": "answer", "typed": "typed answer", "hint": "hint", "source": "source"}


class Theirs(NamedTuple):
    """A learner's note."""

    texts: Texts
    tags: frozenset[str]
    path_of: Callable[[str], str]
    """Returns the path of a picture or sound of theirs in the deck; ``""`` if the file does not have it."""


class Correction(NamedTuple):
    """A proven change of one part of a question."""

    part: str
    """The part, as in ``adopted_notes.PARTS``, or ``tags``."""
    text: str
    """The section after the change."""
    wanted: tuple[str, ...]
    """The words and marks of the part after the change; for ``tags``, all tags."""


class Doubt(NamedTuple):
    """A change that the author must look at."""

    part: str
    reason: str
    ours: str = ""
    """The text of the part today."""
    theirs: str = ""


class Outcome(NamedTuple):
    """All that a learner's note says."""

    corrections: tuple[Correction, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    older: bool = False
    """True if the note is as an older release had it."""
    done: int = 0
    """The number of parts whose change is in the sources already."""


def compared(prover: Prover, versions: Sequence[Version], theirs: Theirs) -> Outcome:
    """Return the changes in a learner's note. ``versions`` are those that the learner may have had, the newest first."""
    found = [(version, _seen(theirs, version)) for version in versions]
    titles = tuple(_titles(prover, versions, theirs))
    for version, seen in found:
        if _distance(version, seen, theirs.tags, prover) == 0:
            return Outcome(doubts=titles, older=not version.current and not titles)
    if not found:
        return Outcome(doubts=(*titles, *_unknown(prover, theirs)))
    version, seen = min(found, key=lambda pair: _distance(pair[0], pair[1], theirs.tags, prover))
    outcome = _changed(prover, version, seen, theirs)
    return outcome._replace(doubts=(*titles, *outcome.doubts))


def _unknown(prover: Prover, theirs: Theirs) -> Iterator[Doubt]:
    """Yield a doubt for each part that differs from today's, if the version that the learner had is not known."""
    seen = _seen(theirs, Version(prover.texts, frozenset(), {}, current=True))
    reason = "the release of this learner is not known, so the change may be yours; give its package with --base"
    for part in (part for part in seen if seen[part] != prover.now[part]):
        yield Doubt(part, reason, *_both(prover, theirs, part))


def _titles(prover: Prover, versions: Sequence[Version], theirs: Theirs) -> Iterator[Doubt]:
    """Yield a doubt if the titles above the question changed, which are headings of the file."""
    known = [prover.context, *(context_of(version.texts) for version in versions if not version.current)]
    found = context_of(theirs.texts)
    if seen_html.seen(found) not in [seen_html.seen(html) for html in known]:
        yield Doubt(
            "question",
            "the titles above the question changed; they are headings of the file",
            plain(prover.context),
            plain(found),
        )


def _seen(theirs: Theirs, version: Version) -> Seen:
    def path_of(name: str) -> str:
        return version.paths.get(name) or theirs.path_of(name)

    texts = {part: tuple(joined(html, version.texts.get(part, ())) for html in fields) for part, fields in theirs.texts.items()}
    return seen_parts(texts, path_of)


def _distance(version: Version, seen: Seen, tags: frozenset[str], prover: Prover) -> int:
    """Return how many words differ."""
    base = _base(version, prover)
    away = sum(
        max(one.end - one.begin, one.last - one.first)
        for part in seen
        if base.get(part) != seen[part]
        for one in changes(base.get(part, ()), seen[part])
    )
    return away + len((version.tags ^ tags) - STUDY)


def _base(version: Version, prover: Prover) -> Seen:
    return (
        prover.now if version.current else seen_parts(version.texts, lambda name: version.paths.get(name) or prover.path_of(name))
    )


def _changed(prover: Prover, version: Version, seen: Seen, theirs: Theirs) -> Outcome:
    base = _base(version, prover)
    corrections: list[Correction] = []
    doubts: list[Doubt] = []
    done = 0
    for part in (part for part in PARTS if part in seen and seen[part] != base.get(part, seen[part])):
        wanted = list(seen[part]) if base[part] == prover.now[part] else merged(base[part], prover.now[part], seen[part])
        if wanted is not None and tuple(wanted) == prover.now[part]:
            done += 1
            continue
        found = _part(prover, version, theirs, part, wanted)
        if isinstance(found, Correction):
            corrections.append(found)
        else:
            doubts.append(Doubt(part, found, *_both(prover, theirs, part)))
    if isinstance(tags := _tags(prover, version, theirs.tags), Correction):
        corrections.append(tags)
    elif tags:
        doubts.append(tags)
    return Outcome(tuple(corrections), tuple(doubts), done=done)


def _part(prover: Prover, version: Version, theirs: Theirs, part: str, wanted: Sequence[str] | None) -> Correction | str:
    """Return the proven change of ``part``, else the reason why there is none."""
    if wanted is None:
        return "you and the learner changed the same words"
    fields = theirs.texts[part]
    if fault := _fault(fields, prover.texts.get(part, ())):
        return fault
    refusal = ""
    for text in _tries(prover, version, theirs, part, wanted):
        tried = prover.tried(text)
        if isinstance(tried, Refused):
            refusal = refusal or tried.reason
        elif prover.same(part, tried, {**prover.now, part: tuple(wanted)}):
            if prover.renamed(text):
                return "the id of this question comes from its heading; first pin it with 'deckbuilder ids --write'"
            return Correction(part, text, tuple(wanted))
    if any("<img" in html.lower() and not theirs.path_of(name) for html in fields for name in _names(html)):
        return "a picture is not in the learner's file"
    return refusal or (
        "no change of the Markdown gives this text" if prover.alone else "the question depends on the rest of its file"
    )


def _names(html: str) -> list[str]:
    return [unescape(name) for name in re.findall(r"""\bsrc\s*=\s*["']?([^"'\s>]+)""", html)]


def _fault(theirs: Sequence[str], ours: Sequence[str]) -> str:
    """Return the reason why a text cannot be taken at all, ``""`` if there is none."""
    if sum(map(len, theirs)) > sum(map(len, ours)) + _LONGEST:
        return "the text is too long for a correction"
    hidden = {*ORDERS.findall(unescape("".join(theirs)).replace("\r", ""))} - {*ORDERS.findall(unescape("".join(ours)))}
    return f"the text has a hidden character (U+{ord(min(hidden)):04X})" if hidden else ""


def _tries(prover: Prover, version: Version, theirs: Theirs, part: str, wanted: Sequence[str]) -> Iterator[str]:
    """Yield the section with each change that may be right, the likely ones first."""
    section = prover.section(prover.text)
    if section is None:
        return
    source = section.part(part)
    for splices in candidates(source, prover.now[part], wanted, markdown=False):
        yield from _spliced(prover.text, splices)
    try:
        now = _markdown(prover.texts[part], prover, prover.path_of)
        target = _markdown(
            tuple(joined(html, version.texts.get(part, ())) for html in theirs.texts[part]), prover, theirs.path_of, version.paths
        )
        if not version.current:
            base = _markdown(version.texts[part], prover, prover.path_of, version.paths)
            target = merged(base, now, target) or []
    except NotCarriedError:
        return
    if target:
        for splices in candidates(source, now, target, markdown=True):
            yield from _spliced(prover.text, splices)
            if prover.entry.question.kind is Kind.CHOICE:  # a new option is a wrong one, until the author says otherwise
                yield from _spliced(prover.text, [(begin, end, _ITEM.sub(r"\1[ ] ", text)) for begin, end, text in splices])
        if (blocks := by_block(source, prover.text, now, target)) is not None:
            yield from _spliced(prover.text, blocks)


def _spliced(text: str, splices: Sequence[Splice]) -> Iterator[str]:
    ordered = sorted(splices, key=lambda one: one[:2])
    if all(one[1] <= other[0] for one, other in itertools.pairwise(ordered)):
        yield splice(text, ordered)


def _markdown(
    fields: Sequence[str], prover: Prover, path_of: Callable[[str], str], paths: Mapping[str, str] | None = None
) -> list[str]:
    """Return the words of the Markdown of a part's fields. Raises NotCarriedError."""
    known = paths or {}
    texts = []
    for html in fields:
        clean = unseen_attributes.without(without_context(html).replace("\r", ""))
        texts.append(html_to_markdown.markdown(clean, lambda name: known.get(name) or path_of(name)))
    named = next((part for part in prover.names.parts.values() if len(part) == len(fields)), ())
    parted = [texts[0], *(f"### {name}\n\n{text}" for name, text in zip(named[1:], texts[1:], strict=False))]
    return list(words("\n\n".join(text for text in parted if text)))


def _both(prover: Prover, theirs: Theirs, part: str) -> tuple[str, str]:
    """Return both texts of a part; both HTML if the texts are equal."""
    ours, other = ([without_context(html) for html in texts.get(part, ())] for texts in (prover.texts, theirs.texts))
    shown = [" | ".join(map(plain, fields)) for fields in (ours, other)]
    if " ".join(shown[0].split()) == " ".join(shown[1].split()):
        shown = [" | ".join(fields) for fields in (ours, other)]
    return shown[0], shown[1]


def _tags(prover: Prover, version: Version, tags: frozenset[str]) -> Correction | Doubt | None:
    """Return the change of the tags. Tags of the file or the deck are not a question's own, so they stay."""
    section = prover.section(prover.text)
    if section is None:
        return None
    found = section.attribute("tags")
    own = prover.text[found[0] : found[1]].replace(",", " ").split() if found else []
    now = {tag.casefold() for tag in prover.entry.note.tags}
    added = sorted(tags - version.tags - STUDY - now)
    removed = (version.tags - tags - STUDY) & folded(own)
    if not added and not removed:
        return None
    text = " ".join([*(tag for tag in own if tag.casefold() not in removed), *added])
    if bad := next((tag for tag in added if not _FIT(tag) or ORDERS.search(tag)), None):
        return Doubt("tags", f"the tag '{bad}' does not fit into a heading", " ".join(sorted(now)), " ".join(sorted(tags)))
    if found:
        change = (found[0], found[1], text) if text else (*found[2], "")
    else:
        place = section.new_attribute("tags")
        if place is None:
            return Doubt("tags", "the heading has no place for tags", " ".join(sorted(now)), " ".join(sorted(tags)))
        change = (place.at, place.at, f"{place.before}{text}{place.after}")
    after = splice(prover.text, [change])
    tried = prover.tried(after)
    wanted = tuple(sorted((now | set(added)) - removed))
    if isinstance(tried, Refused) or tried != prover.now or tuple(sorted(folded(prover.tags))) != wanted:
        return Doubt("tags", "no change of the heading gives these tags", " ".join(sorted(now)), " ".join(sorted(tags)))
    return Correction("tags", after, wanted)
