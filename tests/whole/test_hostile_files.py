"""Files that are no files, are elsewhere, are too large, change, or are no text: each has a diagnostic, and no run hangs."""

from __future__ import annotations

import codecs
import json
import os
import re
import socket
import stat
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from click.testing import Result

from deckbuilder.cards import media
from deckbuilder.files import reading
from deckbuilder.model.records import Media, MediaProblem
from deckbuilder.package.read_package import unpack
from deckbuilder.source import adopted_file, deck_folder, lock_file, read_text
from tests.support import PNG, ROOT, deck, package, patience, picture, write

pytestmark = pytest.mark.slow

Invoke = Callable[..., Result]
Make = Callable[[Path], None]
Form = Literal["NFC", "NFD"]
CARD = "## Question {#q}\n\nAnswer\n"
PICTURE = "## Picture {#p}\n\n![a tree](<p.png>)\n"
posix = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no such files")
linux = pytest.mark.skipif(sys.platform != "linux", reason="only the file systems of Linux keep all names unchanged")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the deck ``deck`` and a secret outside of the deck."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "deck", CARD)
    (tmp_path / "secret.md").write_text("## My key {#key}\n\nSECRET\n", encoding="utf-8")
    return tmp_path


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail if a test waits for a pipe for five minutes."""

    monkeypatch.setenv("NO_COLOR", "1")
    with patience():
        yield


def run(folder: Path, *arguments: str | bytes, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run the real command; a command that hangs fails the test."""
    command = [sys.executable, "-m", "deckbuilder", *arguments]
    root = str(ROOT)
    return subprocess.run(
        command, cwd=folder, env={**os.environ, "PYTHONPATH": root, **environment}, capture_output=True, timeout=300, check=False
    )


def fifo(path: Path) -> None:
    os.mkfifo(path)


def unix_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(os.path.relpath(path))


def zero(path: Path) -> None:
    path.symlink_to("/dev/zero")


def stdin(path: Path) -> None:
    path.symlink_to("/dev/stdin")


def device(path: Path) -> None:
    try:
        os.mknod(path, 0o666 | stat.S_IFCHR, os.makedev(1, 5))  # as /dev/zero
    except OSError:
        pytest.skip("only some may make devices")


def directory(path: Path) -> None:
    path.mkdir()


def circle(path: Path) -> None:
    path.symlink_to(path.name)


def nothing(path: Path) -> None:
    path.symlink_to("nothing-there")


SPECIAL = [fifo, unix_socket, zero, device, stdin, directory, circle, nothing]


@posix
@pytest.mark.parametrize("name", ["02.md", "style.css", "deck.toml", "deck.lock", "deck.adopted", "p.png"])
@pytest.mark.parametrize("make", SPECIAL, ids=lambda make: make.__name__)
def test_what_is_no_file_is_said_and_never_waited_for(folder: Path, name: str, make: Make, invoke: Invoke) -> None:
    path = folder / "deck" / name
    if name == "p.png":
        (folder / "deck" / "01.md").write_text(PICTURE, encoding="utf-8")
    path.unlink(missing_ok=True)
    make(path)
    for command in ("check", "build", "release", "ids"):
        result = invoke(command, "deck")
        if name == "02.md" and make is directory:
            assert result.exit_code == 0  # a folder may have this name
        elif command != "ids" or name in ("02.md", "deck.toml"):
            assert result.exit_code == 1
            assert f"deck/{name}:1:1: error: cannot be read: " in result.stderr or re.search(r"media(-outside)?\]", result.stderr)
            assert not (folder / "dist").exists()


@posix
@pytest.mark.parametrize("make", SPECIAL, ids=lambda make: make.__name__)
def test_what_is_no_file_as_an_argument(folder: Path, make: Make, invoke: Invoke) -> None:
    for name in ("x.md", "x.apkg"):
        make(folder / name)
    (folder / "good.apkg").write_bytes(package(folder / "good", CARD))
    for command in (
        ["build", "x.md"],
        ["check", "x.md"],
        ["adopt", "x.md", "-o", "new"],
        ["adopt", "x.apkg", "-o", "new"],
        ["diff", "x.apkg", "good.apkg"],
        ["release", "deck", "--from", "x.apkg"],
    ):
        result = invoke(*command)
        assert result.exit_code in (1, 2), command
        assert "x.md" in result.stderr or "x.apkg" in result.stderr or "no question" in result.stderr
        assert not (folder / "new").exists()


