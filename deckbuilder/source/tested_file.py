"""``deck.tested``: the questions whose code ran and printed what their cards show. Text <-> Tested; one line for each question.

Cards of other questions do not say that their code was run. Only ``deckbuilder test`` writes this file.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import Any

from deckbuilder.files.strict_json import dumps, loads
from deckbuilder.model.code_steps import SESSIONS, Step
from deckbuilder.model.diagnostics import Diagnostic, Span
from deckbuilder.model.run_settings import PYTHON, Runner, RunSettings
from deckbuilder.model.tested import Tested

FILE = "deck.tested"
FORMAT = 1
_ABOUT = "# The code of these questions ran and printed what their cards show. Written by 'deckbuilder test': commit it."
_HASH = re.compile("[0-9a-f]{16}")


def code_hash(steps: Iterable[Step], settings: RunSettings) -> str:
    """Return a hash of code, of its outputs and of the way in which the code is run; ``""`` if there is no code to run.

    The place of the code in its file does not count. Neither does a key of a runner that has its default: so a new key in a
    later version changes no hash.
    """
    found = hashlib.sha256()
    languages = set()
    for step in steps:
        languages.add(SESSIONS.get(step.language, step.language))
        values = [step.language, step.hidden, sorted(step.words), step.skipped is None, step.lines]
        found.update(f"{dumps(values)}\n".encode("utf-8", "surrogatepass"))
    if not languages & ({PYTHON} | {name for name, _ in settings.runners}):
        return ""
    texts = dict(settings.texts)
    for name, runner in settings.runners:
        if name in languages:
            chosen = {key: value for key, value in runner._asdict().items() if value != Runner._field_defaults.get(key)}
            found.update(repr((name, sorted(chosen.items()), texts.get(runner.setup))).encode("utf-8", "surrogatepass"))
    if PYTHON in languages:
        found.update(repr(texts.get(settings.setup)).encode("utf-8", "surrogatepass"))
    return found.hexdigest()[:16]


def text(tested: Tested) -> str:
    """Return the content of the file."""
    header = {"format": FORMAT} | ({"checked_with": tested.checked_with} if tested.checked_with else {})
    lines = [dumps({"id": name, "code": tested.hashes[name]}) for name in sorted(tested.hashes)]
    return "\n".join([_ABOUT, dumps(header), *lines, ""])


def read(path: str, content: str) -> tuple[Tested, list[Diagnostic]]:
    """Return the record in ``content``, the text of the file ``path``, and the problems.

    A damaged line counts as a question whose code was not run: the next ``deckbuilder test`` mends the file.
    """
    hashes: dict[str, str] = {}
    checked_with = ""
    problems: list[Diagnostic] = []
    for number, line in enumerate(content.split("\n"), 1):
        if not line or line.startswith("#"):
            continue
        values = _values(line)
        if type(values.get("format")) is int and isinstance(values.get("checked_with", ""), str):
            checked_with = values.get("checked_with", "")
        elif isinstance(values.get("id"), str) and _HASH.fullmatch(str(values.get("code"))):
            hashes[values["id"]] = values["code"]
        elif not problems:
            message = "this line is damaged; run 'deckbuilder test' again, which writes the file anew"
            problems.append(Diagnostic(Span(path, number), "bad-tested", message))
    return Tested(hashes, checked_with), problems


def _values(line: str) -> dict[str, Any]:
    try:
        values = loads(line)
    except ValueError:
        return {}
    return values if isinstance(values, dict) else {}
