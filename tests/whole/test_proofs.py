"""Each claim on our cards has a proof; ``proofs.py`` finds those without. Claims about versions run with these versions."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest

from deckbuilder.publish.stamps import first_hash
from tests.support import CONTENT, note
from tests.whole import proofs

NOTE = """## Which? {{#q}}

{text}

<!-- invisible-code-block: python
import sys
{code}
-->
"""
QUESTION = "## Is it so? {#q}\n\n"


def of_note(text: str, code: str = "") -> list[tuple[str, str]]:
    """Return (text, reason) of each finding in a note with this answer and this hidden code."""
    found = proofs.of_text("a.md", NOTE.format(text=text, code=code))
    return [(one.text, one.reason) for one in found]


ENGLISH = (
    "always never only every everything all both any anything default defaults safe safely escape escapes escaped protect protects "
    "prevent prevents private three seven ten 3.1 404 10,000"
)
CHINESE = "总是 永远 从不 绝不 只 仅 所有 全部 每 都 任何 默认 安全 转义 防止 保护 私有 三个 四种 十条 六步 3.1 404"


@pytest.mark.parametrize(
    ("sentence", "trigger"),
    [(f"It is {word} so.", word) for word in ENGLISH.split()] + [(f"它{word}这样。", word) for word in CHINESE.split()],
)
def test_a_claim_without_proof_is_listed(sentence: str, trigger: str) -> None:
    ((text, reason),) = of_note(f"Yes. 是。\n\n{sentence}")
    assert (text, reason) == (sentence, trigger[:1] if trigger[0] in "三四十六" else trigger)
    assert of_note(sentence, f"# proof: {sentence}\nassert sys.path") == []


@pytest.mark.parametrize(
    "text",
    [
        "Is it always so?",
        "它总是这样吗？",
        "It is `always` so.",
        "It is safety, a call, an allowance.",
        "See PEP 3333 and RFC 9110, DB-API 2, N+1, utf8mb4, SHA-256, HTTP/2 and Jinja2.",
        "第三个是它，一个也是，两条也是。",
        "See [it](https://example.org/3.1/always).",
        "```python\nx = 42\n```\n\nIt is 42.",
        "```output\n42\n```\n\nIt is 42.",
        "Yes.\n\nSource: [Python 3.13 docs](https://docs.python.org/3.13/)",
        "Yes.\n\n<!-- always -->",
    ],
)
def test_other_sentences_need_no_proof(text: str) -> None:
    assert of_note(text) == []


def test_a_quote_may_be_a_whole_cell_or_option() -> None:
    table = "| a | b |\n|---|---|\n| 1 | takes 1 of them |"
    assert of_note(table, "# proof: 1\n# proof: takes 1 of\nassert sys.path") == []
    choice = (
        "## Which? {#q .choice}\n\n- [x] 20\n- [ ] 200\n\n<!-- invisible-code-block: python\n# proof: 20\nassert print\n-->\n"
    )
    assert proofs.of_text("a.md", choice) == []


def test_a_heading_is_a_claim_until_it_asks() -> None:
    text = "## It is always so with 20 users. Is it so? (name all three) {#q}\n\nYes.\n"
    assert [(one.line, one.reason) for one in proofs.of_text("a.md", text)] == [(1, "always")]
    cloze = "## Is it? {{c1::Always::never?}} so, {{c2::20}} times. {#q .cloze}\n"
    assert [one.reason for one in proofs.of_text("a.md", cloze)] == ["Always, 20"]
    text = "## With Flask 3.1, it is so. Is it so? {#q}\n\nYes.\n"
    assert [one.reason for one in proofs.of_text("a.md", text)] == ["3.1"]


def test_wrong_options_claim_nothing() -> None:
    text = "## Which? {#q .choice}\n\n- [x] It is always so\n- [ ] It is never so\n\nYes.\n"
    assert [(one.line, one.reason) for one in proofs.of_text("a.md", text)] == [(3, "always")]


def test_the_place_is_that_of_the_word() -> None:
    text = f"---\ntags: a\n---\n{QUESTION}- It is\n  always so.\n\n| a | b |\n|---|---|\n| x | never |\n"
    assert [(one.line, one.reason) for one in proofs.of_text("a.md", text)] == [(7, "always"), (11, "never")]


def test_a_quote_proves_the_words_in_it() -> None:
    text = "It is always so, and never\notherwise."
    assert of_note(text, "# proof: always so\nassert sys.path") == [(text.replace("\n", " "), "never")]
    assert of_note(text, "# proof: always so, and never otherwise\nassert sys.path") == []
    assert of_note(text, "# proof: always so\n# proof: never   otherwise\nassert sys.path") == []


def test_a_quote_may_be_a_whole_paragraph() -> None:
    assert of_note("302\n\nSo is 302.", "# proof: 302\nassert sys.path") == [("So is 302.", "302")]


CLAIM = "It is always so."


@pytest.mark.parametrize(
    "thing",
    [
        "assert sys.path",
        "with open(sys.argv[0]):\n    assert sys.path",
        "for x in sys.path:\n    assert x is not None",
        "try:\n    sys.x\nexcept AttributeError:\n    pass\nelse:\n    raise AssertionError",
        "try:\n    sys.x\nexcept AttributeError as e:\n    assert 'x' in str(e)",
        "# line: json/decoder.py: def decode(self, s, _w=WHITESPACE.match):",
        '# line: json/decoder.py: def decode(self, s, _w=WHITESPACE.match): """Return the Python',
        "# page: https://example.org/page#part",
    ],
)
def test_each_kind_of_proof_satisfies(thing: str) -> None:
    assert of_note(CLAIM, f"# proof: always so\n{thing}") == []


