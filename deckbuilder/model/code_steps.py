"""The code of a question, as the author wrote it: blocks to run, and blocks with the output of the code above them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

SESSIONS = {"pycon": "python", "doctest": "python", "console": "bash"}
"""The languages of sessions, which have code and output in one block, and the languages that run them."""
LANGUAGES = {
    "golang": "go",
    "js": "javascript",
    "node": "javascript",
    "pl": "perl",
    "py": "python",
    "py3": "python",
    "python3": "python",
    "rb": "ruby",
    "rs": "rust",
    "shell": "bash",
    "shell-session": "console",
    "ts": "typescript",
    "zsh": "bash",
}
"""Other names of languages, and the names that ``deck.toml`` has."""
NOT_RUN = frozenset(
    [
        "ascii",
        "bibtex",
        "cfg",
        "conf",
        "css",
        "csv",
        "diff",
        "dockerfile",
        "dot",
        "env",
        "gitignore",
        "graphql",
        "html",
        "html+django",
        "html+jinja",
        "http",
        "ini",
        "jinja",
        "jinja2",
        "json",
        "json5",
        "jsonc",
        "latex",
        "less",
        "log",
        "markdown",
        "md",
        "mermaid",
        "nginx",
        "patch",
        "plain",
        "plaintext",
        "po",
        "properties",
        "proto",
        "protobuf",
        "regex",
        "rst",
        "scss",
        "svg",
        "tex",
        "text",
        "toml",
        "tsv",
        "txt",
        "xml",
        "yaml",
        "yml",
    ]
)
"""The languages of texts that are no programs."""
OUTPUT = "output"
"""The language of a fence with the output of the code above the fence."""


class Step(NamedTuple):
    """One block of code, or the output of the code above."""

    language: str
    """The language after the fence, in lower case; ``output`` for the output."""
    line: int
    """The number of the first line of the content in the file."""
    lines: tuple[str, ...]
    """The content, without the indentation of a list around the block."""
    hidden: bool = False
    """True for code in a comment: no card shows this code."""
    words: frozenset[str] = frozenset()
    """The words after the language, such as ``compile-fail=E0382``."""
    skipped: str | None = None
    """The reason why the block is not run, perhaps ``""``; None for a block to run."""
    origin: str = ""
    """The path of the file that the code comes from; ``""`` for code in the block itself."""
    first: int = 0
    """The number of the first line in that file."""

    @property
    def is_output(self) -> bool:
        """True if the block shows the output of the code above."""
        return self.language == OUTPUT

    @property
    def text(self) -> str:
        """The lines, each with its newline."""
        return "".join(f"{line}\n" for line in self.lines)


class Outcome(NamedTuple):
    """The way in which the author expects code to end, from the words after the language."""

    fails: bool = False
    """True if the code must end with an error while it runs: ``panics``, ``exit=2``."""
    status: int | None = None
    """The exit status that the code must end with; None for any."""
    compiles: bool = True
    """False if the compiler must refuse the code: ``compile-fail``."""
    error: str = ""
    """The code of the compiler's error, such as ``E0382``; ``""`` for any."""
    runs: bool = True
    """False if the code is compiled only: ``no-run``."""
    edition: str = ""
    """The edition of the language, such as ``2024``; ``""`` for the deck's own."""


def outcome(words: Sequence[str] | frozenset[str]) -> Outcome:
    """Return the outcome that the words after a language name: ours, and those of rustdoc and mdBook.

    https://doc.rust-lang.org/rustdoc/write-documentation/documentation-tests.html#attributes
    """
    found = Outcome()
    for word in sorted(words):
        key, _, value = word.replace("_", "-").partition("=")
        value = value.strip("\"'")
        if key in ("panics", "should-panic"):
            found = found._replace(fails=True)
        elif key == "exit" and value.isdigit():
            found = found._replace(fails=value != "0", status=int(value))
        elif key == "compile-fail":
            found = found._replace(compiles=False, error=value or found.error)
        elif key == "no-run":
            found = found._replace(runs=False)
        elif key.startswith("edition") and (value or key[7:]).isdigit():
            found = found._replace(edition=value or key[7:])
        elif len(word) == 5 and word[0] == "E" and word[1:].isdigit():  # rustdoc: compile_fail,E0382
            found = found._replace(error=word)
    return found


def marks_run(steps: Iterable[Step]) -> bool:
    """Return whether Python code is among ``steps``, and no block is skipped: the sign of 0.1.0 that tests run the code."""
    found = [step for step in steps if not step.is_output]
    return all(step.skipped is None for step in steps) and any(step.language == "python" for step in found)
