"""A release names its version, and a report of a card names its id. Neither changes a note."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from anki.collection import Collection, ImportLogWithChanges
from click.testing import Result

from deckbuilder.source import settings
from tests.support import built, package, text_of, write

Invoke = Callable[..., Result]
Import = Callable[[bytes], ImportLogWithChanges.Log]
TOML = 'id = "test-deck"\nname = "Test"\n'
DAY = 1_700_000_000  # 2023-11-14 22:13:20 UTC
QUESTIONS = (
    "## Q {#q}\n\nx\n\n## Typed {#中文-2 .typed}\n\ny\n\n## {{c1::A}} b {#cloze-É .cloze}\n\n## Both {#both .reversed}\n\nz\n"
)
ISSUES = "https://example.org/a%20b/issues/new?title={id}&labels=card#top"


def page(collection: Collection) -> str:
    """Return the description of the deck in a learner's collection."""
    deck_id = collection.decks.id_for_name("Test")
    assert deck_id is not None
    found = collection.decks.get(deck_id)
    assert found is not None
    return str(found["desc"])


@pytest.fixture
def releases(invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str, int], tuple[bytes, str]]:
    monkeypatch.chdir(tmp_path)

    def run(text: str, toml: str, now: int) -> tuple[bytes, str]:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(now))
        write(tmp_path / "deck", text, toml=TOML + toml)
        result = invoke("release", "deck")
        assert result.exit_code == 0
        return (tmp_path / "dist" / "deck.apkg").read_bytes(), result.stdout.partition("\n")[0]

    return run


def test_learners_see_the_version_and_no_note_changes(
    releases: Callable[[str, str, int], tuple[bytes, str]], import_package: Import, collection: Collection
) -> None:
    first, title = releases(QUESTIONS, 'description = "For **you**"\n', DAY)
    import_package(first)
    assert title == "# Test, 2023-11-14 22:13 UTC"
    assert text_of(page(collection)) == "For youVersion 2023-11-14 22:13 UTC"
    second, title = releases(QUESTIONS, 'description = "For **you**"\nversion = "2 <beta>"\n', DAY + 86_400)
    log = import_package(second)
    assert (len(log.new), len(log.updated), len(log.conflicting)) == (0, 0, 0)
    assert title == "# Test, 2 \\<beta\\> (2023-11-14 22:13 UTC)"
    assert text_of(page(collection)) == "For youVersion 2 <beta> (2023-11-14 22:13 UTC)"
    third, title = releases(QUESTIONS.replace("x", "new"), 'description = "For **you**"\n', DAY + 2 * 86_400)
    log = import_package(third)
    assert (len(log.new), len(log.updated), len(log.conflicting)) == (0, 1, 0)
    assert (title, text_of(page(collection))) == ("# Test, 2023-11-16 22:13 UTC", "For youVersion 2023-11-16 22:13 UTC")


@pytest.mark.parametrize("toml", ["", 'version = "3"\n'])
def test_two_releases_on_one_day_have_two_names(
    toml: str, releases: Callable[[str, str, int], tuple[bytes, str]], import_package: Import, collection: Collection
) -> None:
    toml = f'description = "x"\n{toml}'
    names = []
    for number in range(3):  # the text that changes is one and the same: no note keeps the time of the first release
        data, title = releases(f"## Q {{#q}}\n\nIt is number {number} of them.\n", toml, DAY + number * 60)
        import_package(data)
        names.append(text_of(page(collection)).removeprefix("xVersion "))
        assert title == f"# Test, {names[-1]}"
    assert names == [f"3 ({name})" if "3" in toml else name for name in (f"2023-11-14 22:{at} UTC" for at in (13, 14, 15))]


@pytest.mark.parametrize("text", [QUESTIONS, "## Q {#q}\n\nx\n", "## {{c1::A}} b {#cloze .cloze}\n"], ids=["both", "qa", "cloze"])
def test_a_later_build_of_a_release_has_the_same_bytes(
    text: str,
    releases: Callable[[str, str, int], tuple[bytes, str]],
    invoke: Invoke,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data, _ = releases(text, 'description = "x"\n', DAY)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(DAY + 10**7))
    assert invoke("build", "deck", "-o", "later").exit_code == 0
    assert (tmp_path / "later" / "deck.apkg").read_bytes() == data


