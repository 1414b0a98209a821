"""``checked_with`` of ``deck.toml`` -> the versions that ran the code: a text, ``{module.__version__}`` in it, or a command."""

from __future__ import annotations

import shlex
import tempfile
from collections.abc import Iterable
from pathlib import Path

from deckbuilder.execution import processes
from deckbuilder.model.records import Settings
from deckbuilder.source.settings import VERSION

_LONGEST = 100
_PATIENCE, _MEMORY = 30, 2048
"""Seconds and megabytes for a command."""


class NoVersionError(Exception):
    """The version cannot be found. The text is the reason."""


def found(settings: Settings, python: str) -> str:
    """Return the text with the versions, or with the first line that the command prints. Raises NoVersionError."""
    if command := settings.checked_with_command:
        line = _first_line(shlex.split(command), f"'{command}'", settings.checked_with_env)
        return settings.checked_with.replace("{}", line)
    return VERSION.sub(lambda match: _attribute(match[1], python), settings.checked_with)


def _attribute(path: str, python: str) -> str:
    """Return the value of ``module.attribute``; a module without ``__version__`` has the version of its distribution."""
    module, _, name = path.rpartition(".")
    code = (
        f"import importlib, importlib.metadata as m\nmodule = importlib.import_module({module!r})\n"
        f"value = getattr(module, {name!r}, None)\nvalue = value() if callable(value) else value\n"
        f"print(value if isinstance(value, str) else m.version({module!r}))"
    )
    return _first_line([python, "-W", "ignore", "-c", code], f"{{{path}}}")


def _first_line(command: list[str], name: str, env: Iterable[tuple[str, str]] = ()) -> str:
    """Return the first line that a command prints. It has the environment of code on cards."""
    with tempfile.TemporaryDirectory(prefix="deckbuilder-", ignore_cleanup_errors=True) as place:
        folder = Path(place).resolve() / "empty"
        folder.mkdir()
        variables = processes.environment(folder, dict(env))
        try:
            ended = processes.run(command, folder, variables, timeout=_PATIENCE, memory=_MEMORY, merged=False)
        except OSError as error:
            raise NoVersionError(f"{name} cannot be run: {error.strerror or error}") from None
    if ended.late:
        raise NoVersionError(f"{name} has not ended after {ended.late}")
    if ended.status:
        last = ended.err.strip().rsplit("\n", 1)[-1]
        raise NoVersionError(f"{name} fails: {last or f'it ends with the exit status {ended.status}'}")
    line = ended.out.strip().split("\n")[0].strip()[:_LONGEST]
    if not line:
        raise NoVersionError(f"{name} prints nothing")
    if not line.isprintable():
        wrong = next(char for char in line if not char.isprintable())
        raise NoVersionError(f"{name} prints the character U+{ord(wrong):04X}, which no card can show; print plain text")
    return line
