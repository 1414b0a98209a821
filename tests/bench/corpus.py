"""A deck of any size, the same in every run: prose, lists, tables, and code from the standard library."""

from __future__ import annotations

import random
import sysconfig
from collections.abc import Iterator
from functools import cache
from pathlib import Path

A_FILE = 25
"""Questions in a file."""
WORDS = [
    "the",
    "request",
    "context",
    "is",
    "pushed",
    "before",
    "a",
    "view",
    "runs",
    "and",
    "popped",
    "after",
    "it",
    "so",
    "that",
    "code",
    "anywhere",
    "can",
    "ask",
    "for",
    "the",
    "current",
    "application",
    "without",
    "passing",
    "it",
    "along",
    "each",
    "extension",
    "keeps",
    "its",
    "state",
    "under",
    "its",
    "own",
    "key",
    "a",
    "signal",
    "is",
    "sent",
    "when",
    "something",
    "has",
    "happened",
    "and",
    "its",
    "receivers",
    "are",
    "called",
    "one",
    "after",
    "the",
    "other",
    "in",
    "no",
    "particular",
    "order",
    "a",
    "session",
    "is",
    "a",
    "cookie",
    "that",
    "is",
    "signed",
    "not",
    "encrypted",
    "so",
    "nobody",
    "without",
    "the",
    "key",
    "can",
    "change",
    "it",
    "but",
    "anybody",
    "can",
    "read",
    "it",
]
WIDEST, LINES = 40, (4, 22)
"""Columns of a line of code on a phone; fewest and most lines in a block of code."""


def write(folder: Path, count: int) -> None:
    """Write a deck of ``count`` questions into ``folder``; question n is the same in a deck of any size."""
    folder.mkdir(parents=True)
    (folder / "deck.toml").write_text('id = "bench"\nname = "Bench"\ntags = ["bench"]\n', encoding="utf-8")
    texts = list(questions(count))
    for at in range(0, count, A_FILE):
        (folder / f"{at // A_FILE:05}.md").write_text("\n".join(texts[at : at + A_FILE]), encoding="utf-8")


def questions(count: int) -> Iterator[str]:
    """Yield ``count`` questions as Markdown of about 900 characters; every second has Python, every fifth a table."""
    for number in range(count):
        random_ = random.Random(number)
        parts = [f'## Question {number}: {_sentence(random_)}? {{#q{number} tags="t{number % 7} level::{number % 3}"}}']
        parts += [_prose(random_), "\n".join(f"- {_sentence(random_)}" for _ in range(random_.randint(2, 5)))]
        if number % 2:
            parts.append(f"```python\n{_code(random_)}\n```")
        if number % 5 == 0:
            rows = "\n".join(f"| {_words(random_, 2)} | `{_words(random_, 1)}` | {_words(random_, 3)} |" for _ in range(3))
            parts.append(f"| a | b | c |\n|---|---|---|\n{rows}")
        parts.append(_prose(random_))
        yield "\n\n".join(parts) + "\n"


def _words(random_: random.Random, count: int) -> str:
    begin = random_.randrange(len(WORDS) - count)
    return " ".join(WORDS[begin : begin + count])


def _sentence(random_: random.Random) -> str:
    return _words(random_, random_.randint(5, 12))


def _prose(random_: random.Random) -> str:
    some = [_sentence(random_) for _ in range(random_.randint(2, 4))]
    some[0] = f"**{some[0]}**"
    some[-1] = f"`{_words(random_, 1)}` and {some[-1]}, *{_words(random_, 2)}*"
    return ". ".join(some) + "."


def _code(random_: random.Random) -> str:
    lines = _library()
    begin = random_.randrange(len(lines) - LINES[1])
    return "\n".join(lines[begin : begin + random_.randint(*LINES)]).strip("\n") or "pass"


@cache
def _library() -> list[str]:
    """Return short lines of a few modules of the standard library, without lines that could end a fence."""
    folder = Path(sysconfig.get_paths()["stdlib"])
    names = ("argparse", "ast", "configparser", "datetime", "decimal", "dis", "inspect", "ipaddress", "pathlib", "tarfile")
    text = "\n".join((folder / f"{name}.py").read_text(encoding="utf-8") for name in names if (folder / f"{name}.py").exists())
    return [line for line in text.split("\n") if len(line) <= WIDEST and "```" not in line]
