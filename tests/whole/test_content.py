"""Our own decks: they build without diagnostics, keep their promises, and ``deckbuilder test`` has run their code."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterable
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import pytest
from anki.collection import Collection, ImportLogWithChanges
from click.testing import Result

from deckbuilder.check.run_rules import for_release
from deckbuilder.markdown.block import Block, language_of
from deckbuilder.markdown.block_parser import blocks, leaves
from deckbuilder.model.deck import Entry
from deckbuilder.model.diagnostics import Severity
from deckbuilder.model.note_schemas import CLOZE
from deckbuilder.model.records import Passage, Question
from deckbuilder.pipeline import build_deck
from deckbuilder.pipeline.build_deck import Built
from deckbuilder.source import tested_file
from tests.support import CONTENT, TIME, built, questions

pytestmark = pytest.mark.slow

FOLDERS = sorted(path.parent for path in CONTENT.glob("*/deck.toml"))
DECKS: dict[str, Built] = {folder.name: built(folder) for folder in FOLDERS}
CORE = [
    "why-flask",
    "flask-dependencies",
    "blueprint-purpose",
    "flask-extensions",
    "context-lifecycle",
    "g-purpose",
    "context-classes",
    "why-context-stack",
    "multiple-apps",
    "websocket-options",
    "wtforms-purpose",
    "default-session",
    "local-vs-threading-local",
    "what-is-blinker",
    "session-vs-scoped-session",
    "raw-sql",
    "how-orm-works",
    "dbutils-purpose",
    "fix-the-model",
    "engine-and-charset",
    "composite-unique",
    "request-data-flask-vs-django",
    "flask-vs-django",
    "two-processes-how-many-locals",
]
RELICS = ["two-processes-how-many-locals", "globals-count", "dbutils-purpose", "pooleddb-vs-persistentdb", "pooleddb-exhausted"]
"""The questions of the old list that English interviews no longer ask: these are the last ones of the English deck."""
CORES = {"flask-en": [core for core in CORE if core not in RELICS], "flask-zh": CORE}
PATHS = {"evening": (range(40, 41), "level::senior"), "senior": (range(28, 46), "level::junior")}
"""Tags of paths -> the possible numbers of notes, and the level that does not belong there."""
QUESTIONS = {f"{name}:{question.id}": question for name, deck in DECKS.items() for question in questions(deck.deck)}

ENGLISH = {name: question for name, question in QUESTIONS.items() if name.startswith("flask-en:")}
"""One deck is enough: both decks have the same code, see ``test_the_decks_are_one_in_two_languages``."""


def text_of(question: Question) -> str:
    """Return the lines of a question with its comments. Empty lines before these keep the line numbers of the file."""
    lines = Path(question.span.path).read_text(encoding="utf-8").split("\n")
    return "\n" * (question.span.line - 1) + "\n".join(lines[question.span.line - 1 : question.end]) + "\n"


@pytest.mark.first
def test_code_on_cards_does_what_the_card_says(tmp_path: Path, invoke: Callable[..., Result]) -> None:
    """The record of the run is the committed one. The other deck has the same code, but other quotes in its proofs."""
    for folder in FOLDERS:
        shutil.copytree(folder, tmp_path / folder.name)
    result = invoke("test", "--trust", "--format", "json", "--no-cache", tmp_path / "flask-en")
    assert json.loads(result.stdout) == []
    found = {name: (tmp_path / name / tested_file.FILE).read_text(encoding="utf-8") for name in DECKS}
    assert found["flask-en"] == (CONTENT / "flask-en" / tested_file.FILE).read_text(encoding="utf-8")
    tested, problems = tested_file.read("", found["flask-en"])
    assert not problems
    settings = DECKS["flask-zh"].deck.settings.test
    hashes = {name: tested_file.code_hash(QUESTIONS[f"flask-zh:{name}"].code, settings) for name in tested.hashes}
    assert found["flask-zh"] == tested_file.text(replace(tested, hashes=hashes))


def test_every_fence_of_python_is_run() -> None:
    for question in ENGLISH.values():
        shown = [block for passage in (question.body, question.answer) for block in fences(passage)]
        python = [block for block in shown if language_of(block) in ("python", "py", "python3", "output")]
        steps = [step for step in question.code if not step.hidden and step.language in ("python", "output")]
        assert len(steps) == len(python), question.id


def test_few_fences_are_not_run_and_each_says_why() -> None:
    skips = [reason for question in QUESTIONS.values() for reason in re.findall(r"<!--+ *skip: *next(.*?)-->", text_of(question))]
    python = sum(text_of(question).count("```python") for question in QUESTIONS.values())
    assert all(re.fullmatch(r' *".{10,}" *', reason) for reason in skips), skips
    assert len(skips) < python / 10


@pytest.mark.parametrize("name", DECKS)
def test_the_deck_builds_without_a_word(name: str) -> None:
    assert DECKS[name].diagnostics == ()


@pytest.mark.parametrize("name", DECKS)
def test_a_release_of_it_would_hurt_nobody(name: str) -> None:
    assert DECKS[name].deck.lock, "published: deck.lock says what learners have"
    assert [problem for problem in for_release(DECKS[name].diagnostics) if problem.severity is Severity.ERROR] == []


@pytest.mark.parametrize("name", DECKS)
def test_the_core_questions_are_there(name: str) -> None:
    core = [card.question.id for card in DECKS[name].deck.entries if "core24" in card.note.tags]
    assert sorted(core) == sorted(CORES[name])


def test_relics_are_the_last_notes_in_english() -> None:
    ids = {name: [card.question.id for card in deck.deck.entries] for name, deck in DECKS.items()}
    assert ids["flask-en"][-len(RELICS) :] == RELICS
    assert [one for one in ids["flask-zh"] if one not in RELICS] == ids["flask-en"][: -len(RELICS)]
    assert [one for one in ids["flask-zh"] if one in RELICS] == RELICS


@pytest.mark.parametrize("path", PATHS)
def test_a_path_has_its_size_and_its_levels(path: str) -> None:
    numbers, other = PATHS[path]
    notes = [question for question in ENGLISH.values() if path in question.tags]
    assert len(notes) in numbers
    assert [question.id for question in notes if other in question.tags] == []


def test_the_evening_goes_through_all_topics() -> None:
    """Design is for seniors. News and Python's own questions are asked where there is time."""
    topics = {tag for question in ENGLISH.values() for tag in question.tags if tag.startswith("flask::")}
    found = {tag for question in ENGLISH.values() if "evening" in question.tags for tag in question.tags}
    assert topics - found <= {"flask::design", "flask::news", "flask::python"}