def test_a_proof_may_be_inside_a_block() -> None:
    fails = (
        "try:\n    sys.x\nexcept AttributeError:\n    # proof: always so\n    assert sys.path\nelse:\n    raise AssertionError"
    )
    assert of_note(CLAIM, fails) == []
    assert of_note(CLAIM, "for x in sys.path:\n    # proof: always so\n    assert x is not None") == []


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("# proof: never so\nassert sys.path", "0 times"),
        ("# proof: It\nassert sys.path", "2 times"),
        ("# proof: always so", "no assert is below"),
        ("# proof: always so\n\nassert sys.path", "no assert is below"),
        ("# proof: always so\nx = 1\nassert sys.path", "no assert is below"),
        ("# proof: always so\nassert True", "no assert is below"),
        ("# proof: always so\nassert 'it is always so'", "no assert is below"),
        ("# proof: always so\ntry:\n    sys.x\nexcept AttributeError:\n    pass", "no assert is below"),
        ("# proof: always so\nassert (", "no assert is below"),
        ("def f():\n    # proof: always so\n    assert sys.path", "no assert is below"),
        ("try:\n    sys.x\nexcept AttributeError:\n    # proof: always so\n    assert sys.path", "no assert is below"),
        ("try:\n    assert sys\nexcept KeyError:\n    # proof: always so\n    assert sys.path", "no assert is below"),
        ("# proof: always so\n# line: json/decoder.py: class Nothing:", "not in the library's file"),
        ("# proof: always so\n# line: json/no_such.py: class JSONDecoder:", "not in the library's file"),
        ("# proof: always so\n# line: class JSONDecoder", "not in the library's file"),
        ("# proof: always so\n# line: tests/whole/proofs.py: import re", "not in the library's file"),
        ("# proof: always so\n# page: http://example.org/", "an address with https"),
        ("# proof: always so\n# page: the manual", "an address with https"),
        ("# proof: always so\nassert sys.path\n-->\n\n<!-- versions: a==1 passes\n# proof: It is\nassert 1", "one that fails"),
        ("# proof: always so\nassert sys.path\n-->\n\n<!-- versions: a fails, a==1 passes\n# proof: It is\nx", "one that fails"),
    ],
)
def test_a_broken_proof_is_reported(code: str, reason: str) -> None:
    found = of_note(CLAIM if "proof: It\n" not in code else f"{CLAIM} It is.", code)
    assert found
    assert reason in found[0][1], found


def test_code_that_does_not_run_proves_nothing() -> None:
    text = NOTE.format(text=f'{CLAIM}\n\n<!-- skip: next "no server" -->\n', code="# proof: always so\nassert sys.path")
    assert proofs.of_text("a.md", text)[0].reason == "this block does not run"


