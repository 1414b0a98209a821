"""Clozes in formulas: each side of each card in the real Anki, and in the field."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from anki.collection import Collection, ImportLogWithChanges
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it.utils import read_fixture_file

from deckbuilder.cards import clozes
from deckbuilder.model.anki_text import finish
from deckbuilder.preview.template import clozed
from tests.conftest import CASES
from tests.support import package

pytestmark = pytest.mark.slow

Import = Callable[[bytes], ImportLogWithChanges.Log]
TABLE = [
    (title, source, expected.splitlines()) for _, title, source, expected in read_fixture_file(CASES / "maths" / "clozes.txt")
]
_FORMULA = re.compile(r"\\\(.*?\\\)|\\\[.*?\\\]", re.DOTALL)


def question(ident: str, source: str) -> str:
    return f"## Q {{#{ident} .cloze}}\n\n{source}\n---\n\nx\n"


def formulas(html: str) -> str:
    """Return the formulas of one side, in a line."""
    return " ".join(_FORMULA.findall(html))


@pytest.mark.parametrize(("source", "expected"), [case[1:] for case in TABLE], ids=[case[0] for case in TABLE])
def test_formulas_in_anki(
    source: str, expected: list[str], tmp_path: Path, collection: Collection, import_package: Import
) -> None:
    import_package(package(tmp_path / "deck", question("a", source)))
    cards = [collection.get_card(card_id) for card_id in collection.find_cards("", order="c.ord")]
    *questions, answer = expected
    assert [f"{card.ord + 1}: {formulas(card.question())}" for card in cards] == questions
    assert {f"answer: {formulas(card.answer())}" for card in cards} == {answer}


def test_a_learner_who_edits_the_note_keeps_its_clozes(tmp_path: Path, collection: Collection, import_package: Import) -> None:
    """Anki's editor writes each character of a formula as it is; a reference for a brace would become a brace."""
    import_package(package(tmp_path / "deck", question("a", r"$y = {{c1::\frac{a}{b_{c}}}} + {{c2::x::y}}$")))
    (note_id,) = collection.find_notes("")
    field = collection.get_note(note_id).fields[0]
    assert "&#" not in field
    assert field.endswith(r"<p>\(y = {{c1::\frac{a}{b_{c} } }} + {{c2::x::y}}\)</p>")


def _part(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    cloze = st.builds("{{{{c{}::{}}}}}".format, st.integers(1, 3), inner)
    return st.one_of(
        st.builds("{{{}}}".format, inner),
        st.builds("\\frac{{{}}}{{{}}}".format, inner, inner),
        st.builds("\\sqrt[{}]{{{}}}".format, inner, inner),
        st.builds("\\sqrt{}".format, cloze),
        cloze,
        st.lists(inner, min_size=1, max_size=3).map("".join),
    )


TEX = st.recursive(
    st.sampled_from(["a", "x ", "+", "\\{", "\\}", "\\\\ ", "&", "^2", "\\alpha", "::=", "b: ", "<", "\\{{{c1::1}}\\}"]), _part
)


@settings(deadline=None, max_examples=300)
@given(TEX)
def test_each_cloze_ends_for_anki_where_its_braces_end(tex: str) -> None:
    """``clozed`` reads a field as Anki does: the first ``}}`` ends a cloze, and the first ``::`` begins its hint."""
    field = finish(clozes.html(f"$|{tex}|$", {}))
    plain = re.sub(r"\{\{c\d::|\}\}|[{} ]", "", re.sub(r"\\[{}]", "B", f"|{tex}|")).replace("&", "&amp;").replace("<", "&lt;")
    for number in {int(found) for found in re.findall(r"\{\{c(\d)::", field)}:
        shown = re.sub(r"\\[{}]", "B", formulas(clozed(field, number, answer=True))[2:-2])
        assert re.sub("[{} ]", "", shown) == plain