def test_many_open_questions_have_a_hint() -> None:
    assert sum(bool(question.hint) for question in ENGLISH.values()) >= 60


@pytest.mark.parametrize("name", DECKS)
def test_a_follow_up_stands_below_its_question(name: str) -> None:
    above: set[str] = set()
    for card in DECKS[name].deck.entries:
        leads = {tag.removeprefix("follow-up::") for tag in card.note.tags if tag.startswith("follow-up::")}
        assert leads <= above, card.question.id
        above.add(card.question.id)


def test_the_decks_are_one_in_two_languages() -> None:
    """Same ids, kinds, tags, cards, code and sources. Another test has the order; the tags differ by the relics."""
    chinese, english = ({card.question.id: card for card in DECKS[name].deck.entries} for name in ("flask-zh", "flask-en"))
    assert chinese.keys() == english.keys()
    for name, one in chinese.items():
        expected = alike("flask-zh", one)
        expected["tags"] = english_tags(name, one.note.tags)
        assert expected == alike("flask-en", english[name])


def english_tags(name: str, tags: Iterable[str]) -> list[str]:
    """Return the tags of the note ``name`` in the English deck: a relic is no core question, and leads to relics only."""
    if name in RELICS:
        return sorted({*tags, "relic"} - {"core24"})
    return sorted(set(tags) - {f"follow-up::{relic}" for relic in RELICS})


def alike(name: str, card: Entry) -> dict[str, object]:
    """Return the parts of a card of the deck ``name`` that must be the same in both languages."""
    question = QUESTIONS[f"{name}:{card.question.id}"]
    comments = re.findall(r"(?ms)^<!--+ *(?:invisible-code-block: python|skip:|versions:).*?-->$", text_of(question))
    return {
        "id": question.id,
        "kind": question.kind,
        "tags": sorted(card.note.tags),
        "hinted": bool(question.hint),
        "cards": card.note.ords,
        "question code": [code_of(block) for block in fences(question.body)],
        "answer code": [code_of(block) for block in fences(question.answer)],
        "hidden code": [re.sub(r"(?m)^ *# proof:.*\n", "", comment) for comment in comments],
        "sources": re.findall(r"\((https://[^)]*)\)", "".join(question.source.lines)),
    }


def code_of(block: Block) -> tuple[str, ...]:
    """Return the lines of a block of code. The words of a diagram are translated, so of these it is only the language."""
    return ("mermaid",) if language_of(block) == "mermaid" else tuple(block.lines)


def fences(passage: Passage) -> list[Block]:
    return [block for _, block in leaves(passage.lines) if block.kind == "fence"]