def test_a_learners_own_description_stays_if_the_author_has_none(
    releases: Callable[[str, str, int], tuple[bytes, str]], import_package: Import, collection: Collection
) -> None:
    import_package(releases(QUESTIONS, "", DAY)[0])
    deck_id = collection.decks.id_for_name("Test")
    assert deck_id is not None
    own = collection.decks.get(deck_id)
    assert own is not None
    own["desc"] = "mine"
    collection.decks.save(own)
    import_package(releases(QUESTIONS.replace("x", "new"), "", DAY + 86_400)[0])
    assert page(collection) == "mine"
    import_package(releases(QUESTIONS, 'version = "3"\n', DAY + 2 * 86_400)[0])
    assert text_of(page(collection)) == "Version 3 (2023-11-16 22:13 UTC)"


def test_the_id_on_each_card_is_a_link_and_only_the_style_changes(
    releases: Callable[[str, str, int], tuple[bytes, str]], import_package: Import, collection: Collection
) -> None:
    import_package(releases(QUESTIONS, "", DAY)[0])
    assert collection.db is not None
    before = collection.db.all("select guid, mod, flds, tags from notes order by guid")
    schema = collection.db.scalar("select scm from col")
    log = import_package(releases(QUESTIONS, f'issues = "{ISSUES}"\n', DAY + 86_400)[0])
    assert (len(log.new), len(log.updated), len(log.conflicting)) == (0, 0, 0)
    assert collection.db.all("select guid, mod, flds, tags from notes order by guid") == before
    assert collection.db.scalar("select scm from col") == schema, "no full sync"
    assert all(not kind.name.endswith("+") for kind in collection.models.all_names_and_ids())
    seen = set()
    for card_id in collection.find_cards(""):
        card = collection.get_card(card_id)
        name = card.note()["Id"]
        link = f'<a href="https://example.org/a%20b/issues/new?title={name}&amp;labels=card#top">{name}</a>'
        assert link in card.answer()
        assert "<a " not in card.question()
        seen.add(name)
    assert seen == {"q", "中文-2", "cloze-É", "both"}


def test_a_deck_without_an_address_keeps_its_style(tmp_path: Path) -> None:
    assert b"<a href" not in package(tmp_path / "deck", QUESTIONS)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("http://example.org/new?title={id}", "begins with https:// or mailto:"),
        ("javascript:alert({id})", "begins with https:// or mailto:"),
        ("example.org/new?title={id}", "begins with https:// or mailto:"),
        ("https://{id}.example.org/", "begins with https:// or mailto:"),
        ("https://me@example.org/{id}", "begins with https:// or mailto:"),
        ("mailto:{id}@example.org?a", "begins with https:// or mailto:"),
        ("https://example.org/new", "must have {id}"),
        ("https://example.org/new?title={title}", "must have {id}"),
        ("https://example.org/new?title={{id}}", "must have {id}"),
        ("https://example.org/new?title={ID}", "must have {id}"),
        ("https://example.org/new?title=card {id}", "write %20"),
        ("https://example.org/new?title=é{id}", "write %C3%A9"),
        ('https://example.org/new?title=\\"{id}', "write %22"),
        ("https://example.org/new?title=<{id}", "write %3C"),
    ],
)
def test_a_wrong_address_is_an_error_with_the_right_form(value: str, message: str, tmp_path: Path) -> None:
    write(tmp_path, "## Q {#q}\n\nx\n", toml=f'{TOML}issues = "{value}"\n')
    (found,) = built(tmp_path).diagnostics
    assert (found.code, found.span.line) == ("bad-deck-toml", 3)
    assert message in found.message


@pytest.mark.parametrize("value", [ISSUES, "mailto:me@example.org?subject={id}", "https://example.org:8443/{id}"])
def test_a_right_address_is_no_error(value: str, tmp_path: Path) -> None:
    assert settings.read("deck.toml", f'{TOML}issues = "{value}"\n', tmp_path)[1] == []


@pytest.mark.parametrize("value", ["1.4", '""', '" 1"', '"a\\nb"', f'"{"x" * 41}"', "[1]"])
def test_a_wrong_version_is_an_error(value: str, tmp_path: Path) -> None:
    (found,) = settings.read("deck.toml", f"{TOML}version = {value}\n", tmp_path)[1]
    assert (found.code, found.span.line) == ("bad-deck-toml", 3)
    assert 'must be a short text in quotation marks, such as "1.4"' in found.message
