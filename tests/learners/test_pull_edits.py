"""Random edits in the real Anki come back as Markdown that gives what the learner wrote, or are listed. None is lost or wrong."""

from __future__ import annotations

import json
import re
import shutil
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from click.testing import Result

from deckbuilder.model.lock import Lock
from deckbuilder.pipeline.build_deck import pack
from deckbuilder.source import lock_file
from tests.learners.learner import Learner
from tests.learners.random_edits import EVERY, TEXT, Edit
from tests.support import CONTENT, TORTURE, built, picture, text_of

pytestmark = pytest.mark.slow

Invoke = Callable[..., Result]
FIELDS = ("Question", "Answer", "Text", "Extra", "Source", "Hint", "Typed")
_BLOCK = re.compile(r"</?(?:p|div|br|li|ul|ol|pre|td|th|tr|table|h\d|blockquote|hr|details|summary|section|sup)\b[^<>]*>")
_PRE = re.compile(r"<pre\b.*?</pre>", re.DOTALL)


def looks(html: str) -> tuple[list[str], dict[str, int]]:
    """Return (the words, the number of each element that shows) of a field, by no code of deckbuilder."""
    html = re.sub(r"<(/?)b>", r"<\1strong>", re.sub(r"<(/?)i>", r"<\1em>", html))
    elements = Counter(re.findall(r"<(strong|em|li|td|th|a|img|s|u|code)\b", _PRE.sub("", html)))
    clozes = Counter(re.findall(r"\{\{c\d+::", html))
    return text_of(_BLOCK.sub(" ", html)).split(), {**elements, **clozes}


def _below_titles(html: str, change: Edit, random: Random) -> str | None:
    """Return ``html`` with a change below the titles of the file."""
    above, end, text = html.rpartition("</div> ") if html.startswith('<div class="context">') else ("", "", html)
    new = change(text, random)
    return None if new is None else above + end + new


class Story:
    """A learner with a deck, and the edits of the learner."""

    def __init__(self, deck: Path, folder: Path, seed: str) -> None:
        self.deck = folder / deck.name
        shutil.copytree(deck, self.deck)
        (self.deck / "deck.lock").unlink(missing_ok=True)
        self.random = Random(seed)
        self.learner = Learner(folder / "profile")
        (self.learner.folder / "collection.media" / "new picture.png").write_bytes(picture("new"))
        (self.deck / lock_file.FILE).write_text(lock_file.text(self.takes(0)), encoding="utf-8")
        self.edits: dict[str, tuple[str, str, str]] = {}
        """(kind, field, new text) by the id of the question."""

    def takes(self, later: int) -> Lock:
        """Build the deck as it is, and import it. Return the lock of its release."""
        result = built(self.deck)
        assert result.good, [problem for problem in result.diagnostics if problem.is_error]
        packed = pack(result.deck, int(time.time()) + later)
        self.learner.takes(packed.data)
        return packed.lock

    def edit(self) -> None:
        """Change one field of each note."""
        kinds = list(EVERY)
        for number in self.learner.collection.find_notes('"note:* · *"'):
            note = self.learner.collection.get_note(number)
            values = dict(note.items())
            fields = [name for name in FIELDS if values.get(name)]
            for _ in range(20):
                kind, field = self.random.choice(kinds), self.random.choice(fields)
                new = _below_titles(note[field], EVERY[kind], self.random)
                if new is not None and looks(new) != looks(note[field]) and not (field in ("Hint", "Typed") and kind not in TEXT):
                    self.edits[note["Id"]] = kind, field, new
                    note[field] = new
                    self.learner.collection.update_note(note)
                    break

    def pull(self, invoke: Invoke, *options: str) -> dict[str, list[dict[str, str]]]:
        name = "phone.apkg"
        found = invoke("pull", self.learner.exports(name), self.deck, "--format", "json", *options)
        (values,) = json.loads(found.stdout)
        assert found.exit_code == (1 if values["open"] or values["new"] else 0)
        result: dict[str, list[dict[str, str]]] = values
        return result


CASES = [(CONTENT / "flask-en", 0), (CONTENT / "flask-en", 1), (CONTENT / "flask-zh", 0), (CONTENT / "flask-zh", 1), (TORTURE, 0)]


@pytest.mark.parametrize(("deck", "number"), CASES, ids=lambda value: getattr(value, "name", str(value)))
def test_edits_come_back(deck: Path, number: int, invoke: Invoke, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    story = Story(deck, tmp_path, f"{deck.name} {number}")
    story.edit()
    values = story.pull(invoke, "--write")
    proven, listed = ({one["id"] for one in values[key]} for key in ("patches", "open"))
    assert not proven & listed
    assert proven | listed == set(story.edits)
    story.takes(5)
    wrong = []
    for ident in sorted(proven):
        kind, field, new = story.edits[ident]
        now = story.learner.note(ident)[field]
        if looks(now) != looks(new):
            wrong.append((ident, kind, field, new, now))
    assert not wrong
    again = story.pull(invoke)
    assert again["patches"] == []
    assert {one["id"] for one in again["open"]} == listed
    story.learner.close()
    every, lost = Counter(kind for kind, _, _ in story.edits.values()), Counter(story.edits[ident][0] for ident in listed)
    with capsys.disabled():
        print(f"\n{deck.name}: {len(proven)} of {len(story.edits)} proven; not proven: {dict(lost)} of {dict(every)}")  # noqa: T201
    texts = sum(count for kind, count in every.items() if kind in TEXT)
    assert sum(count for kind, count in lost.items() if kind in TEXT) <= 0.05 * texts
