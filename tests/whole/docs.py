"""The pages for people, and how their examples run. ``just examples`` writes each result into its page.
It also writes the top of each page about a diagnostic.

A comment in a page, invisible on GitHub, gives an order:

- ``<!-- file NAME -->``: the next block is the content of that file.
- ``<!-- shows NAME -->``: the next block is what an example wrote into that file.
- ``<!-- help COMMAND -->``: the next block is the help text of that command; without COMMAND, of ``deckbuilder``.
- ``<!-- commands -->``, ``<!-- codes -->``: the table below lists the commands, or the codes of diagnostics.
- ``<!-- run COMMAND -->``: run this before the next block; the page does not show it.
- ``<!-- copy FROM TO -->``: copy a file.
- ``<!-- replace FILE: OLD => NEW -->``: edit a file.
- ``<!-- not run: REASON -->``: the next block of commands does not run.

Every other ``console`` block runs: ``$ deckbuilder …`` is a command, the lines below it are its output.
A line ``…`` in an output means any number of lines.
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from click.testing import CliRunner

from deckbuilder.cli import COMMANDS, main
from deckbuilder.model.diagnostic_codes import CODES, Code
from tests.support import ROOT

DOCS = ROOT / "deckbuilder" / "docs"
_FENCE = re.compile(r"(`{3,})(\S*)")
_ORDER = re.compile(r"<!-- (file|shows|help|commands|codes|run|copy|replace|not run):? ?(.*?) ?-->")
_VARIES = (
    (re.compile(r"\d+\.\d s\b"), "0.0 s"),
    (re.compile(r"\b\d+ kB"), "1 kB"),
    (re.compile(r"\b20\d\d-\d\d-\d\d\b"), "2026-11-28"),
    (re.compile(r"\b\d\d:\d\d UTC\b"), "14:03 UTC"),
    (re.compile(r"(?<=its id is )(\S+-)[a-z]{6};"), r"\1xxxxxx;"),
)
"""Parts of an output that differ from run to run: times, sizes of packages, days, minutes, and new ids."""


def pages() -> list[Path]:
    """Return the README and the guides; not the pages of the diagnostics, which have tests of their own."""
    return [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]


def refreshed(text: str, folder: Path) -> str:
    """Return the page ``text`` with the results of its examples, which run in the empty ``folder``."""
    lines = text.split("\n")
    written: list[str] = []
    order, at = ("", ""), 0
    with contextlib.chdir(folder):
        while at < len(lines):
            line = lines[at]
            written.append(line)
            at += 1
            if fence := _FENCE.fullmatch(line.rstrip()):
                end = lines.index(fence[1], at)
                block = _block(fence[2], lines[at:end], order)
                assert not any(line.startswith(fence[1]) for line in block), f"{line}: its content needs a longer fence, or '…'"
                written += block
                order, at = ("", ""), end
                written.append(lines[at])
                at += 1
            elif found := _ORDER.fullmatch(line.strip()):
                order = _obeyed(found[1], found[2])
                if order[0] in _TABLES:
                    written += _TABLES[order[0]]()
                    at = lines.index("", at)
    return "\n".join(written)


def _obeyed(order: str, about: str) -> tuple[str, str]:
    """Return an order; if the order needs no block, carry it out first."""
    if order == "run":
        _output(about)
    elif order == "copy":
        shutil.copyfile(*about.split())
    elif order == "replace":
        name, _, texts = about.partition(": ")
        old, _, new = texts.partition(" => ")
        before = Path(name).read_text(encoding="utf-8")
        assert before.count(old) == 1, about
        Path(name).write_text(before.replace(old, new), encoding="utf-8")
    return order, about


def _block(language: str, lines: list[str], order: tuple[str, str]) -> list[str]:
    """Return the new content of a block; ``order`` is the one above it."""
    if order[0] == "file":
        Path(order[1]).parent.mkdir(parents=True, exist_ok=True)
        Path(order[1]).write_text("\n".join([*lines, ""]), encoding="utf-8")
    if order[0] == "shows":
        now = Path(order[1]).read_text(encoding="utf-8").rstrip("\n").split("\n")
        return lines if same(lines, now) else now
    if order[0] == "help":
        return _output(f"deckbuilder {order[1]} --help")
    if language == "console" and order[0] != "not run":
        return list(_console(lines))
    return lines


def _console(lines: list[str]) -> Iterator[str]:
    """Run the commands of a block; yield each with its output."""
    starts = [at for at, line in enumerate(lines) if line.startswith("$ ")]
    for begin, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        yield lines[begin]
        shown, now = lines[begin + 1 : end], _output(lines[begin].removeprefix("$ "))
        yield from shown if same(shown, now) else now


def _output(command: str) -> list[str]:
    """Run a ``deckbuilder`` command; return the lines that a person sees in a terminal of 80 columns."""
    name, *arguments = shlex.split(command)
    assert name == "deckbuilder", command
    result = CliRunner().invoke(main, arguments, prog_name=name, terminal_width=78)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.output.replace("\\", "/").rstrip("\n").split("\n") if result.output else []


def same(shown: list[str], now: list[str]) -> bool:
    """Return whether the output ``shown`` in a page agrees with the output ``now``, but for times and sizes."""
    pattern = "\n".join(".*" if line == "…" else re.escape(_constant(line)) for line in shown)
    return re.fullmatch(pattern, "\n".join(_constant(line) for line in now), re.DOTALL) is not None


def _constant(line: str) -> str:
    for varies, constant in _VARIES:
        line = varies.sub(constant, line)
    return line.rstrip()


def _commands() -> list[str]:
    return ["| command | purpose |", "|---|---|", *(f"| [`{name}`](#{name}) | {about} |" for name, about in COMMANDS.items())]


def _codes() -> list[str]:
    """Return the table of codes, errors first."""
    codes = sorted(CODES.values(), key=lambda code: (-code.severity, code.name))
    return ["| code | severity | a release | meaning |", "|---|---|---|---|", *map(_row, codes)]


def _row(code: Code) -> str:
    stops = "stops" if code.stops_release else ""
    return f"| [`{code.name}`](diagnostics/{code.name}.md) | {code.severity.name.lower()} | {stops} | {code.summary} |"


_NOT_IN_QUESTIONS = {
    "changed-for-all",
    "dead-style",
    "misspelled-file",
    "same-file-name",
    "skipped-question",
    "unportable-name",
    "useless-exclude",
}
"""Codes of mistakes that are in no Markdown file."""


def status(code: Code) -> str:
    """Return the text at the top of the page of ``code``: the severity, and the way to ignore the mistake."""
    found = f"{code.severity.name.capitalize()}. This mistake {'stops' if code.stops_release else 'does not stop'} a release."
    if code.never_ignored:
        return found
    comment = "" if code.name in _NOT_IN_QUESTIONS else f"write `<!-- ignore: {code.name} -->` below the heading, or "
    return f'{found}\nTo ignore the mistake, {comment}write `ignore = ["{code.name}"]` in `deck.toml`.'


def topped(page: str, code: Code) -> str:
    """Return the text ``page`` about ``code`` with the right text at its top."""
    title, meaning = f"# {code.name}\n", "\n## Meaning\n"
    return f"{title}\n{status(code)}\n{meaning}{page.partition(meaning)[2]}"


_TABLES = {"commands": _commands, "codes": _codes}


def write() -> None:
    """Write the results of all examples into the pages."""
    for page in pages():
        text = page.read_text(encoding="utf-8")
        with tempfile.TemporaryDirectory() as folder:
            work = Path(folder, "work")
            work.mkdir()
            os.environ["DECKBUILDER_CACHE"] = str(Path(folder, "cache"))
            page.write_text(refreshed(text, work), encoding="utf-8")
    for code in CODES.values():
        page = DOCS / "diagnostics" / f"{code.name}.md"
        page.write_text(topped(page.read_text(encoding="utf-8"), code), encoding="utf-8")


if __name__ == "__main__":
    write()