VERSIONS = "<!-- versions: a==1 b==2 fails, a==1.1 passes\n# proof: always so\nimport a\n-->\n"


def test_versions_prove_the_quotes_in_their_comment() -> None:
    assert proofs.of_text("a.md", f"{QUESTION}{CLAIM}\n\n{VERSIONS}") == []
    assert [one.reason for one in proofs.of_text("a.md", f"{QUESTION}{CLAIM}\n\n## Why? {{#w}}\n\n{VERSIONS}")] == [
        "always",
        "this quote is not once in the text, but 0 times",
    ]


def test_a_proof_is_on_no_card_and_changes_no_hash(tmp_path: Path) -> None:
    hidden = "<!-- invisible-code-block: python\n{}assert [x for x in 'a']\n-->\n"
    bare = note(tmp_path / "bare", f"{QUESTION}{CLAIM}\n\n{hidden.format('')}")
    full = note(tmp_path / "full", f"{QUESTION}{CLAIM}\n\n{hidden.format('# proof: always so' + chr(10))}\n{VERSIONS}")
    assert full == bare
    assert first_hash(full) == first_hash(bare)
    assert not any("proof" in field or "versions" in field for field in full.fields)


@pytest.mark.slow
@pytest.mark.parametrize("path", proofs.files(), ids=lambda path: path.relative_to(CONTENT).as_posix())
def test_each_claim_of_our_decks_is_proven(path: Path) -> None:
    assert proofs.of_text(path.name, path.read_text(encoding="utf-8")) == []


Wanted = dict[tuple[str, ...], list[tuple[str, str, proofs.Run]]]
"""(Place, code, the run) by the distributions of their environment."""


def _wanted() -> Wanted:
    """Return the runs of our decks. Both languages have the same code, which runs once."""
    found: Wanted = defaultdict(list)
    known = set()
    for path in proofs.files():
        for block in proofs.of_versions(path.read_text(encoding="utf-8").split("\n")):
            code = "\n".join(line for line in block.lines if not line.startswith("# proof:"))
            for run in block.runs or ():
                if (code, run) not in known:
                    found[run.names].append((f"{path.name}:{block.line}", code, run))
                known.add((code, run))
    return found


def _packed(wanted: Wanted) -> Wanted:
    """Return the same runs with fewer environments: runs with one distribution share these, if the distributions differ."""
    found = {names: runs for names, runs in wanted.items() if len(names) > 1}
    shared: list[dict[str, str]] = []
    for one in sorted(names[0] for names in wanted if len(names) == 1):
        name, _, version = one.partition("==")
        if all(name in each for each in shared):
            shared.append({})
        next(each for each in shared if name not in each)[name] = version
    for each in shared:
        names = tuple(f"{name}=={version}" for name, version in sorted(each.items()))
        found[names] = [run for one in names for run in wanted[one,]] + found.get(names, [])
    return dict(sorted(found.items()))


WANTED = _packed(_wanted())


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("a==1 fails, b==2 a==2 passes", [("a==1", False, ""), ("a==2 b==2", True, "")]),
        ("""a==1 fails with "no 'x', or y", a==2 passes""", [("a==1", False, "no 'x', or y"), ("a==2", True, "")]),
        ('a==1 fails with "passes, b==2 fails"', [("a==1", False, "passes, b==2 fails")]),
        ("a==1 fails with no quotes, a==2 passes", []),
        ('a==1 passes with "x", a==2 fails', []),
        ('a==1 fails with "", a==2 passes', []),
        ("a==1 fails,", []),
        ("a==1 fails; a==2 passes", []),
    ],
)
def test_the_runs_of_a_comment(order: str, expected: list[tuple[str, bool, str]]) -> None:
    assert [(" ".join(run.names), run.passes, run.error) for run in proofs.runs(f" {order} ".rstrip())] == expected


