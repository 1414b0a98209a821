"""``deck.lock`` and git: a lost lock stops a release, and a merge of two releases needs no editor. With real git and Anki."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from anki.collection import Collection, ImportLogWithChanges
from click.testing import Result

from deckbuilder.model.lock import Lock, LockedNote, LockedType
from deckbuilder.pipeline.build_deck import pack
from deckbuilder.source import lock_file, merge_locks
from tests.support import TIME, built, lock_of_0_1_0, write
from tests.whole.test_anki import FIRST, fields

Invoke = Callable[..., Result]
Import = Callable[[bytes], ImportLogWithChanges.Log]
pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")


def git(*arguments: str, good: bool = True) -> None:
    names = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "merge.conflictStyle=merge"]
    done = subprocess.run(["git", *names, *arguments], check=False, capture_output=True, text=True)
    assert (done.returncode == 0) is good, done.stdout + done.stderr


@pytest.fixture
def release(invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., bytes]:
    """Release a deck of these texts in a repository ``seconds`` after ``TIME``, and commit everything but the package."""
    monkeypatch.chdir(tmp_path)
    git("init", "-q", "-b", "main", ".")
    (tmp_path / ".gitignore").write_text("dist\n", encoding="utf-8")

    def run(seconds: int, *texts: str, options: tuple[str, ...] = ()) -> bytes:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(TIME + seconds))
        write(tmp_path / "deck", *texts)
        result = invoke("release", "deck", *options)
        assert result.exit_code == 0, result.output
        git("add", "-A")
        git("commit", "-q", "--allow-empty", "-m", "release")
        return (tmp_path / "dist" / "deck.apkg").read_bytes()

    return run


def test_a_lost_lock_stops_a_release(release: Callable[..., bytes], invoke: Invoke, tmp_path: Path) -> None:
    release(0, FIRST)
    git("rm", "-q", "deck/deck.lock")
    git("commit", "-q", "-m", "oops")
    (tmp_path / "deck").rename(tmp_path / "renamed")
    result = invoke("release", "renamed")
    assert result.exit_code == 1
    assert "is lost, but learners seem to have this deck: git has deck/deck.lock in " in result.stderr
    way = result.stderr.partition("restore it: git restore --source=")[2].partition(";")[0]
    git("restore", f"--source={way.split()[0]}", way.split()[1].strip("'"))
    (tmp_path / "deck" / "deck.lock").rename(tmp_path / "renamed" / "deck.lock")
    assert "Nothing has changed." in invoke("release", "renamed").stdout
    shutil.rmtree(tmp_path / ".git")
    (tmp_path / "renamed" / "deck.lock").unlink()
    result = invoke("release", "renamed")
    assert "dist/renamed.apkg is a package of it" in result.stderr
    assert "rebuild it: deckbuilder release renamed --from dist/" in result.stderr
    assert invoke("release", "renamed", "--first").exit_code == 0


@pytest.mark.parametrize("other", ['id = "other"\nname = "Other"\n', 'id = "test-deck"\nname = "Test"\n'])
def test_a_first_release_needs_no_option(other: str, invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package that ``build`` wrote before, and the lock of another deck, are no sign of learners."""
    monkeypatch.chdir(tmp_path)
    git("init", "-q", ".")
    write(tmp_path / "first", FIRST, toml='id = "first"\nname = "First"\n')
    assert invoke("release", "first").exit_code == 0
    git("add", "-A")
    git("commit", "-q", "-m", "release")
    write(tmp_path / "deck", FIRST, toml=other)
    assert invoke("build", "deck").exit_code == 0
    assert invoke("release", "deck").exit_code == 0