@posix
def test_a_pipe_does_not_hang_the_real_command(folder: Path) -> None:
    fifo(folder / "deck" / "02.md")
    assert b"deck/02.md:1:1: error: cannot be read: not a regular file [unreadable]" in run(folder, "build", "deck").stderr


@posix
def test_links_out_of_the_deck_bring_nothing_in(folder: Path, invoke: Invoke) -> None:
    for target in (folder / "secret.md", Path("../secret.md")):
        link = folder / "deck" / "02.md"
        link.symlink_to(target)
        result = invoke("build", "deck")
        assert result.exit_code == 1
        assert (
            "deck/02.md:1:1: error: cannot be read: a link to a file outside the folder; replace the link with the file itself"
            in result.stderr
        )
        assert "SECRET" not in result.output
        assert not Path("dist").exists()
        link.unlink()
    # The same is true of a folder without deck.toml, and of `adopt` for a folder of lists.
    plain = folder / "plain"
    plain.mkdir()
    (plain / "a.md").write_text(CARD, encoding="utf-8")
    (plain / "b.md").symlink_to(folder / "secret.md")
    for arguments in (["build", "plain"], ["adopt", "plain", "-o", "new"]):
        result = invoke(*arguments)
        assert result.exit_code == 1
        assert "plain/b.md:1:1: error: cannot be read: a link to a file outside the folder" in result.stderr
    assert not Path("new").exists()
    # A linked folder is skipped.
    (folder / "elsewhere").mkdir()
    (folder / "elsewhere" / "c.md").write_text("no deck", encoding="utf-8")
    (folder / "deck" / "linked").symlink_to(folder / "elsewhere")
    assert invoke("build", "deck").exit_code == 0


@posix
@pytest.mark.parametrize("name", ["style.css", "deck.toml", "deck.lock", "deck.adopted"])
def test_links_of_the_decks_own_files(name: str, folder: Path, invoke: Invoke) -> None:
    outside, path = folder / "outside", folder / "deck" / name
    outside.write_bytes(path.read_bytes() if path.exists() else b"/* SECRET */")
    path.unlink(missing_ok=True)
    path.symlink_to(outside)
    result = invoke("build", "deck")
    assert result.exit_code == 1
    assert f"deck/{name}:1:1: error: cannot be read: a link to a file outside the folder" in result.stderr


@posix
def test_links_within_the_deck_and_to_the_deck_are_fine(folder: Path, invoke: Invoke) -> None:
    (folder / "deck" / "texts").mkdir()
    (folder / "deck" / "texts" / "body.txt").write_text("## Linked {#linked}\n\n![x](../p.png)\n", encoding="utf-8")
    (folder / "deck" / "02.md").symlink_to("texts/body.txt")
    (folder / "deck" / "real.png").write_bytes(PNG)
    (folder / "deck" / "p.png").symlink_to("real.png")
    (folder / "deck" / "02.md").unlink()
    (folder / "deck" / "02.md").symlink_to("texts/body.txt")
    (folder / "deck" / "texts" / "body.txt").write_text("## Linked {#linked}\n\n![x](p.png)\n", encoding="utf-8")
    (folder / "link").symlink_to(folder / "deck")
    result = invoke("build", "link")
    assert result.exit_code == 0
    assert "2 notes" in result.stdout
    # A path on the command line may lead anywhere.
    (folder / "named.md").symlink_to(folder / "secret.md")
    assert invoke("check", "named.md").exit_code == 0


