"""Code that does not run is never silent, unless the author says so."""

from __future__ import annotations

import json
from collections.abc import Callable

from click.testing import Result

from tests.execution.conftest import TOML, Tried, code


def test_blocks_without_a_program_are_a_note_for_each_language(tried: Tried, invoke: Callable[..., Result]) -> None:
    haskell, more = code("haskell", "main = print 1"), code("haskell", "x = 1\n```\n\n```bash\necho", ident="h")
    trial = tried(haskell + code("json", "{", ident="j") + more)
    assert trial.problems == [(4, "not-run"), (24, "not-run")]
    assert [value["severity"] for value in trial.values] == ["note", "note"]
    assert '2 blocks of haskell do not run, because deck.toml has no command for haskell; name it: [test.run] haskell = "' in str(
        trial.values
    )
    assert "1 block of bash does not run, because deck.toml has no command for bash; write [test.bash]; an empty" in str(
        trial.values
    )
    assert trial.result.exit_code == 0
    assert not (trial.folder / "deck.tested").exists()
    annotations = invoke("test", "--trust", "--format", "github", trial.folder).stdout.splitlines()
    assert [line.partition(",col")[0].rpartition("/")[2] for line in annotations] == ["01.md,line=4", "01.md,line=24"]
    assert tried(haskell + more, toml='ignore = ["not-run"]\n').problems == []
    assert tried(haskell.replace("```haskell", '```haskell skip="no compiler"')).problems == []
    assert tried(haskell.replace("```haskell", '<!-- skip: next "no compiler" -->\n\n```haskell')).problems == []


def test_a_release_says_so_if_the_cards_say_checked_with(tried: Tried, invoke: Callable[..., Result]) -> None:
    text = code("bash", "echo a") + code("python", "x = 1", ident="p") + code("python ignore", "x = 1", ident="s")
    trial = tried(text, toml='checked_with = "Python"\n')
    found = [value["code"] for value in json.loads(invoke("check", "--release", "--format", "json", trial.folder).stdout)]
    assert [name for name in found if name in ("not-run", "untested-code")] == ["not-run"]
    trial = tried(text, toml='checked_with = "Python"\nignore = ["not-run"]\n')
    assert "not-run" not in invoke("check", "--release", trial.folder).stderr
    assert "useless-ignore" not in invoke("check", trial.folder).stderr
    (trial.folder / "deck.tested").unlink()
    (trial.folder / "deck.toml").write_text(TOML)
    assert "not-run" not in invoke("check", "--release", trial.folder).stderr


def test_the_author_can_ignore_what_only_a_run_finds(tried: Tried, invoke: Callable[..., Result]) -> None:
    text = code("python", "print(1)") + code("output", "1", ident="lone")
    assert [name for _, name in tried(text).problems] == ["output-missing", "unproven-output"]
    for name, order in (("output-missing", "unproven-output"), ("unproven-output", "output-missing")):
        trial = tried(text, toml=f'ignore = ["{order}"]\n')
        assert [found for _, found in trial.problems] == [name]
        assert order not in invoke("check", trial.folder).stderr
    one = text.replace("{#q}\n", "{#q}\n\n<!-- ignore: output-missing: known -->\n")
    assert [name for _, name in tried(one).problems] == ["unproven-output"]
