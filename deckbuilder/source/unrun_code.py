"""Blocks of code without a runner -> a note for each language, at its first block."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from deckbuilder.model.code_steps import SESSIONS, Step
from deckbuilder.model.diagnostics import Diagnostic, Span
from deckbuilder.model.run_settings import RunSettings
from deckbuilder.source import code_runners

_PROMPT = "$"


def unrun(steps: Iterable[Step], settings: RunSettings) -> Iterator[tuple[str, int]]:
    """Yield (language, line of the content) for each block that no runner of ``settings`` runs, and that no mark skips."""
    for step in steps:
        language = SESSIONS.get(step.language, step.language)
        is_text = step.language == "console" and not any(line.startswith(_PROMPT) for line in step.lines)
        if not step.is_output and step.skipped is None and not is_text and not settings.runs(language):
            yield language, step.line


def diagnostics(found: Iterable[tuple[str, Sequence[tuple[str, int]]]]) -> Iterator[Diagnostic]:
    """Yield a note for each language. ``found`` has the path of each question's file, and its blocks of ``unrun``."""
    places: dict[str, list[Span]] = {}
    for path, blocks in found:
        for language, line in blocks:
            places.setdefault(language, []).append(Span(path, line))
    for language, spans in places.items():
        count, verb = ("1 block", "does") if len(spans) == 1 else (f"{len(spans):,} blocks", "do")
        way = (
            f"write [test.{language}]; an empty table is enough"
            if code_runners.is_ready(language)
            else f'name it: [test.run] {language} = "… {{file}}"'
        )
        yield Diagnostic(
            spans[0], "not-run", f"{count} of {language} {verb} not run, because deck.toml has no command for {language}; {way}"
        )