@posix
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can become another user")
@pytest.mark.parametrize("name", ["01.md", "p.png", "."])
def test_what_another_user_may_not_read(name: str) -> None:
    """Root may read everything, so a child process of the user nobody reads."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "deck"
        write(root, CARD, PICTURE)
        (root / "p.png").write_bytes(PNG)
        Path(folder).chmod(0o755)
        (root / name).chmod(0)
        child = os.fork()
        if not child:
            try:
                os.setuid(65534)
                found, problems = deck_folder.places(root)
                problems += [problem for place in found for problem in deck_folder.load(place).diagnostics]
                denied = any("Permission denied" in problem.message for problem in problems)
                picture = media.read_media(root, root, "p.png")
                os._exit(0 if {"01.md": denied, "p.png": picture == MediaProblem("unreadable-media"), ".": denied}[name] else 1)
            finally:
                os._exit(2)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@pytest.mark.parametrize("error", [PermissionError(13, "Permission denied"), FileNotFoundError(2, "No such file or directory")])
def test_files_that_vanish_or_are_closed_between_listing_and_reading(
    error: OSError, folder: Path, invoke: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "deck" / "p.png").write_bytes(PNG)
    (folder / "deck" / "02.md").write_text(PICTURE, encoding="utf-8")
    real = os.open

    def closed(path: str | Path, *rest: int, **more: int) -> int:
        if Path(path).name in ("01.md", "p.png"):
            raise error
        return real(path, *rest, **more)

    monkeypatch.setattr(os, "open", closed)
    result = invoke("check", "deck")
    assert result.exit_code == 1
    assert f"deck/01.md:1:1: error: cannot be read: {error.strerror} [unreadable]" in result.stderr
    assert ("[unreadable-media]" if isinstance(error, PermissionError) else "[missing-media]") in result.stderr


@pytest.mark.parametrize("name", ["deck/01.md", "deck/p.png"])
@pytest.mark.parametrize("change", ["grows", "shrinks", "is written again"])
def test_files_that_change_while_they_are_read(
    name: str, change: str, folder: Path, invoke: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "deck" / "p.png").write_bytes(PNG)
    (folder / "deck" / "02.md").write_text(PICTURE, encoding="utf-8")
    path = folder / name
    data = path.read_bytes()
    real = os.fstat
    seen = []

    def changing(handle: int) -> os.stat_result:
        found = real(handle)
        if os.path.samestat(found, path.stat()):
            seen.append(handle)
            if len(seen) == 2:
                path.write_bytes({"grows": data + b"x", "shrinks": data[:-1], "is written again": data}[change])
                os.utime(path, ns=(1, 1))
        return found

    monkeypatch.setattr(os, "fstat", changing)
    result = invoke("check", "deck")
    assert len(seen) > 1
    assert result.exit_code == 1
    assert (
        "cannot be read: changed while it was read; try again [unreadable]" in result.stderr
        or "[unreadable-media]" in result.stderr
    )


@pytest.mark.parametrize(
    ("name", "most"),
    [("01.md", read_text.LARGEST), ("style.css", read_text.LARGEST), ("deck.lock", read_text.LARGEST_RECORD)],
)
def test_texts_that_are_too_large_are_not_read(name: str, most: int, folder: Path, invoke: Invoke) -> None:
    with (folder / "deck" / name).open("wb") as file:
        file.truncate(most + 1)
    result = invoke("build", "deck")
    assert result.exit_code == 1
    assert f"deck/{name}:1:1: error: cannot be read: larger than {most // 2**20} MB [unreadable]" in result.stderr


def test_pictures_that_anki_does_not_sync(folder: Path, invoke: Invoke) -> None:
    (folder / "deck" / "01.md").write_text(PICTURE, encoding="utf-8")
    with (folder / "deck" / "p.png").open("wb") as file:
        file.truncate(media.LARGEST + 1)
    result = invoke("build", "deck")
    assert result.exit_code == 1
    assert (
        "deck/01.md:3:12: error: file 'p.png' is larger than 100 MB, the most that Anki syncs; make it smaller [large-media]"
        in result.stderr
    )


OUTSIDE, REMOTE, MISSING = "media-outside", "remote-media", "missing-media"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        *[
            (path, OUTSIDE)
            for path in ("../outside.png", "..", "a/../../outside.png", "%2e%2e/outside.png", "%2E%2E%2Foutside.png")
        ],
        *[(path, OUTSIDE) for path in ("/etc/passwd", "%2Fetc/passwd", "file:///etc/passwd", "FILE:/etc/passwd", "link.png")],
        *[(path, OUTSIDE) for path in ("C:\\x.png", "C:x.png", "c:/x.png", "C%3A/x.png", "\\\\server\\share\\x.png", "\\x.png")],
        *[(path, REMOTE) for path in ("//server/x.png", "https://x.y/z.png", "ftp://x/y", "data:image/png;base64,AAAA")],
        *[(path, MISSING) for path in ("gone.png", "~user/x.png", "~/x.png", "x\0.png", "%00", "a" * 300 + ".png", "a/" * 3000)],
        *[(path, MISSING) for path in ("CON", "nul.png", "real.png.", "real.png ", "real.png::$DATA", "", ".", "sub")],
        *[(path, "backslash-media") for path in ("pictures\\x.png", "..\\outside.png", "a%5Cb.png")],
    ],
)
def test_where_a_path_leads(written: str, code: str, tmp_path: Path) -> None:
    root = tmp_path / "deck"
    (root / "sub").mkdir(parents=True)
    (tmp_path / "outside.png").write_bytes(b"SECRET")
    (root / "real.png").write_bytes(b"fine")
    if hasattr(os, "mkfifo"):
        (root / "link.png").symlink_to(tmp_path / "outside.png")
    elif written == "link.png":
        pytest.skip("links need rights")
    found = media.read_media(root, root, written)
    assert found == MediaProblem(code) or (written in ("", ".", "sub") and found == MediaProblem("unreadable-media"))


@linux
@pytest.mark.parametrize("stored", ["NFC", "NFD"])
@pytest.mark.parametrize("asked", ["NFC", "NFD"])
def test_names_in_either_of_unicodes_forms_are_found(stored: Form, asked: Form, tmp_path: Path) -> None:
    folder, name = (unicodedata.normalize(stored, text) for text in ("Bäume", "größte Äpfel.png"))
    (tmp_path / folder).mkdir()
    (tmp_path / folder / name).write_bytes(b"tree")
    for written in ("Bäume/größte Äpfel.png", "B%C3%A4ume/gr%C3%B6%C3%9Fte%20%C3%84pfel.png"):
        found = media.read_media(tmp_path, tmp_path, unicodedata.normalize(asked, written))
        assert isinstance(found, Media), found
        assert found.data == b"tree"


@linux
def test_names_that_other_systems_have_not(tmp_path: Path) -> None:
    pictures = ["aux.png", "what?.png", "Photo.png", "photo.png", unicodedata.normalize("NFD", "ä.png"), "ä.png"]
    for name in pictures:
        tmp_path.joinpath(name).write_bytes(picture(name))
    (tmp_path / "com1.md").write_text("## Device {#device}\n\nx\n", encoding="utf-8")
    (tmp_path / "A.md").write_text("## Upper {#upper}\n\nx\n", encoding="utf-8")
    (tmp_path / "a.md").write_text("## Lower {#lower}\n\nx\n", encoding="utf-8")
    text = "## Question {#q}\n\n" + "\n".join(f"![x]({name})" for name in pictures) + "\n"
    found = deck(tmp_path, text)
    assert found.good
    assert [(Path(problem.span.path).name, problem.span.line, problem.code) for problem in found.diagnostics] == [
        ("01.md", 3, "unportable-name"),
        ("01.md", 4, "unportable-name"),
        ("01.md", 6, "same-file-name"),
        ("01.md", 8, "same-file-name"),
        ("a.md", 1, "same-file-name"),
        ("com1.md", 1, "unportable-name"),
    ]


@linux
@pytest.mark.parametrize(("one", "other"), [("Deck", "deck"), ("ä", unicodedata.normalize("NFD", "ä")), ("ß", "SS")])
def test_packages_never_overwrite_each_other(one: str, other: str, tmp_path: Path, invoke: Invoke) -> None:
    for number, name in enumerate((one, other)):
        write(tmp_path / str(number) / name, CARD, toml=f'id = "deck-{number}"\nname = "Deck {number}"\n')
    result = invoke("build", tmp_path, "-o", tmp_path / "dist")
    assert result.exit_code == 1
    assert "[same-package]" in result.stderr


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (CARD.encode("utf-16"), "1:1: error: this is UTF-16 or UTF-32; save the file as UTF-8 [not-utf8]"),
        (
            codecs.BOM_UTF16_BE + CARD.encode("utf-16-be"),
            "1:1: error: this is UTF-16 or UTF-32; save the file as UTF-8 [not-utf8]",
        ),
        (CARD.encode("utf-32"), "1:1: error: this is UTF-16 or UTF-32; save the file as UTF-8 [not-utf8]"),
        (CARD.encode() + b"\nna\xefve\n", "5:3: error: not UTF-8: byte 0xef; save the file as UTF-8 [not-utf8]"),
        (CARD.encode() + b"\n\xed\xa0\x80\n", "5:1: error: not UTF-8: byte 0xed; save the file as UTF-8 [not-utf8]"),
        (
            CARD.encode() + b"a\0b\n",
            "4:2: warning: control character U+0000 is removed, as Anki would remove it; delete it from the file",
        ),
        (
            CARD.encode("utf-16-le"),
            "1:2: warning: control character U+0000 is removed, as Anki would remove it; delete it from the file",
        ),
    ],
)
@pytest.mark.parametrize("name", ["01.md", "style.css"])
def test_what_is_no_text(data: bytes, message: str, name: str, folder: Path, invoke: Invoke) -> None:
    (folder / "deck" / name).write_bytes(data)
    assert f"deck/{name}:{message}" in invoke("check", "deck").stderr


@pytest.mark.parametrize(
    "data", [CARD.replace("\n", end).encode(encoding) for end in ("\r\n", "\r") for encoding in ("utf-8", "utf-8-sig")]
)
def test_marks_and_ends_of_lines_do_not_matter(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    plain = deck(tmp_path / "one", CARD)
    write(tmp_path / "two", "")
    (tmp_path / "two" / "01.md").write_bytes(data)
    (place,), _ = deck_folder.places(tmp_path / "two")
    assert [item.text for item in deck_folder.load(place).sources] == [item.text for item in plain.deck.sources]


def test_line_separators_of_unicode_are_text(tmp_path: Path) -> None:
    found = deck(tmp_path, "## One\u2028line\u2029\x85 {#q}\n\nAnswer\n")
    assert found.good
    assert [card.question.span.line for card in found.deck.entries] == [1]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("deck.toml", 'id = "x"\nname = "\\ud800"\n'),
        ("01.md", '---\ntags: "\\ud800"\n---\n' + CARD),
        ("01.md", '---\ndeck: "\\uD800"\n---\n' + CARD),
        ("deck.lock", '{"format": 1, "deck": "test-deck", "name": "\\udfff"}\n{"end": true}\n'),
        ("deck.adopted", '{"format": 1, "deck": "\\uDABC"}\n{"end": true}\n'),
    ],
)
@pytest.mark.parametrize("command", ["build", "release", "check", "ids"])
def test_lone_surrogates_never_get_far(name: str, text: str, command: str, folder: Path, invoke: Invoke) -> None:
    (folder / "deck" / name).write_text(text, encoding="utf-8")
    result = invoke(command, "deck")
    if command != "ids":
        assert result.exit_code == 1
        assert f"deck/{name}:" in result.stderr


def test_surrogates_in_pairs_are_characters() -> None:
    text = '{"format": 1, "deck": "test-deck", "name": "\\ud83d\\ude00"}\n{"end": true}\n'
    found, problems = lock_file.read("deck.lock", text)
    assert found is not None
    assert (found.name, problems) == ("😀", [])
    assert adopted_file.read("deck.adopted", text)[0]


@linux
@pytest.mark.parametrize(
    "environment", [{}, {"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}]
)
def test_names_that_are_no_text_and_outputs_that_have_no_such_letters(environment: dict[str, str], folder: Path) -> None:
    name = os.fsdecode(b"caf\xe9-\xe4\xb8\xad")
    bad = folder / name
    write(bad, "## 中文 {#x}\n", toml="")
    (bad / (name + ".md")).write_text("## Ä {#ä}\n\nAnswer {{c1::x}\n", encoding="utf-8")
    for command in (["check"], ["check", "--format", "json"], ["check", "--format", "github"], ["build"], ["ids"], ["release"]):
        done = run(folder, *command, os.fsencode(name), **environment)
        assert b"Traceback" not in done.stderr, done.stderr.decode(errors="replace")
        assert done.returncode == 1 or command == ["ids"]
        if "json" in command:
            assert {Path(item["path"]).suffix for item in json.loads(done.stdout)} == {".md", ".toml"}
    write(bad, CARD, toml="")
    (bad / (name + ".md")).unlink()
    done = run(folder, "build", os.fsencode(name), **environment)
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    assert (folder / "dist" / f"{name}.apkg").exists()
    assert len(unpack(folder / "dist" / f"{name}.apkg").notes) == 1  # with no lone surrogate in the deck's name


def test_limits_hold_whatever_a_size_says(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"12345")
    assert reading.read_whole(path, 5) == b"12345"
    with pytest.raises(reading.TooLargeError):
        reading.read_whole(path, 4)
