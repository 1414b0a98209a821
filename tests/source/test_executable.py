"""``checked_with``: cards with code that is run show its value."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from anki.collection import Collection, ImportLogWithChanges

from tests.support import package, question

TOML = 'id = "test-deck"\nname = "Test"\nchecked_with = "{}"\n'
FENCE = "```python\nprint(1)\n```\n"
HIDDEN = "<!-- invisible-code-block: python\nassert 1\n-->\n"
SKIP = '<!-- skip: next "needs a server" -->\n'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (FENCE, True),
        (HIDDEN, True),
        ("<!-- invisible-code: py\nassert 1\n-->\n", True),
        ("- a\n\n  ```python\n  print(1)\n  ```\n", True),
        ("> ```python3\n> print(1)\n> ```\n", True),
        ("words: ```python```\n", False),
        ("```text\n```python\n```\n", False),
        ("```output\npython\n```\n", False),
        ("<!-- python -->\n\npython\n", False),
        (SKIP + FENCE, False),
        (FENCE + "\n" + SKIP + FENCE, False),
    ],
)
def test_which_questions_have_code_that_is_run(tmp_path: Path, text: str, expected: bool) -> None:
    assert question(tmp_path, f"## Q {{#q}}\n\nanswer\n\n{text}").runs is expected


def test_the_back_of_such_a_card_says_with_what(
    tmp_path: Path, collection: Collection, import_package: Callable[[bytes], ImportLogWithChanges.Log]
) -> None:
    text = (
        f"## Run {{#a .reversed}}\n\n{FENCE}\n## {{{{c1::Run}}}} {{#b .cloze}}\n\n{HIDDEN}\nmore\n\n## Not run {{#c}}\n\nwords\n"
    )
    import_package(package(tmp_path, text, toml=TOML.format("Flask {{1}} <3>")))
    says = "checked with Flask &#123;&#123;1}} &lt;3&gt;"
    for search, expected in (("Id:a", True), ("Id:b", True), ("Id:c", False)):
        for card_id in collection.find_cards(search):
            card = collection.get_card(card_id)
            assert (says in card.answer()) is expected
            assert "checked with" not in card.question()
    assert collection.card_count() == 4


def test_without_the_setting_no_card_says_so(
    tmp_path: Path, collection: Collection, import_package: Callable[[bytes], ImportLogWithChanges.Log]
) -> None:
    import_package(package(tmp_path, f"## Q {{#q}}\n\n{FENCE}"))
    (card_id,) = collection.find_cards("")
    assert 'class="checked"' not in collection.get_card(card_id).answer()
