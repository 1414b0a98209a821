"""A lock of 0.1.0: its notes stay untouched with other libraries, if their drawing, git or the last package proves it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from deckbuilder.model.lock import Lock
from deckbuilder.package.read_package import unpack
from deckbuilder.pipeline.build_deck import Built, pack
from deckbuilder.publish.rebuild_lock import restored
from deckbuilder.publish.stamps import first_hash
from deckbuilder.source import lock_file
from tests.conftest import CASES
from tests.support import TIME, built

Invoke = Callable[..., Result]
OLDER = CASES / "older-lock"
"""A deck that 0.1.0 released with Pygments 2.17: code in 38 languages."""


@pytest.fixture
def older(tmp_path: Path) -> Path:
    return Path(shutil.copytree(OLDER, tmp_path / "deck"))


def git(folder: Path, *arguments: str) -> None:
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    names = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false", "-c", "core.autocrlf=false")
    subprocess.run(["git", "-C", str(folder), *names, *arguments], check=True, capture_output=True)


def commit(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--message", "x")


def warned(found: Built) -> str:
    return " ".join(problem.message for problem in found.diagnostics if problem.code == "older-lock")


def changed(found: Built) -> tuple[str, ...]:
    return pack(found.deck, TIME + 100).stamps.changed


def edit(folder: Path, old: str, new: str) -> None:
    path = folder / "a.md"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def as_if_drawn_otherwise(folder: Path, *ids: str) -> None:
    """Change the hashes of these notes: the hash of what another library drew, whatever is installed here."""
    path = folder / lock_file.FILE
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    for at, line in enumerate(lines):
        if any(line.startswith(f'{{"id": "{name}"') for name in ids):
            lines[at] = re.sub(r'"hash": "\w+"', '"hash": "0123456789abcdef"', line)
    path.write_text("".join(lines), encoding="utf-8")


def test_without_a_proof_the_warning_names_what_counts_as_changed(older: Path) -> None:
    as_if_drawn_otherwise(older, "c", "cpp")
    found = built(older)
    names = changed(found)
    assert {"c", "cpp"} <= set(names)
    assert len(names) < 10
    assert "today's libraries c, cpp" in warned(found)
    assert "--from OLD.apkg" in warned(found)


def test_git_proves_that_nothing_has_changed(older: Path) -> None:
    as_if_drawn_otherwise(older, "rust", "python")
    git(older, "init")
    commit(older)
    edit(older, "fn main", "fn  main")
    found = built(older)
    assert changed(found) == ("rust",)
    assert warned(found) == ""
    commit(older)
    (older / "b.md").write_text("## New? {#new}\n\nYes.\n", encoding="utf-8")
    assert changed(built(older)) == ("rust",)


def test_git_proves_nothing_about_a_note_that_no_library_draws_differently(older: Path) -> None:
    """The author may have committed the lock with a later edit, which the texts in the lock do not show."""
    edit(older, "```ini\n", "```text\n")
    git(older, "init")
    commit(older)
    assert "ini" in changed(built(older))


def test_git_proves_nothing_if_its_lock_is_another(older: Path) -> None:
    edit(older, "for f in *.md; do", "for  f in *.md; do")
    edit(older, "--- a\n", "--- b\n")
    git(older, "init")
    commit(older)
    as_if_drawn_otherwise(older, "ini")
    assert "ini" in changed(built(older)), "the lock differs from the commit"


@pytest.mark.parametrize("case", ["shallow", "edited lock", "no commit"])
def test_a_history_that_does_not_have_the_release_proves_nothing(case: str, older: Path, tmp_path: Path) -> None:
    as_if_drawn_otherwise(older, "rust")
    git(older, "init")
    if case != "no commit":
        commit(older)
    if case == "shallow":
        edit(older, "fn main", "fn  main")
        commit(older)
        git(tmp_path, "clone", "--depth", "1", older.as_uri(), "clone")
        older = tmp_path / "clone"
    elif case == "edited lock":
        as_if_drawn_otherwise(older, "go")
    found = built(older)
    assert "rust" in changed(found)
    assert "rust" in warned(found)


def test_git_proves_nothing_about_a_text_that_the_lock_does_not_have(older: Path) -> None:
    """The author released, edited rust, and committed all at once. Learners need this edit."""
    as_if_drawn_otherwise(older, "rust", "go")
    edit(older, "fn main", "fn other")
    git(older, "init")
    commit(older)
    assert changed(built(older)) == ("rust",)


def first_lock(folder: Path, data: bytes) -> Lock:
    """Return the lock as 0.1.0 would have written it for the package ``data``, and write it to ``folder``."""
    package = folder.parent / "old.apkg"
    package.write_bytes(data)
    found = built(folder).deck
    lock = restored(found.settings, unpack(package), found.adopted, first_hash)
    lines = [
        json.dumps({key: value for key, value in json.loads(line).items() if key != "media"}, ensure_ascii=False)
        if line.startswith("{")
        else line
        for line in lock_file.text(lock).replace('"format": 2', '"format": 1').splitlines()
    ]
    (folder / lock_file.FILE).write_text("\n".join([*lines, ""]), encoding="utf-8")
    return lock


def test_the_last_package_proves_that_nothing_has_changed(older: Path, invoke: Invoke) -> None:
    (older / lock_file.FILE).unlink()
    first_lock(older, pack(built(older).deck, TIME).data)
    as_if_drawn_otherwise(older, "go")
    edit(older, "fn main", "fn other")
    result = invoke("release", older, "--from", older.parent / "old.apkg")
    assert result.exit_code == 0, result.stderr
    assert "37 of 38 notes are as in" in result.stderr
    assert '"format": 2' in (older / lock_file.FILE).read_text(encoding="utf-8")
    found = built(older)
    assert changed(found) == ("rust", "go")
    assert invoke("release", older, "--from", older.parent / "old.apkg").exit_code == 1


def test_a_package_of_another_release_proves_nothing(older: Path, invoke: Invoke, tmp_path: Path) -> None:
    (older / lock_file.FILE).unlink()
    first_lock(older, pack(built(older).deck, TIME).data)
    text = (older / lock_file.FILE).read_text(encoding="utf-8")
    (older / lock_file.FILE).write_text(re.sub(r'"hash": "\w+"', '"hash": "0123456789abcdef"', text), encoding="utf-8")
    result = invoke("release", older, "--from", tmp_path / "old.apkg")
    assert result.exit_code == 1
    assert "no note in it is as in deck.lock" in result.stderr


def retire(folder: Path, ident: str) -> str:
    """Remove the question ``ident``, as if the last release by 0.1.0 retired it. Return the old text of the file."""
    path, lock = folder / "a.md", folder / lock_file.FILE
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(rf"(?ms)^## [^\n]*{{#{ident}}}.*?(?=^## |\Z)", "", text), encoding="utf-8")
    lines = lock.read_text(encoding="utf-8")
    lock.write_text(re.sub(rf'(?m)^({{"id": "{ident}".*)}}$', r'\1, "retired": true}', lines), encoding="utf-8")
    return text


@pytest.mark.parametrize("proof", ["drawing", "package"])
def test_a_retired_question_comes_back_as_learners_have_it(proof: str, older: Path, invoke: Invoke) -> None:
    """Learners still have the note of the question, with their edits."""
    (older / lock_file.FILE).unlink()
    first_lock(older, pack(built(older).deck, TIME).data)
    text = retire(older, "rust")
    assert pack(built(older).deck, TIME).stamps.gone == ()
    if proof == "package":
        result = invoke("release", older, "--from", older.parent / "old.apkg")
        assert "37 of 37 notes are as in" in result.stderr
    (older / "a.md").write_text(text, encoding="utf-8")
    stamps = pack(built(older).deck, TIME + 100).stamps
    assert (stamps.back, stamps.changed) == (("rust",), ())


def test_the_next_lock_has_the_new_format_and_changes_nothing(older: Path) -> None:
    git(older, "init")
    commit(older)
    found = built(older)
    packed = pack(found.deck, TIME + 100)
    assert packed.stamps.changed == ()
    assert {note.mod for note in packed.lock.notes.values()} == {TIME}
    (older / lock_file.FILE).write_text(lock_file.text(packed.lock), encoding="utf-8")
    again = built(older)
    assert again.deck.lock == packed.lock
    assert pack(again.deck, TIME + 200).stamps.changed == ()


def test_git_merged_locks_of_both_formats(older: Path) -> None:
    """Other libraries drew c and rust for the lock of 0.1.0. The time of c is the same in both locks, that of rust is later."""
    (older / lock_file.FILE).unlink()
    first_lock(older, pack(built(older).deck, TIME).data)
    new = lock_file.text(pack(built(older).deck, TIME + 100).lock)
    as_if_drawn_otherwise(older, "c", "rust")
    old = (older / lock_file.FILE).read_text(encoding="utf-8")
    later = re.sub(r'({"id": "rust".*?"mod": )\d+', rf"\g<1>{TIME + 5}", old)
    for sides in ((new, later), (later, new)):
        (older / lock_file.FILE).write_text("<<<<<<< x\n{}=======\n{}>>>>>>> y\n".format(*sides), encoding="utf-8")
        found = built(older)
        assert changed(found) == ("rust",)
        assert "today's libraries rust may" in warned(found)


def test_an_edit_after_a_merge_is_no_doubt_about_0_1_0(older: Path) -> None:
    """Both sides of the merge are of this version. The lock has no mark of this edit, because the lock has no blanks."""
    lock = lock_file.text(pack(built(older).deck, TIME).lock)
    (older / lock_file.FILE).write_text(f"<<<<<<< x\n{lock}=======\n{lock}>>>>>>> y\n", encoding="utf-8")
    edit(older, "fn main", "fn  main")
    found = built(older)
    assert changed(found) == ("rust",)
    assert warned(found) == ""


def test_a_picture_that_windows_checked_out_has_not_changed(tmp_path: Path) -> None:
    """Version 0.1.0 hashed the bytes on the disk, so with git's autocrlf a picture got another name."""
    folder = tmp_path / "deck"
    folder.mkdir()
    (folder / "deck.toml").write_text('id = "d"\nname = "D"\n', encoding="utf-8")
    (folder / "01.md").write_text("## A? {#a}\n\n![x](p.svg)\n", encoding="utf-8")
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">\n<rect width="9" height="9"/>\n</svg>\n'
    (folder / "p.svg").write_bytes(svg.encode())
    lf = built(folder).deck.entries[0].media["p.svg"]
    (folder / "p.svg").write_bytes(svg.replace("\n", "\r\n").encode())
    crlf = built(folder).deck.entries[0].media["p.svg"]
    assert (crlf.name, crlf.data) == (lf.name, lf.data)
    data = pack(built(folder).deck, TIME).data
    lock = first_lock(folder, data)
    text = (folder / lock_file.FILE).read_text(encoding="utf-8")
    # computed by 0.1.0 for the file with \r\n
    (folder / lock_file.FILE).write_text(text.replace(lock.notes["a"].hash, OF_WINDOWS), encoding="utf-8")
    assert changed(built(folder)) == ()


OF_WINDOWS = "35f83c8a15377542"