def test_a_lock_without_notes_is_no_sign(release: Callable[..., bytes], invoke: Invoke, tmp_path: Path) -> None:
    """No learner has a note of such a deck: a first release can hurt no one."""
    release(0, FIRST)
    shutil.rmtree(tmp_path / "dist")
    shutil.rmtree(tmp_path / ".git")
    lock = tmp_path / "deck" / "deck.lock"
    known, _ = lock_file.read("deck.lock", lock.read_text(encoding="utf-8"))
    assert known
    lock.write_text(lock_file.text(replace(known, notes={})), encoding="utf-8")
    git("init", "-q", ".")
    git("add", "-A")
    git("commit", "-q", "-m", "no notes")
    git("rm", "-q", "deck/deck.lock")
    git("commit", "-q", "-m", "no lock")
    result = invoke("release", "deck")
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("name", ["Deck.lock", "deck.lock.orig", "deck (1).lock", "deck.lock.txt"])
def test_a_lock_under_another_name_is_a_sign(name: str, release: Callable[..., bytes], invoke: Invoke, tmp_path: Path) -> None:
    release(0, FIRST)
    shutil.rmtree(tmp_path / "dist")
    shutil.rmtree(tmp_path / ".git")
    (tmp_path / "deck" / "deck.lock").rename(tmp_path / "deck" / name)
    result = invoke("release", "deck")
    assert result.exit_code == 1
    assert f"deck/{name} is a lock of it; rename it to deck.lock" in result.stderr
    assert invoke("release", "deck", "--first").exit_code == 0


def test_a_package_of_the_name_with_another_id_is_a_sign(release: Callable[..., bytes], invoke: Invoke, tmp_path: Path) -> None:
    """The deck got another id, and the author deleted the lock of the old one: learners would have each note twice."""
    release(0, FIRST)
    (tmp_path / "deck" / "deck.lock").unlink()
    write(tmp_path / "deck", FIRST, toml='id = "other"\nname = "Test"\n')
    shutil.rmtree(tmp_path / ".git")
    result = invoke("release", "deck")
    assert result.exit_code == 1
    assert "dist/deck.apkg is a package of this name, with another id; restore the old id and the lock" in result.stderr
    assert invoke("release", "deck", "--first").exit_code == 0


def test_a_lock_from_a_package_that_no_release_wrote_is_not_silent(
    invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the times of such a package, learners who have another one lose their edits in all notes."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "deck", FIRST)
    assert invoke("build", "deck").exit_code == 0
    result = invoke("release", "deck", "--from", "dist/deck.apkg")
    assert "dist/deck.apkg is by 'build', before the first release; use it only if learners have it" in result.stderr
    (tmp_path / "deck" / "deck.lock").unlink()
    assert invoke("release", "deck").exit_code == 0
    (tmp_path / "deck" / "deck.lock").unlink()
    assert "is by 'build'" not in invoke("release", "deck", "--from", "dist/deck.apkg").stderr


def test_a_damaged_package_is_no_sign(invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "deck", FIRST)
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "other.apkg").write_bytes(b"no package")
    assert invoke("release", "deck").exit_code == 0


def changed(text: str) -> str:
    return FIRST.replace("A namespace.", text)


MORE = "## New on {side}? {{#{side}}}\n\nYes.\n"


@pytest.mark.parametrize("seconds", [(100, 100), (100, 200), (200, 100)], ids=["equal", "later", "earlier"])
@pytest.mark.parametrize("text", ["A namespace of ours.", "A namespace of theirs.", "A namespace of both."])
def test_the_learners_of_both_branches_get_everything(
    seconds: tuple[int, int],
    text: str,
    release: Callable[..., bytes],
    import_package: Import,
    collection: Collection,
    tmp_path: Path,
) -> None:
    """The merged text may be that of either side, or a third one. Whatever it is, no note is stuck."""
    first = release(0, FIRST)
    ours = release(seconds[0], changed("A namespace of ours."), MORE.format(side="ours"))
    git("checkout", "-q", "-b", "fix", "HEAD~1")
    (tmp_path / "deck" / "02.md").unlink(missing_ok=True)
    theirs = release(seconds[1], changed("A namespace of theirs."), MORE.format(side="theirs"))
    git("checkout", "-q", "main")
    git("merge", "-q", "fix", good=False)
    content = (tmp_path / "deck" / "deck.lock").read_text(encoding="utf-8")
    assert "<<<<<<<" in content
    merged = release(300, changed(text), MORE.format(side="ours"), MORE.format(side="theirs"))
    lock, problems = lock_file.read("deck.lock", (tmp_path / "deck" / "deck.lock").read_text(encoding="utf-8"))
    assert (problems, len(lock.notes if lock else ())) == ([], 5)
    before = tmp_path / "empty.anki2"
    collection.close()
    shutil.copy(collection.path, before)
    for learned in ((first, ours), (first, theirs), (theirs, ours), (ours, theirs)):
        collection.close()
        shutil.copy(before, collection.path)
        collection.reopen()
        for package in (*learned, merged):
            import_package(package)
        assert fields(collection, "g")[1] == f"<p>{text}</p>"
        assert collection.note_count() == 5