@pytest.mark.parametrize(
    ("code", "error", "good"),
    [
        ("assert not []", "", False),
        ("assert []", "", True),
        ("assert [], 'a reason'", "", True),
        ("def f():\n    assert []\nf()", "", True),
        ("raise AssertionError", "", True),
        ("assert nothing", "", False),
        ("import nothing", "", False),
        ("raise SystemExit(1)", "", False),
        ("import unittest\nunittest.TestCase().assertTrue(0)  # in a library", "", False),
        ("try:\n    assert []\nexcept AssertionError as error:\n    raise ValueError from error", "", False),
        ("import nothing", "No module named 'nothing'", True),
        ("import nothing", "No module named 'flask'", False),
        ("import nothing  # No module named 'flask'", "No module named 'flask'", False),
        ("raise SystemExit('a reason')", "a reason", True),
        ("print('a reason')", "a reason", False),
    ],
)
def test_a_run_fails_for_its_reason_only(code: str, error: str, good: bool, tmp_path: Path) -> None:
    run = proofs.Run(("a==1",), passes=False, error=error)
    assert (run.problem(*passes(code, tmp_path)) == "") is good
    assert (run._replace(passes=True).problem(*passes(code, tmp_path)) == "") is passes(code, tmp_path)[0]


def test_runs_with_one_distribution_share_environments() -> None:
    runs = {
        names: [("".join(names), "", proofs.Run(names, passes=True))]
        for names in [("a==1",), ("a==2",), ("b==1",), ("a==1", "b==2"), ("c==1", "d==1")]
    }
    packed = _packed(runs)
    assert set(packed) == {("a==1", "b==1"), ("a==2",), ("a==1", "b==2"), ("c==1", "d==1")}
    assert packed["a==1", "b==1"] == runs["a==1",] + runs["b==1",]


IMPORTED = ("flask", "werkzeug", "sqlalchemy")
"""Distributions that must work in each environment: an import of theirs that fails proves nothing about our claims."""

OLD_NAMES = """import collections.abc
import sys
import types
for name in collections.abc.__all__:
    setattr(collections, name, getattr(collections.abc, name))
sys.modules.setdefault("imp", types.ModuleType("imp"))
"""
"""Code that restores names for old distributions. Python 3.10 and 3.12 removed them, which says nothing about our claims."""


def install(names: tuple[str, ...], folder: Path) -> None:
    """Put distributions into ``folder``, with uv if it is on this machine."""
    tool = ["uv", "pip", "install", "--quiet"] if shutil.which("uv") else [sys.executable, "-m", "pip", "install", "--quiet"]
    python = ["--python", sys.executable] if tool[0] == "uv" else ["--disable-pip-version-check", "--no-compile"]
    subprocess.run([*tool, *python, "--target", folder, *names], check=True)


def passes(code: str, folder: Path) -> tuple[bool, str]:
    """Return whether code runs without an error with the distributions in ``folder`` alone, and the errors."""
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    command = [sys.executable, "-S", "-c", OLD_NAMES + code]  # -S: without the libraries of this Python
    done = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode == 0, done.stderr


@pytest.mark.slow
@pytest.mark.versions
@pytest.mark.parametrize("names", WANTED, ids=" ".join)
def test_claims_about_versions_are_true(names: tuple[str, ...], tmp_path: Path) -> None:
    install(names, tmp_path)
    own = [name.partition("==")[0].lower() for name in names]
    works, errors = passes("".join(f"import {name}\n" for name in own if name in IMPORTED), tmp_path)
    assert works, errors
    for place, code, run in WANTED[names]:
        passed, errors = passes(code, tmp_path)
        assert run.problem(passed, errors) == "", (place, errors)


@pytest.mark.slow
@pytest.mark.versions
def test_the_code_has_the_distributions_of_its_folder_alone(tmp_path: Path) -> None:
    install(("itsdangerous==2.1.2",), tmp_path)
    assert passes("from importlib.metadata import version\nassert version('itsdangerous') == '2.1.2'", tmp_path)[0]
    assert not passes("import flask", tmp_path)[0]


def test_the_command_prints_findings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page: Callable[[str], Path] = tmp_path.joinpath
    page("a.md").write_text(f"{QUESTION}{CLAIM}\n", encoding="utf-8")
    assert proofs.main([str(tmp_path)]) == 1
    shown = capsys.readouterr().out
    assert shown == f"{page('a.md')}:3: {CLAIM} [always]\n1 claims, 0 assert, 0 line, 0 page, 0 versions; 1 findings\n"
    page("a.md").write_text(f"{QUESTION}Yes.\n", encoding="utf-8")
    assert proofs.main([str(tmp_path)]) == 0
