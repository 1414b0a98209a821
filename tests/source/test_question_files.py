"""Well-known files and those that ``exclude`` names hold no questions; git's own patterns are the measure."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from deckbuilder.source.question_files import is_well_known, matches, pattern_problem
from tests.support import built, questions, write

TOML = 'id = "test-deck"\nname = "Test"\n'

FILES = (
    "notes.md",
    "docs/notes.md",
    "docs/deep/a.md",
    "docs.md",
    "web/docs/b.md",
    "web/a.md",
    "web/deep/a.md",
    "old/a.md",
    "web/old/a.md",
    "draft-1.md",
    "draft-12.md",
    "a b.md",
    "中文/笔记.md",
)
PATTERNS = (
    *("notes.md", "docs/", "docs/**", "docs", "docs/*", "docs/*.md", "web/*.md", "**/old/*.md", "draft-?.md", "*.md", "**"),
    *(
        "**/a.md",
        "web/**/a.md",
        "a b.md",
        "中文/*",
        "[dw]*/*.md",
        "old",
        "deep/",
        "**/deep/**",
        "nothing.md",
        "Notes.md",
        "web/docs",
    ),
)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_means_what_it_means_to_git(pattern: str, tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / ".gitignore").write_text(f"{pattern}\n", encoding="utf-8")
    asked = subprocess.run(
        ["git", "-C", tmp_path, "-c", "core.ignorecase=false", "check-ignore", "--no-index", "-z", "--stdin"],
        input="\0".join(FILES).encode(),
        capture_output=True,
        check=False,
    )
    ignored = {name for name in asked.stdout.decode().split("\0") if name}
    assert pattern_problem(pattern) is None
    assert {name for name in FILES if matches(pattern, name.split("/"))} == ignored


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ("/docs", "must begin in the deck's folder"),
        ("C:/docs/*", "must begin in the deck's folder"),
        ("~/docs", "must begin in the deck's folder"),
        ("../notes.md", "must have no '.' or '..'"),
        ("./notes.md", "must have no '.' or '..'"),
        ("docs\\a.md", 'write "docs/a.md"'),
        ("!keep.md", "cannot bring a file back"),
        ("", "must name files"),
        ("/", "must name files"),
        ("a\nb", "must name files"),
    ],
)
def test_a_wrong_pattern_is_an_error_with_the_right_form(pattern: str, problem: str, tmp_path: Path) -> None:
    assert problem in (pattern_problem(pattern) or "")
    write(tmp_path, "## Q {#q}\n\nx\n", toml=f"{TOML}exclude = [{pattern!a}]\n".replace("'", '"'))
    (found,) = built(tmp_path).diagnostics
    assert (found.code, found.span.line) == ("bad-deck-toml", 3)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "README.md",
            "readme.md",
            "Readme.zh-CN.md",
            "README_french.md",
            "README-ptbr.md",
            "CHANGELOG.old.md",
            "contributing.md",
        ),
        *(
            "CODE_OF_CONDUCT.md",
            "code-of-conduct-pt_BR.md",
            "LICENSE.md",
            "LICENCE.md",
            "RELEASE_NOTES.md",
            "release-notes-1.2.md",
        ),
        *(
            "SECURITY.md",
            "SUPPORT.md",
            "HISTORY.md",
            "NEWS.md",
            "TODO.md",
            "SECURITY.MD",
            "AGENTS.md",
            "pull_request_template.md",
        ),
    ],
)
def test_a_well_known_file_holds_no_questions(name: str, tmp_path: Path) -> None:
    assert is_well_known(name)
    write(tmp_path, "## Q {#q}\n\nx\n")
    (tmp_path / name).write_text("## New (2)\n\n- a\n- b\n", encoding="utf-8")
    result = built(tmp_path)
    assert (result.diagnostics, [one.id for one in questions(result.deck)]) == ((), ["q"])


@pytest.mark.parametrize(
    "name",
    [
        *("security.md", "Security.md", "history.md", "news.md", "todo.md", "support.md", "changes.md", "my-readme.md"),
        *("readme-driven-development.md", "contributing-to-open-source.md", "licenses.md", "release.md", "01-README.md"),
    ],
)
def test_a_subject_of_such_a_name_holds_questions(name: str, tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / name).write_text("## Q {#q}\n\nx\n", encoding="utf-8")
    assert [one.id for one in questions(built(tmp_path).deck)] == ["q"]


def test_a_question_in_a_well_known_file_is_not_lost_in_silence(tmp_path: Path) -> None:
    write(tmp_path, "## Q {#q}\n\nx\n")
    readme = tmp_path / "README.md"
    readme.write_text("# Deck\n\n```\n## Format {#id}\n```\n", encoding="utf-8")
    assert built(tmp_path).diagnostics == ()
    readme.write_text("# Deck\n\n## Lost {#lost}\n\nx\n", encoding="utf-8")
    (found,) = built(tmp_path).diagnostics
    assert (found.code, found.span.path, found.span.line) == ("skipped-question", readme.as_posix(), 3)
    write(tmp_path, "## Q {#q}\n\nx\n", toml=f'{TOML}exclude = ["README.md"]\n')
    assert built(tmp_path).diagnostics == ()


def test_excluded_files_hold_no_questions_and_a_useless_pattern_is_a_note(tmp_path: Path) -> None:
    write(tmp_path, "## Q {#q}\n\nx\n", toml=f'{TOML}exclude = ["docs/**",\n  "Notes.md"]\n')
    for name in ("docs/deep/a.md", "notes.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"## {name} {{#{name[:4]}}}\n\nx\n", encoding="utf-8")
    result = built(tmp_path)
    assert [one.id for one in questions(result.deck)] == ["q", "note"]
    (found,) = result.diagnostics
    assert (found.code, found.span.line, found.span.column) == ("useless-exclude", 4, 4)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
@pytest.mark.parametrize("name", ["a\nb.md", "a\rb.md", "docs\nmore/a.md", "\n.md"])
def test_a_line_end_in_a_name_hides_no_question(name: str, tmp_path: Path) -> None:
    write(tmp_path, "## Q {#q}\n\nx\n")
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("## More {#more}\n\nx\n", encoding="utf-8")
    result = built(tmp_path)
    assert {one.id for one in questions(result.deck)} == {"q", "more"}
    assert [found.code for found in result.diagnostics] == ["unportable-name"]
