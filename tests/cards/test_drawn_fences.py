"""Fences with diagrams on cards: pictures with their text beside them, in every place where a fence may be."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from deckbuilder.cards import drawn_fences
from deckbuilder.diagrams.drawing import Undrawn
from deckbuilder.model.diagrams import without_pictures, without_sources
from deckbuilder.pipeline.build_deck import pack
from deckbuilder.publish.canonical_html import canonical
from tests.support import TIME, deck, note

FLOW = "```mermaid\nflowchart LR\n    A[one] --> B{{two}}\n```"
OFF = 'id = "test-deck"\nname = "Test"\ndiagrams = false\n'


def answer(folder: Path, text: str) -> str:
    return note(folder, f"## Q? {{#q}}\n\n{text}\n").text("answer")


@pytest.mark.parametrize(
    "text",
    [
        FLOW,
        "- item\n\n  " + FLOW.replace("\n", "\n  "),
        "> [!NOTE]\n> " + FLOW.replace("\n", "\n> "),
        "See.[^1]\n\n[^1]: Note\n\n    " + FLOW.replace("\n", "\n    "),
        FLOW.replace("```mermaid", "~~~{.mermaid}").replace("```", "~~~"),
        FLOW.replace("mermaid", 'Mermaid title="x" wrap'),
    ],
)
def test_a_diagram_is_a_picture_wherever_a_fence_may_be(text: str, tmp_path: Path) -> None:
    found = answer(tmp_path, text)
    assert found.count("<img ") == found.count("<pre hidden") == 1
    assert 'alt="one, two"' in found
    assert unescape(re.findall(r"<pre hidden[^>]*><code>(.*?)</code>", found, re.DOTALL)[0]) == "\n".join(
        line.strip(" >") if "[one]" not in line else "    A[one] --> B{{two}}" for line in FLOW.split("\n")[1:-1]
    )


@pytest.mark.parametrize(
    "text",
    [
        FLOW.replace("mermaid", "mermaid linenums"),
        FLOW.replace("mermaid", "mermaid {1}"),
        FLOW.replace("mermaid", "mermaid cloze"),
        FLOW.replace("mermaid", "text"),
        "```graphviz\ndigraph { a -> b }\n```",
        "    flowchart LR\n        A --> B",
        '<pre data-deckbuilder="mermaid"><code>flowchart LR; A --> B</code></pre>',
        '<div class="diagram"><img src="" alt="x"></div><pre hidden>x</pre>',
    ],
)
def test_other_text_is_no_diagram(text: str, tmp_path: Path) -> None:
    found = answer(tmp_path, text)
    assert "hidden" not in found
    assert 'class="diagram"' not in found


def test_a_deck_may_show_the_text(tmp_path: Path) -> None:
    (entry,) = deck(tmp_path, f"## Q? {{#q}}\n\n{FLOW}\n", toml=OFF).deck.entries
    assert "<img" not in entry.note.text("answer")
    assert "flowchart" in entry.note.text("answer")
    assert entry.note.drawings == ()


def test_a_deck_says_true_or_false(tmp_path: Path) -> None:
    found = deck(tmp_path, f"## Q? {{#q}}\n\n{FLOW}\n", toml=OFF.replace("false", '"no"')).diagnostics
    assert [(one.code, one.message) for one in found] == [("bad-deck-toml", "'diagrams' must be true or false")]


def test_without_the_libraries_the_error_says_how_to_get_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawn_fences, "drawn", lambda *_: Undrawn("", missing=True))
    found = deck(tmp_path, f"## Q? {{#q}}\n\n{FLOW}\n")
    assert [(one.code, one.span.line, one.message) for one in found.diagnostics] == [
        (
            "undrawn-diagram",
            3,
            (
                'a diagram needs two more libraries; install them with: pip install "anki-deckbuilder[diagrams]", '
                "or show the text, with diagrams = false in deck.toml"
            ),
        )
    ]
    assert "flowchart" in found.deck.entries[0].note.text("answer")


def test_a_cloze_may_be_around_a_diagram_and_none_is_in_it(tmp_path: Path) -> None:
    found = note(tmp_path, f"## Two {{{{c1::words}}}} {{#q .cloze}}\n\n{{{{c2::\n\n{FLOW}\n\n}}}}\n\n---\n\nYes.\n")
    assert found.ords == (0, 1)
    inner = found.text("question").partition("{{c2::")[2]
    assert "}}" not in inner[: inner.index("</pre>")]
    assert ":" not in inner[: inner.index("</pre>")]


def test_a_diagram_may_come_from_a_file(tmp_path: Path) -> None:
    tmp_path.mkdir(exist_ok=True)
    (tmp_path / "way.mmd").write_text("flowchart LR\n    A[one] --> B[two]\n")
    assert 'alt="one, two"' in answer(tmp_path, '```mermaid file="way.mmd"\n```')
    (tmp_path / "way.mmd").write_text("flowchart LR\n    A[one --> B[two]\n")
    (found,) = deck(tmp_path, '## Q? {#q}\n\nText.\n\n```mermaid file="way.mmd"\n```\n').diagnostics
    assert (found.code, found.span.line) == ("undrawn-diagram", 5)


def test_the_package_has_the_drawing_and_no_other_file(tmp_path: Path) -> None:
    built = deck(tmp_path, f"## Q? {{#q}}\n\n{FLOW}\n\n{FLOW}\n")
    (packed,) = pack(built.deck, TIME).notes
    (name,) = packed.media
    assert re.fullmatch(r"diagram-[0-9a-f]{8}\.svg", name)
    assert packed.text("answer").count(name) == 2


def test_the_hash_holds_the_text_alone(tmp_path: Path) -> None:
    drawn = answer(tmp_path, FLOW)
    assert canonical(drawn) == canonical(without_pictures(drawn))
    assert "one" in canonical(drawn)
    assert "<img" not in canonical(drawn)
    assert canonical(drawn) != canonical(answer(tmp_path, FLOW.replace("one", "uno")))
    assert canonical(drawn.replace(" width=", ' data-x="1" width=')) == canonical(drawn)


def test_a_person_reads_the_words_of_a_diagram(tmp_path: Path) -> None:
    text = f"Before.\n\n{FLOW}\n\n```python\nprint(1)\n```\n\n{FLOW}\n\nAfter."
    found = without_sources(answer(tmp_path, text))
    assert "flowchart" not in found
    assert found.count("one, two") == 2
    assert "print" in found
    assert found.endswith("<p>After.</p>")