@pytest.mark.parametrize("name", DECKS)
def test_the_deck_is_more_than_recitation(name: str) -> None:
    cards = DECKS[name].deck.entries
    active = [card for card in cards if card.note.schema is CLOZE or {"predict", "spot-the-bug"} & set(card.note.tags)]
    assert len(cards) >= 180
    assert len(active) >= len(cards) / 4


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS.keys())
def test_a_card_is_short(question: Question) -> None:
    answer = [block for _, block in leaves(question.answer.lines)]
    items = [len(block.items) for block in blocks(question.answer.lines) if block.kind == "list"]
    assert max(items, default=0) <= 5, "a list may have five items"
    for passage in (question.body, question.answer):
        for block in fences(passage):
            assert len(block.lines) <= 24, f"line {passage.first + block.start}: too long for a phone"
    prose = " ".join(line for block in answer if block.kind in ("text", "table") for line in block.lines)
    words = len(re.findall(r"[\u3400-\u9fff]", prose)) * 0.6 + len(re.findall(r"[A-Za-z0-9_]+", prose))
    assert words <= 180, f"{words:.0f} words"


def test_what_the_cards_say_they_were_checked_with() -> None:
    for deck in DECKS.values():
        assert deck.deck.settings.badge == f"Flask {version('flask')}"


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS.keys())
def test_tags_are_those_the_readme_tells_of(question: Question) -> None:
    kinds = {"core24", "predict", "spot-the-bug", "compare", "relic", *PATHS, "level::junior", "level::mid", "level::senior"}
    others = {tag for tag in question.tags if not tag.startswith(("follow-up::", "flask::"))}
    assert others <= kinds


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS.keys())
def test_every_question_has_an_official_source_and_a_level(question: Question) -> None:
    source = "".join(question.source.lines)
    hosts = set(re.findall(r"https://([^/)\s]+)", source))
    official = {
        "alembic.sqlalchemy.org",
        "blinker.readthedocs.io",
        "cheatsheetseries.owasp.org",
        "click.palletsprojects.com",
        "dev.mysql.com",
        "developer.mozilla.org",
        "docs.authlib.org",
        "docs.aws.amazon.com",
        "docs.celeryq.dev",
        "docs.djangoproject.com",
        "docs.docker.com",
        "docs.pytest.org",
        "docs.python.org",
        "docs.sqlalchemy.org",
        "docs.stripe.com",
        "factoryboy.readthedocs.io",
        "fastapi.tiangolo.com",
        "flask-caching.readthedocs.io",
        "flask-cors.readthedocs.io",
        "flask-jwt-extended.readthedocs.io",
        "flask-limiter.readthedocs.io",
        "flask-login.readthedocs.io",
        "flask-mail.readthedocs.io",
        "flask-migrate.readthedocs.io",
        "flask-session.readthedocs.io",
        "flask-smorest.readthedocs.io",
        "flask-sock.readthedocs.io",
        "flask-socketio.readthedocs.io",
        "flask-sqlalchemy.readthedocs.io",
        "flask-wtf.readthedocs.io",
        "flask.palletsprojects.com",
        "github.com",
        "google.aip.dev",
        "gunicorn.org",
        "itsdangerous.palletsprojects.com",
        "jinja.palletsprojects.com",
        "kubernetes.io",
        "markupsafe.palletsprojects.com",
        "openid.net",
        "opentelemetry.io",
        "owasp.org",
        "peps.python.org",
        "prometheus.io",
        "pyjwt.readthedocs.io",
        "redis.io",
        "requests.readthedocs.io",
        "sre.google",
        "webwareforpython.github.io",
        "werkzeug.palletsprojects.com",
        "wtforms.readthedocs.io",
        "www.postgresql.org",
        "www.rfc-editor.org",
        "www.sqlite.org",
    }
    assert hosts, "no Source"
    assert hosts <= official, hosts - official
    assert sum(tag.startswith("level::") for tag in question.tags) == 1
    assert any(tag.startswith("flask::") for tag in question.tags)


@pytest.mark.parametrize("name", DECKS)
def test_the_deck_in_the_real_anki(
    name: str, collection: Collection, import_package: Callable[[bytes], ImportLogWithChanges.Log]
) -> None:
    deck = DECKS[name].deck
    log = import_package(build_deck.pack(deck, TIME).data)
    assert (len(log.new), len(log.conflicting)) == (len(deck.entries), 0)
    assert collection.card_count() == sum(len(card.note.ords) for card in deck.entries)
    for core in CORE:
        assert len(collection.find_notes(f"Id:{core}")) == 1
    for card_id in collection.find_cards(""):
        card = collection.get_card(card_id)
        question, answer = card.question(), card.answer()
        assert re.search(r'class="question">(?!</div>)', question)
        assert re.search(r'class="(question|answer)">(?!</div>)', answer)
        assert "front of this card is blank" not in question
    assert list(collection.get_empty_cards().notes) == []


@pytest.mark.parametrize("name", DECKS)
def test_no_newline_outside_pre_in_any_field(name: str) -> None:
    for card in DECKS[name].deck.entries:
        for text in card.note.fields:
            assert "\n" not in re.sub(r"<pre.*?</pre>", "", text, flags=re.DOTALL)