CODE = """
## Code of {name}? {{#{name}}}

```python
x = "{name}"  # it's
```
"""


def code(*names: str, tag: str = "") -> str:
    """Return questions with code. A lock of 0.1.0 and a lock of this version have other hashes of them."""
    texts = [CODE.format(name=name) for name in names]
    return "".join(text.replace(f"#{names[-1]}", f'#{names[-1]} tags="{tag}"') if tag else text for text in texts)


@pytest.mark.parametrize("seconds", [(100, 200), (200, 100), (100, 100)], ids=["later", "earlier", "equal"])
@pytest.mark.parametrize("gone", ["", "m"], ids=["whole conflict", "split conflict"])
@pytest.mark.parametrize("new", ["main", "fix"])
def test_a_release_of_0_1_0_merges_with_a_release_of_this_version(
    seconds: tuple[int, int],
    gone: str,
    new: str,
    release: Callable[..., bytes],
    import_package: Import,
    collection: Collection,
    tmp_path: Path,
) -> None:
    """The line of a retired note is the same in both formats. So git may split the conflict, and keep one header for both sides."""
    lock, names = tmp_path / "deck" / "deck.lock", ["a", "b", *gone, "x", "y"]

    def older() -> None:
        lock.write_text(lock_of_0_1_0(pack(built(lock.parent).deck, TIME)), encoding="utf-8")
        git("commit", "-q", "-a", "--amend", "-m", "release of 0.1.0")

    first = release(0, FIRST, code(*names))
    older()
    if gone:
        names.remove(gone)
        first = release(10, FIRST, code(*names), options=("--retire", gone))
        older()
    git("branch", "fix")
    packages = []
    for branch, second, tag in zip(("main", "fix"), seconds, ("ours", "theirs"), strict=True):
        git("checkout", "-q", branch)
        packages.append(release(second, changed(f"A namespace of {tag}."), code(*names, tag=tag), MORE.format(side=tag)))
        if branch != new:
            older()
    git("checkout", "-q", "main")
    git("merge", "-q", "fix", good=False)
    assert "<<<<<<<" in lock.read_text(encoding="utf-8")
    both = MORE.format(side="ours"), MORE.format(side="theirs")
    text = {"main": "A namespace of ours.", "fix": "A namespace of theirs."}[new] if len({*seconds}) == 1 else "A third text."
    merged = release(300, changed(text), code(*names, tag="both"), *both)
    found, problems = lock_file.read("deck.lock", lock.read_text(encoding="utf-8"))
    assert found
    assert (problems, found.format) == ([], 2)
    untouched = {name: found.notes[name].mod for name in ("a", "b", "x", "lifetime", "signed")}
    assert set(untouched.values()) == {TIME}, untouched
    assert (found.notes["g"].mod, found.notes["y"].mod) == (TIME + 300, TIME + 300)
    collection.close()
    shutil.copy(collection.path, tmp_path / "empty.anki2")
    for learned in ((first, packages[0]), (first, packages[1]), packages, packages[::-1]):
        collection.close()
        shutil.copy(tmp_path / "empty.anki2", collection.path)
        collection.reopen()
        for package in (*learned, merged):
            import_package(package)
        assert fields(collection, "g")[1] == f"<p>{text}</p>"
        assert collection.get_note(collection.find_notes("Id:y")[0]).tags == ["both"]
        assert collection.note_count() == 9


