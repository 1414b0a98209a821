"""A script like most such tools: ``markdown.markdown`` with codehilite for each question, then genanki.

``python -m tests.bench.plain FOLDER PACKAGE``
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import genanki
import markdown

_EXTENSIONS = ["fenced_code", "codehilite", "tables"]
_QUESTION = re.compile(r"^## (.*?)\{#(\S+) tags=\"(.*?)\"\}\n", re.MULTILINE)


def main(folder: Path, package: str) -> None:
    """Write ``package`` from the questions in ``folder``."""
    template = {"name": "Card 1", "qfmt": "{{Front}}", "afmt": "{{FrontSide}}<hr id=answer>{{Back}}"}
    model = genanki.Model(1607392319, "Plain", fields=[{"name": "Front"}, {"name": "Back"}], templates=[template])
    deck = genanki.Deck(2059400110, "Plain")
    for path in sorted(folder.glob("*.md")):
        parts = _QUESTION.split(path.read_text(encoding="utf-8"))
        for question, ident, tags, answer in zip(parts[1::4], parts[2::4], parts[3::4], parts[4::4], strict=True):
            fields = [markdown.markdown(text, extensions=_EXTENSIONS) for text in (question, answer)]
            deck.add_note(genanki.Note(model=model, fields=fields, tags=tags.split(), guid=genanki.guid_for(ident)))
    genanki.Package(deck).write_to_file(package)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
