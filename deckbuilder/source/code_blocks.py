"""The blocks of a question -> its code: fences, hidden code in comments, and the marks that skip a block.

The marks are those of Sybil (https://sybil.readthedocs.io): ``<!-- invisible-code-block: python`` … ``-->``,
``<!-- skip: next "reason" -->``, and ``skip: start`` to ``skip: end``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from deckbuilder.markdown import fence_options
from deckbuilder.markdown.block import Block, language_of
from deckbuilder.markdown.block_parser import leaves_of
from deckbuilder.model.code_steps import LANGUAGES, NOT_RUN, Step
from deckbuilder.model.records import Included

_HIDDEN = re.compile(r"\s*<!--+\s*invisible-code(?:-block)?:\s*(?P<language>[\w+#-]+)(?P<rest>[^\n]*)")
_SKIP = re.compile(r"\s*<!--+\s*skip:\s*(?P<range>next|start|end)\b(?P<reason>.*)", re.DOTALL)
_UNTESTED = frozenset({"ignore", "skip", 'test="skip"'})
"""Words after the language that say: this is no code to run."""


def language_name(language: str) -> str:
    """Return the one name of a language: ``python`` for ``py``."""
    return LANGUAGES.get(language, language)


def steps(content: Iterable[Block], included: Iterable[Included] = ()) -> Iterator[Step]:
    """Yield the code and the outputs among the blocks of a question, in order.

    Blocks begin at their index in the file. Fences without a language are text. ``included`` is the code from other files.
    """
    others = {one.info: one for one in included}
    reason: str | None = None
    until_end = False
    for offset, block in leaves_of(content):
        if block.kind == "comment":
            if match := _SKIP.match("\n".join(block.lines)):
                reason = None if match["range"] == "end" else _without_end(match["reason"]).strip().strip("\"'")
                until_end = match["range"] == "start"
                continue
            step = _hidden(offset, block, others)
        else:
            step = _fence(offset, block, others) if block.kind == "fence" and block.closed else None
        if step:
            yield step if reason is None or step.skipped is not None else step._replace(skipped=reason)
            reason = reason if until_end else None


def _without_end(text: str) -> str:
    """Return ``text`` without the ``-->`` at its end, and without the blanks around both."""
    bare = text.rstrip()
    return bare[:-1].rstrip("-").rstrip() if bare.endswith("-->") else text


def _fence(offset: int, block: Block, others: Mapping[str, Included]) -> Step | None:
    language = language_name(language_of(block))
    if not language or language in NOT_RUN:
        return None
    words = frozenset(word.text for word in fence_options.words(block) if not word.name)
    skipped = "" if words & _UNTESTED else _quoted(words)
    step = Step(language, offset + block.start + 2, block.lines, words=words, skipped=skipped)
    return _included(step, block.text, others)


def _included(step: Step, info: str, others: Mapping[str, Included]) -> Step:
    """Return ``step`` with the code that it takes from another file, if it is empty and ``info`` asks for code."""
    other = others.get(info.strip()) if not any(step.lines) else None
    return step._replace(line=step.line - 1, lines=other.lines, origin=other.path, first=other.first) if other else step


def _quoted(words: frozenset[str]) -> str | None:
    """Return the reason in ``skip="reason"``, or None."""
    return next((word[5:].strip("\"'") for word in words if word.startswith("skip=")), None)


def _hidden(offset: int, block: Block, others: Mapping[str, Included]) -> Step | None:
    """Return the code in a comment. The code is between the first line and the ``-->``."""
    match = _HIDDEN.match(block.lines[0])
    if match is None or len(block.lines) == 1:
        return None
    lines = list(block.lines[1:])
    lines[-1] = _without_end(lines[-1])
    if not lines[-1]:
        del lines[-1]
    words = frozenset(word.text for word in fence_options.words_in(match["rest"]) if not word.name)
    step = Step(language_name(match["language"].lower()), offset + block.start + 2, tuple(lines), hidden=True, words=words)
    return _included(step, match["language"] + match["rest"], others)
