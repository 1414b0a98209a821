"""``checked_with`` of ``deck.toml`` -> the versions that ran the code: a text, ``{module.__version__}`` in it, or a command."""

from __future__ import annotations

import re
import shlex
import subprocess

_HOLE = re.compile(r"\{([A-Za-z_]\w*(?:\.\w+)*)\}")
_LONGEST = 100


class NoVersionError(Exception):
    """The version cannot be found. The text is the reason."""


def is_asked(text: str, command: str) -> bool:
    """Return whether a run must find the text."""
    return bool(command or _HOLE.search(text))


def found(text: str, command: str, python: str) -> str:
    """Return ``text`` with the versions, or the first line that ``command`` prints. Raises NoVersionError."""
    if command:
        return _first_line(shlex.split(command), command)
    return _HOLE.sub(lambda match: _attribute(match[1], python), text)


def _attribute(path: str, python: str) -> str:
    """Return the value of ``module.attribute``; a module without ``__version__`` has the version of its distribution."""
    module, _, name = path.rpartition(".")
    code = (
        f"import importlib, importlib.metadata as m\nmodule = importlib.import_module({module!r})\n"
        f"value = getattr(module, {name!r}, None)\nvalue = value() if callable(value) else value\n"
        f"print(value if isinstance(value, str) else m.version({module!r}))"
    )
    return _first_line([python, "-W", "ignore", "-c", code], f"{{{path}}}")


def _first_line(command: list[str], name: str) -> str:
    try:
        ended = subprocess.run(command, capture_output=True, timeout=30, check=True, encoding="utf-8", errors="replace")
    except subprocess.CalledProcessError as error:
        last = (error.stderr or "").strip().rsplit("\n", 1)[-1]
        raise NoVersionError(f"{name} fails: {last or error}") from None
    except (OSError, subprocess.SubprocessError) as error:
        raise NoVersionError(f"{name} cannot be run: {error}") from None
    line = ended.stdout.strip().split("\n")[0].strip()[:_LONGEST]
    if not line or not line.isprintable():
        raise NoVersionError(f"{name} prints no version")
    return line
