"""A name in a deck that is longer than systems allow is the name of a missing file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import built, write

LONG = "a" * 300
TOML = 'id = "test-deck"\nname = "Test"\n'


@pytest.mark.parametrize(
    ("text", "toml", "code"),
    [
        (f'```python file="{LONG}"\n```', TOML, "included-code"),
        ("x", f'{TOML}[test]\nsetup = "{LONG}"\n', "bad-deck-toml"),
        (f"![a picture]({LONG}.png)", TOML, "missing-media"),
        (f"![[{LONG}.png|a picture]]", TOML, "missing-media"),
        ("x", f'{TOML}exclude = ["{LONG}"]\n', "useless-exclude"),
    ],
)
def test_a_file_with_a_name_that_is_too_long_is_missing(text: str, toml: str, code: str, tmp_path: Path) -> None:
    write(tmp_path, f"## Which file? {{#which-file}}\n\n{text}\n\n---\n\nNone.\n", toml=toml)
    assert [problem.code for problem in built(tmp_path).diagnostics] == [code]
