"""Question lists by others become deck folders. Each dialect has a golden folder."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from anki.collection import Collection
from click.testing import Result

from deckbuilder.adopt import new_folder
from deckbuilder.adopt.lists.recognise import RECOGNISERS
from deckbuilder.adopt.lists.series import lengths
from deckbuilder.model.control_characters import CONTROLS
from tests.conftest import CASES
from tests.support import PNG, built

Invoke = Callable[..., Result]
SHAPES = sorted(path for path in (CASES / "adopt").iterdir())


def adopted(invoke: Invoke, path: Path, target: Path) -> tuple[str, dict[str, str]]:
    """Return (stderr, the text of each file in the new deck). The text of a picture is its size."""
    result = invoke("adopt", path, "-o", target)
    told = result.stderr.replace(f"{path}/", "").replace(f"{target}", "deck")
    told = re.sub(r"(?<=its id is )(\S+-)[a-z]{6};", r"\1xxxxxx;", told)
    files = {file.relative_to(target).as_posix(): file for file in sorted(target.rglob("*")) if file.is_file()}
    return told, {name: shown(file) for name, file in files.items()}


def shown(path: Path) -> str:
    if path.suffix == ".png":
        return f"{path.stat().st_size} bytes\n"
    text = path.read_text(encoding="utf-8")
    return re.sub(r'(?m)^(id = ".*)[a-z]{6}"$', r'\1xxxxxx"', text) if path.name == "deck.toml" else text


@pytest.mark.parametrize("shape", SHAPES, ids=lambda path: path.name)
def test_golden_folder(shape: Path, invoke: Invoke, tmp_path: Path, golden: Callable[[Path, str], None]) -> None:
    told, files = adopted(invoke, shape / "in", tmp_path / "deck")
    (shape / "out").mkdir(exist_ok=True)
    golden(shape / "told.txt", told)
    for name, text in files.items():
        golden(shape / "out" / (name + ".txt" if name.endswith(".png") else name).replace("/", "-"), text)
    expected = {path.name.removesuffix(".txt") for path in (shape / "out").iterdir()}
    assert {name.replace("/", "-") for name in files} == expected
    if files:
        assert [problem for problem in built(tmp_path / "deck").diagnostics if problem.severity.name == "ERROR"] == []


LIST = "# Flask\n\n## What is `g`?\n\nA namespace.\n\n## And what is missing?\n"


@pytest.fixture
def listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "list.md"
    path.write_text(LIST, encoding="utf-8")
    return path


def test_what_is_written_where(invoke: Invoke, listed: Path, tmp_path: Path) -> None:
    result = invoke("adopt", "list.md", "-o", "new/deck")
    assert result.exit_code == 0
    assert result.stdout == "new/deck: 1 question in 1 file\n"
    deck_id = re.findall('id = "(.*)"', Path("new/deck/deck.toml").read_text(encoding="utf-8"))[0]
    assert result.stderr == (
        "list.md:7:1: warning: 'And what is missing?' is skipped: no answer [without-answer]\n1 warning in 1 file\n"
        "2 questions found (read as headings): 1 written, 1 without an answer, 0 skipped for another reason\n"
        "  What is `g`? → A namespace.\n"
        f'the deck\'s name is "Flask", its id is {deck_id}; both can change in deck.toml until the first release\n'
        "next: read and edit the questions, then run: deckbuilder check new/deck\n"
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["list.md", "new"]
    (tmp_path / "plain").mkdir()
    modes = {path.name: path.stat().st_mode for path in (tmp_path / "new").iterdir()}
    assert modes == {"deck": (tmp_path / "plain").stat().st_mode}
    assert listed.read_text(encoding="utf-8") == LIST


def test_what_is_adopted_is_a_deck_for_anki(
    invoke: Invoke, listed: Path, import_package: Callable[[Path], object], collection: Collection
) -> None:
    assert invoke("adopt", listed, "-o", "deck").exit_code == 0
    assert invoke("build", "deck").exit_code == 0
    import_package(Path("dist/deck.apkg"))
    (card,) = (collection.get_card(number) for number in collection.find_cards("deck:Flask"))
    assert "What is <code>g</code>?" in card.question()
    assert "A namespace." in card.answer()


def test_two_adoptions_are_two_decks(invoke: Invoke, listed: Path) -> None:
    ids = set()
    for name in "ab":
        invoke("adopt", listed, "-o", name)
        ids |= set(re.findall(r'id = "(flask-[a-z]{6})"', Path(name, "deck.toml").read_text(encoding="utf-8")))
    assert len(ids) == 2


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("full", "nothing written: full already exists and is not an empty folder: it has 'deck.toml'; name another folder"),
        ("list.md", "nothing written: list.md already exists and is no folder; name another folder"),
        (
            "collection",
            "nothing written: Anki would treat a package called 'collection' as a whole collection; name another folder",
        ),
        ("full/deck", "nothing written: full/deck would be inside the deck "),
    ],
)
@pytest.mark.usefixtures("listed")
def test_nothing_is_overwritten(invoke: Invoke, target: str, message: str) -> None:
    Path("full").mkdir()
    Path("full", "deck.toml").touch()
    for arguments in (("adopt", "list.md", "-o", target), ("new", target)):
        result = invoke(*arguments)
        assert result.exit_code == 1
        assert message in result.stderr
        assert result.stdout == ""
    assert [path.name for path in Path("full").iterdir()] == ["deck.toml"]


@pytest.mark.parametrize("inside", [True, False])
def test_an_empty_folder_stays_the_one_it_is(invoke: Invoke, listed: Path, inside: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    here = listed.parent / "here"
    here.mkdir()
    before = here.stat().st_ino
    if inside:
        monkeypatch.chdir(here)
    assert invoke("adopt", listed, "-o", "." if inside else "here").exit_code == 0
    assert sorted(path.name for path in here.iterdir()) == ["README.left-out.md", "deck.toml", "list.md"]
    assert here.stat().st_ino == before


@pytest.mark.parametrize(
    ("opened", "end"), [("```python\n# x", "```"), ("~~~~\n# x", "~~~~"), ("<pre>\n# x", "</pre>"), ("x\n\n<!-- y", "-->")]
)
@pytest.mark.usefixtures("listed")
def test_what_the_last_question_leaves_open_is_closed(invoke: Invoke, opened: str, end: str) -> None:
    assert invoke("adopt", source(f"## One?\n\n1\n\n## Two?\n\n{opened}\n"), "-o", "deck").exit_code == 0
    assert Path("deck/source.md").read_text(encoding="utf-8").endswith(f"\n\n{opened}\n{end}\n")


def test_nothing_is_left_behind_when_the_disk_fails(invoke: Invoke, listed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_self: Path, _data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", fail)
    result = invoke("adopt", listed, "-o", "deck")
    assert result.exit_code == 1
    assert "cannot write deck: No space left on device" in result.stderr
    assert [path.name for path in listed.parent.iterdir()] == ["list.md"]


def test_a_deck_that_would_be_unsound_is_not_written(listed: Path) -> None:
    files = {"deck.toml": b'id = "a"\nname = "A"\n', "a.md": b"## Q {#q}\n\nA.\n"}
    for wrong, count in (({"a.md": b"## Q {#q}\n"}, 1), ({}, 2)):
        with pytest.raises(new_folder.UnsoundError):
            new_folder.write(Path("deck"), files | wrong, count)
    assert [path.name for path in listed.parent.iterdir()] == ["list.md"]


@pytest.mark.usefixtures("listed")
def test_quiet_prints_errors_alone(invoke: Invoke) -> None:
    result = invoke("adopt", "list.md", "-o", "deck", "--quiet")
    assert (result.exit_code, result.output) == (0, "")
    result = invoke("build", "deck", "-q")
    assert (result.exit_code, result.output) == (0, "")
    assert Path("dist/deck.apkg").exists()
    Path("deck/list.md").write_text("## Q {#q}\n\n## R\n\n```\n" + 50 * "x" + "\n```\n", encoding="utf-8")
    result = invoke("build", "deck", "-q")
    assert result.exit_code == 1
    assert result.output == (
        "deck/list.md:1:1: error: question has no answer; write it below the heading [missing-answer]\n1 error in 1 file\nnothing written\n"
    )
    Path("empty.md").write_text("# No question\n", encoding="utf-8")
    result = invoke("adopt", "empty.md", "-o", "other", "-q")
    assert result.exit_code == 1
    assert result.output.startswith("no question with an answer found; ")


@pytest.mark.usefixtures("listed")
def test_as_overrides_and_wrong_names_are_told(invoke: Invoke) -> None:
    assert (
        "(read as bold): 1 written"
        in invoke("adopt", source("**Why?** So.\n\n## X\n\n1\n\n## Y\n\n2\n"), "-o", "a", "--as", "bold").stderr
    )
    result = invoke("adopt", "list.md", "-o", "b", "--as", "flashcards")
    assert result.exit_code == 2
    assert "'start-end', 'obsidian'" in result.stderr
    for files, message in (
        (["list.pdf"], "list.pdf is no .apkg, .md, .csv, .tsv or .txt file"),
        (["a.apkg", "list.md"], "a package must be the only FILE"),
        (["nowhere.md"], "'nowhere.md' does not exist"),
    ):
        Path("list.pdf").touch()
        Path("a.apkg").touch()
        result = invoke("adopt", *files, "-o", "c")
        assert result.exit_code == 2
        assert message in result.stderr


@pytest.mark.usefixtures("listed")
def test_the_file_with_the_skipped_questions_raises_no_warning(invoke: Invoke) -> None:
    assert invoke("adopt", "list.md", "-o", "deck").exit_code == 0
    assert "{#and-what-is-missing}" in Path("deck/README.left-out.md").read_text(encoding="utf-8")
    assert "skipped-question" not in invoke("check", "deck").stderr
    Path("deck/README.md").write_text("## What is new? {#new}\n\nAll.\n", encoding="utf-8")
    assert "'README.md' is for readers" in invoke("check", "deck").stderr


DOUBTFUL = "# Week\n\n## Monday\n\n### Morning\n\nI\n\nslept.\n\nLong.\n\n## Tuesday\n\n### Noon\n\nI\n\nslept\n\nagain.\n"


@pytest.mark.usefixtures("listed")
def test_a_doubt_stops_it_until_somebody_decides(invoke: Invoke) -> None:
    path = source(DOUBTFUL)
    result = invoke("adopt", path, "-o", "deck")
    assert result.exit_code == 1
    assert "warning: questions are '##' (2), or '###' (2); decide with --as headings:3 [unsure-list]" in result.stderr
    assert "most of them ask nothing; accept them with --yes" in result.stderr
    assert result.stderr.endswith("decide with --as\n")
    assert not Path("deck").exists()
    assert invoke("adopt", path, "-o", "yes", "--yes").exit_code == 0
    assert "## Monday" in Path("yes/source.md").read_text(encoding="utf-8")
    result = invoke("adopt", path, "-o", "decided", "--as", "headings:3")
    assert (result.exit_code, "unsure-list" in result.stderr) == (0, False)
    assert "## Noon" in Path("decided/source.md").read_text(encoding="utf-8")
    assert "no question with an answer found" in invoke("adopt", path, "-o", "none", "--as", "headings:5").stderr


PARTS = (
    "# Store\n\n## What is a jar?\n\nGlass.\n\n## Jar or tin, and when?\n\nBoth.\n\n### When is a jar good?\n\nOften.\n\n"
    "### Main points\n\nIt is glass.\n\n### When is a tin good?\n\nOn trips.\n\n## Lid or cork, and when?\n\nA lid.\n\n"
    "### When is a lid good?\n\nAt home.\n\n### When is a cork good?\n\nNever.\n\n## What is a rack?\n\nA frame.\n\n"
    "## What is a box?\n\nWood.\n"
)
NUMBERED = (
    "# Store\n\n## 1. What is a jar?\n\nGlass.\n\n## 2. What is a lid?\n\nTin.\n\n## 3. Shelves of wood\n\n"
    "### What is oak?\n\nA tree.\n\n### Which nails fit?\n\nLong ones.\n\n### How is it cut?\n\nSlowly.\n\n"
    "## 4. What is a rack?\n\nA frame.\n"
)
UNSURE = (
    "# Store\n\n"
    + "".join(
        f"## {at}.[{name}] its parts\n\n### The body\n\n"
        + "".join(f"#### {part} of the {name}\n\nText.\n\n" for part in ("Top", "Skin", "Neck", "Foot"))
        for at, name in enumerate(("Jar", "Lid", "Cork"), 3)
    )
    + "## 6. How is a jar closed?\n\nTurn it.\n"
)
FENCED = "# Store\n\n```markdown\n## 1. What is a jar?\n\nGlass:\n```sh\njar\n```\n\n## 2. What is a lid?\n\nA cover.\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("".join(f"## Which one?\n\n{at}\n\n" for at in range(5)), "'Which one?' is asked 5 times"),
        (
            "".join(f"## Which {at}?\n\nx\n\n" for at in range(20)) + "".join(f"- Why is it {at}?\n" for at in range(6)),
            "questions are '##' (20); 6 places in answers ask, too",
        ),
        ("## Which?\n\nx\n\n" + "Is it?\n\n" * 20, "questions are '##' (1), but 21 lines end in '?'; accept them with --yes"),
        (NUMBERED, "source.md:11:1: warning: '3. Shelves of wood' has a number like the questions, but asks nothing, and 3"),
        (UNSURE, "source.md:3:1: warning: '3.[Jar] its parts' has a number like the questions, but asks nothing, and 4"),
        (FENCED, "source.md:3:1: warning: a fence of Markdown holds 1 question; remove its first line and its last"),
    ],
)
@pytest.mark.usefixtures("listed")
def test_each_doubt_is_said(invoke: Invoke, text: str, message: str) -> None:
    result = invoke("adopt", source(text), "-o", "deck")
    assert message in result.stderr
    assert result.exit_code == 1


@pytest.mark.usefixtures("listed")
def test_the_level_that_a_doubt_names_is_the_one_that_is_read(invoke: Invoke) -> None:
    result = invoke("adopt", path := source(PARTS), "-o", "deck")
    form, level = re.findall(r"or ('.*?') \(.*--as headings:(\d)", result.stderr)[0]
    assert (form, level) == ("'##' and '###'", "3")
    for number, count in (("2", 5), ("3", 5)):
        target = Path(f"deck{number}")
        assert invoke("adopt", path, "-o", target, "--as", f"headings:{number}").exit_code == 0
        assert (target / "source.md").read_text(encoding="utf-8").count("\n## ") == count


@pytest.mark.usefixtures("listed")
def test_a_doubt_names_a_form_that_exists(invoke: Invoke) -> None:
    text = "".join(f"## Which {at}?\n\nx\n\n" for at in range(20))
    items = [f"- Why is it {at}?\n\n  So.\n" for at in range(20)]
    result = invoke("adopt", source(text + "".join(items)), "-o", "deck")
    assert "20 places in answers ask, too; decide with --as items" in result.stderr
    few = invoke("adopt", source(text + "".join(items[:6])), "-o", "deck")
    assert "6 places in answers ask, too; accept them with --yes" in few.stderr, "6 items instead of 20 headings are no advice"


@pytest.mark.parametrize(
    "text",
    [
        "# Store\n\n"
        + "".join(f"### What is box {at}?\n\nA thing.\n\n" for at in range(30))
        + "".join(
            f"### How does {at} close?\n\n##### By lid {at}\n\nTurn.\n\n##### By cork {at}\n\nPress.\n\n" for at in range(3)
        ),
        "# 题\n\n"
        + "".join(f"## 问题 {at}：第几个盒子 {at}\n\n答。\n\n" for at in range(1, 5))
        + "".join(f"### 为什么 {at}？\n\n因为。\n\n" for at in range(4)),
        PARTS.replace("## Lid", "## Rope").replace("\n## ", "\n## Q. "),
        "## How do you write a list in Markdown?\n\nSo:\n\n```markdown\n## Which?\n\n- a\n```\n\n## Why?\n\nSo.\n",
        (
            "## 1. Glass\n\n### What is a jar?\n\nA pot.\n\n### What is a lid?\n\nA cover.\n\n## 2. Wood\n\n### What is a rack?\n\nA frame.\n\n"
            "### Why wood?\n\nIt is light.\n"
        ),
    ],
)
@pytest.mark.usefixtures("listed")
def test_good_lists_raise_no_doubt(invoke: Invoke, text: str) -> None:
    result = invoke("adopt", source(text), "-o", "deck")
    assert (result.exit_code, "unsure-list" in result.stderr) == (0, False)


CONTENTS = "- 1. What is a jar?\n- 2. What is a lid?\n- 3. What is a rack?\n"
LISTED = "".join(f"## What is a {name}?\n\nA thing, {name}.\n\n" for name in ("jar", "lid", "rack"))


@pytest.mark.parametrize(
    ("text", "skipped"),
    [
        (f"# Store\n\n## Which questions are here?\n\n{CONTENTS}\n{LISTED}", "it lists the other questions"),
        (f"# Store\n\n## Who reads it\n\n{CONTENTS.replace('- ', '')}\n{LISTED}", "it lists the other questions"),
        (f"# Store\n\n## How is a jar made?\n\n{CONTENTS.replace('lid', 'kiln').replace('rack', 'fire')}\n{LISTED}", ""),
        (f"# Store\n\n## What is here?\n\n- What is a jar?\n- What is a lid?\n\nAnd much more.\n\n{LISTED}", ""),
        ("# Store\n\n## Sorts\n\n- Jar\n- Lid\n- Rack\n\n## Jar\n\nA.\n\n## Lid\n\nB.\n\n## Rack\n\nC.\n\n" + LISTED, ""),
    ],
)
@pytest.mark.usefixtures("listed")
def test_a_list_of_the_questions_is_no_question(invoke: Invoke, text: str, skipped: str) -> None:
    result = invoke("adopt", source(text), "-o", "deck")
    assert result.exit_code == 0
    assert (skipped or " 0 skipped") in result.stderr


@pytest.mark.parametrize(
    ("numbers", "left"),
    [
        (("一、", "二、", "三、"), ""),
        (("（一）", "（二）", "（三）"), ""),
        (("第十九题：", "第二十题：", "第二十一题："), ""),
        (("①", "②", "③"), ""),
        (("[1] ", "[2] ", "[3] "), ""),
        (("I. ", "II. ", "III. "), ""),
        (("No. 8 ", "No. 9 ", "No. 10 "), ""),
        (("一、", "", ""), "一、"),
        (("2 ", "", "4 "), "2 "),
        (("三、", "二、", "一、"), "三、"),
    ],
)
def test_numbers_of_a_series_go(numbers: tuple[str, ...], left: str) -> None:
    texts = [f"{number}级缓存是什么？" for number in numbers]
    assert texts[0][lengths(texts)[0] :] == f"{left}级缓存是什么？"


def source(text: str) -> Path:
    path = Path("source.md")
    path.write_text(text, encoding="utf-8")
    return path


def test_help_names_every_shape(invoke: Invoke) -> None:
    told = invoke("adopt", "--help").stdout
    assert [recogniser.name for recogniser in RECOGNISERS if f"\n  {recogniser.name} " not in told] == []


def test_a_folder_that_cannot_be_read_is_not_passed_over(invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lists" / "closed").mkdir(parents=True)
    (tmp_path / "lists" / "a.md").write_text("## What is g?\n\nA namespace.\n", encoding="utf-8")
    scandir = os.scandir

    def refused(path: str) -> object:
        if Path(path).name == "closed":
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refused)
    result = invoke("adopt", tmp_path / "lists", "-o", tmp_path / "out")
    assert result.exit_code == 1
    assert "closed:1:1: error: cannot be read: Permission denied [unreadable]" in result.stderr
    assert not (tmp_path / "out").exists()


def test_every_shape_has_a_golden_folder() -> None:
    told = "".join(path.read_text(encoding="utf-8") for path in (CASES / "adopt").glob("*/told.txt"))
    assert [recogniser.name for recogniser in RECOGNISERS if f"(read as {recogniser.name})" not in told] == []


@pytest.mark.usefixtures("listed")
def test_what_cannot_be_read_stops_it(invoke: Invoke) -> None:
    Path("latin.md").write_bytes("## Q?\n\ncafé\n".encode("latin-1"))
    result = invoke("adopt", "list.md", "latin.md", "-o", "deck")
    assert result.exit_code == 1
    assert "latin.md:3:4: error: not UTF-8: byte 0xe9; save the file as UTF-8 [not-utf8]" in result.stderr
    assert not Path("deck").exists()


def test_no_file_outside_the_list_gets_into_the_deck(invoke: Invoke, listed: Path) -> None:
    Path("secret.png").write_bytes(PNG)
    Path("sub").mkdir()
    Path("sub/list.md").write_text("## Q?\n\n![x](../secret.png)\n\n## R?\n\nyes\n", encoding="utf-8")
    result = invoke("adopt", "sub/list.md", "-o", "deck")
    assert "the file '../secret.png' is outside the folder of the list" in result.stderr
    assert not list(Path("deck").rglob("*.png"))
    # With a second list, the common folder of both lists counts.
    assert invoke("adopt", "sub/list.md", listed, "-o", "both").exit_code == 0
    assert len(list(Path("both").rglob("*.png"))) == 1


@pytest.mark.slow
def test_our_own_decks_come_back_as_they_are(invoke: Invoke, tmp_path: Path) -> None:
    ours = CASES.parent.parent / "content" / "flask-en"
    assert invoke("adopt", ours, "-o", tmp_path / "deck").exit_code == 0
    before, after = ({card.question.id for card in built(path).deck.entries} for path in (ours, tmp_path / "deck"))
    assert before == after


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# What is it?\n- **Answer:** a\n:::\n# Next?\n\nb\n", "a\n:::\n"),
        ("# What is it?\n- **Answer:** a\n\n\t\tcode\n\tend\n# Next?\n\nb\n", "a\n"),
        ("- What is it?\n\n  > a\n:::\n- What is next?\n\n  b\n", "> a\n:::\n"),
    ],
)
def test_a_mark_of_the_parser_is_in_no_adopted_file(text: str, expected: str, invoke: Invoke, tmp_path: Path) -> None:
    (tmp_path / "list.md").write_text(text, encoding="utf-8")
    result = invoke("adopt", tmp_path / "list.md", "-o", tmp_path / "deck")
    assert result.exit_code == 0
    written = (tmp_path / "deck" / "list.md").read_text(encoding="utf-8")
    assert expected in written
    assert not CONTROLS.search(written)


@pytest.mark.parametrize(
    "text",
    [
        '---\ndeck: "x\\ud800y"\ntitle: "a\\0\\ud800b"\ntags: ["c\\ud800"]\n---\n## Q?\n\nb\n',
        f"## Q {{{{c{'1' * 5000}::x}}}}?\n\n{{{{c{'1' * 5000}::x}}}} ==y==\n",
        f"Q: Which?\nC1: a\nC2: b\nA: {'1' * 5000}\n",
        f"Q: Which?\nC1: a\nC2: b\nA: 1, {'1' * 5000}\n",
    ],
)
def test_no_front_matter_and_no_number_ends_an_adoption(text: str, invoke: Invoke, tmp_path: Path) -> None:
    (tmp_path / "list.md").write_text(text, encoding="utf-8")
    result = invoke("adopt", tmp_path / "list.md", "-o", tmp_path / "deck")
    assert result.exit_code == 0, result.exception
    assert not CONTROLS.search((tmp_path / "deck" / "list.md").read_text(encoding="utf-8"))
    assert built(tmp_path / "deck").good


@pytest.mark.usefixtures("listed")
def test_a_long_heading_is_cut_in_its_message(invoke: Invoke) -> None:
    shown = invoke("adopt", source(f"## {'why ' * 50}\n\n## Q\n\na\n"), "-o", "long").stderr
    assert f"warning: '{('why ' * 50)[:80]}…' is skipped: no answer [without-answer]" in shown