def test_a_lock_with_marks_is_settled_by_a_release_only(release: Callable[..., bytes], invoke: Invoke, tmp_path: Path) -> None:
    release(0, FIRST)
    path = tmp_path / "deck" / "deck.lock"
    lines = path.read_text(encoding="utf-8").split("\n")
    path.write_text(
        "\n".join(["<<<<<<< HEAD", *lines[:-2], "||||||| base", "x", "=======", *lines[:-2], ">>>>>>> x", *lines[-2:]])
    )
    result = invoke("check", "deck")
    assert result.exit_code == 0
    assert "deck.lock:1:1: note: git merged two releases here; leave the conflict to the next release" in result.stderr
    assert "merge of two releases" in invoke("release", "deck", "--check").stderr
    assert "Nothing has changed." in invoke("release", "deck").stdout
    assert path.read_text(encoding="utf-8").split("\n") == lines


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("a\n<<<<<<< x\nb\n=======\nc\n>>>>>>> y\nd", ("a\nb\nd", "a\nc\nd")),
        ("<<<<<<< x\nb\n||||||| z\no\n=======\n>>>>>>> y\nd", ("b\nd", "d")),
        ("<<<<<<< x\n<<<<<<< x\n=======\n>>>>>>> y\n", None),
        ("<<<<<<< x\n=======\n", None),
        (">>>>>>> x\n", None),
    ],
)
def test_the_sides_of_a_conflict(content: str, expected: tuple[str, str] | None) -> None:
    assert merge_locks.sides(content) == expected


def test_the_rules_of_a_merge() -> None:
    note = LockedNote("a", "guid", 1, "cloze", "old", 5, "D", "q", "x", clozes={"1": "one"})
    late, equal = note._replace(hash="new", mod=6), note._replace(hash="new")

    def settled(one: LockedNote, other: LockedNote, formats: tuple[int, int] = (2, 2)) -> LockedNote:
        pairs = zip((one, other), formats, strict=True)
        found = merge_locks.merged(*(Lock("d", "D", notes={"a": side}, format=number) for side, number in pairs))
        assert found
        return found.notes["a"]

    assert settled(note._replace(retired=True), late).retired
    assert settled(late, note).hash == "new"
    assert settled(note, late._replace(clozes={}, past_clozes={"2": "two"})).past_clozes == {"1": "one", "2": "two"}
    assert settled(note, equal).hash == merge_locks.RESTAMP
    assert settled(note, equal, (1, 2)).hash == settled(equal, note, (2, 1)).hash == "new"
    assert settled(note, equal._replace(question="other"), (1, 2)).hash == merge_locks.RESTAMP


@pytest.mark.parametrize(("mod", "style"), [(4, "old"), (5, merge_locks.RESTAMP), (6, "new")])
def test_the_later_style_of_two_branches_wins(mod: int, style: str) -> None:
    kind = LockedType("qa", 1, (), (), "old", 5)
    found = merge_locks.merged(Lock("d", "D", {"qa": kind}), Lock("d", "D", {"qa": kind._replace(style="new", mod=mod)}))
    assert found
    assert found.types["qa"].style == style


@pytest.mark.parametrize("gone", [["g"], ["g", "signed"]])
def test_missing_lines_are_noticed(gone: list[str], release: Callable[..., bytes], invoke: Invoke, tmp_path: Path) -> None:
    release(0, FIRST)
    path = tmp_path / "deck" / "deck.lock"
    lines = path.read_text(encoding="utf-8").split("\n")
    left = [line for line in lines if not any(f'"id": "{ident}"' in line for ident in gone)]
    path.write_text("\n".join(left), encoding="utf-8")
    result = invoke("check", "deck")
    assert f"{len(gone)} of 3 notes are missing in this lock; restore the file from git [bad-lock]" in result.stderr
    left[0] = left[0].partition(" It has ")[0]
    path.write_text("\n".join(left), encoding="utf-8")
    assert invoke("check", "deck").exit_code == 0, "a lock of 0.1.0 has no such line"


@pytest.mark.parametrize("kind", ["qa", "cloze"])
def test_a_missing_note_type_is_noticed(kind: str, release: Callable[..., bytes], invoke: Invoke, tmp_path: Path) -> None:
    release(0, FIRST)
    path = tmp_path / "deck" / "deck.lock"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if f'"note_type": "{kind}"' not in line), encoding="utf-8")
    message = f"the line of the note type '{kind}' is missing; restore the file from git [bad-lock]"
    assert message in invoke("check", "deck").stderr
