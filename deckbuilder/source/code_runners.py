"""The table ``[test]`` of ``deck.toml`` -> RunSettings, with every key checked.

```toml
[test]
python = ".venv/bin/python"
setup = "setup.py"
timeout = 10

[test.run]
bash = "bash {file}"

[test.rust]
edition = "2024"
```
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from deckbuilder import assets
from deckbuilder.model.code_steps import LANGUAGES
from deckbuilder.model.diagnostics import nearest
from deckbuilder.model.run_settings import Runner, RunSettings

_LONGEST = 3600
_LANGUAGE = re.compile(r"[a-z0-9][a-z0-9+#_-]*")
_HOLES = re.compile(r"\{([^{}]*)\}")
_KNOWN_HOLES = {"deck", "dir", "edition", "file", "name"}


def _text(value: object) -> str | None:
    return None if isinstance(value, str) and value.isprintable() and value else "must be text"


def _lines(value: object) -> str | None:
    return None if isinstance(value, str) else "must be text"


def _command(value: object) -> str | None:
    if problem := command_problem(value):
        return problem
    unknown = set(_HOLES.findall(str(value))) - _KNOWN_HOLES
    if unknown:
        return f"has the unknown placeholder {{{min(unknown)}}}; the known ones are {{file}}, {{dir}}, {{deck}}, {{name}} and {{edition}}"
    return None


def command_problem(value: object) -> str | None:
    """Return the reason why ``value`` is no command, or None."""
    if not isinstance(value, str) or not value.isprintable():
        return "must be a command, such as 'bash {file}'"
    try:
        words = shlex.split(value)
    except ValueError as error:
        return f"is no command: {error}"
    return None if words else "is empty; write a command, such as 'bash {file}'"


def _path(value: object) -> str | None:
    good = isinstance(value, str) and value and "\\" not in value and not value.startswith("/") and ".." not in value.split("/")
    return None if good else "must be the path of a file in the deck's folder, with '/'"


def _number(value: object) -> str | None:
    good = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 1_000_000
    return None if good else "must be a whole number from 1"


def _seconds(value: object) -> str | None:
    good = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= _LONGEST
    return None if good else f"must be a whole number of seconds, from 1 to {_LONGEST}"


def _flag(value: object) -> str | None:
    return None if isinstance(value, bool) else "must be true or false"


def _table(value: object) -> str | None:
    return None if is_table_of_texts(value) else "must be a table of texts"


def is_table_of_texts(value: object) -> bool:
    """Return whether ``value`` is a table whose values are texts."""
    return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())


def _pattern(value: object) -> str | None:
    if not isinstance(value, str):
        return "must be a regular expression"
    try:
        re.compile(value)
    except re.error as error:
        return f"is no regular expression: {error}"
    return None


def _replace(value: object) -> str | None:
    if problem := _table(value):
        return problem
    assert isinstance(value, dict)  # noqa: S101  for the type checker
    for pattern, text in value.items():
        if problem := _pattern(pattern):
            return f"has the entry {pattern!r}, which {problem}"
        try:
            re.sub(pattern, text, "")
            re.compile(pattern).sub(text, "")
        except (re.error, IndexError) as error:
            return f"has the text {text!r}, which fits no group of its pattern: {error}"
    return None


_KEYS: dict[str, Callable[[object], str | None]] = {
    "python": _text,
    "setup": _path,
    "timeout": _seconds,
    "memory": _number,
}
_RUNNER: dict[str, Callable[[object], str | None]] = {
    "command": _command,
    "build": _command,
    "suffix": _text,
    "setup": _path,
    "before": _lines,
    "edition": _text,
    "env": _table,
    "apart": _flag,
    "wrap": _lines,
    "main": _pattern,
    "merged": _flag,
    "replace": _replace,
    "prepare": _command,
    "cleanup": _command,
    "version": _command,
}


def is_ready(language: str) -> bool:
    """Return whether an empty table in ``deck.toml`` is enough for ``language``."""
    return language in assets.data("runners.toml")


def problem(value: object) -> str | None:
    """Return the demand that the value of ``test`` breaks, or None."""
    if not isinstance(value, dict):
        return "must be a table: [test]"
    return next(_problems(value), None)


def _problems(values: Mapping[str, Any]) -> Iterator[str]:
    for key, value in values.items():
        if key == "run":
            yield from _commands(value)
        elif isinstance(value, dict):
            yield from _of_language(key, value)
        elif key not in _KEYS:
            yield f"has the unknown key '{key}'{nearest(key, (*_KEYS, 'run'))}; a language has a table: [test.{key}]"
        elif found := _KEYS[key](value):
            yield f"has the key '{key}', which {found}"


def _commands(value: object) -> Iterator[str]:
    if not isinstance(value, dict):
        yield "has the key 'run', which must be a table: a command for each language"
        return
    for language, command in value.items():
        if found := _name(language) or _command(command) or _lacks_code(str(command)):
            yield f"has the language '{language}' in 'run', which {found}"


def _lacks_code(*commands: str) -> str | None:
    """Return the demand that commands break if no command gets the code."""
    if any("{file}" in command or "{dir}" in command for command in commands):
        return None
    return "gets no code; write {file} at the place of the file with the code"


def _name(language: str) -> str | None:
    if language in LANGUAGES and language != "py":
        return f"has the name '{LANGUAGES[language]}' here, which also runs the blocks '{language}'"
    if language in ("python", "py"):
        return 'needs no command; name its interpreter: python = ".venv/bin/python"'
    return None if _LANGUAGE.fullmatch(language) else "must be a language as after a fence, in small letters"


def _of_language(language: str, values: Mapping[str, Any]) -> Iterator[str]:
    if found := _name(language):
        yield f"has the language '{language}', which {found}"
    for key, value in values.items():
        if key not in _RUNNER:
            yield f"has the unknown key '{key}' for {language}{nearest(key, _RUNNER)}"
        elif found := _RUNNER[key](value):
            yield f"has the key '{key}' for {language}, which {found}"
    ready = assets.data("runners.toml").get(language, {})
    commands = [str({**ready, **values}.get(key, "")) for key in ("command", "build")]
    if commands[0] and (found := _lacks_code(*commands)):
        yield f"has a command for {language} that {found}"
    if "command" not in values and not ready:
        yield f'has no command for {language}; write command = "… {{file}}"'


def read(values: Mapping[str, Any]) -> RunSettings:
    """Return the settings in the table ``values``, which has no ``problem``."""
    ready = assets.data("runners.toml") if values else {}
    runners = {
        name: _runner({"command": command, "suffix": ready.get(name, {}).get("suffix", ".txt")})
        for name, command in values.get("run", {}).items()
    }
    for name, table in values.items():
        if isinstance(table, dict) and name != "run":
            runners[name] = _runner({**ready.get(name, {}), **table})
    plain = {key: values[key] for key in _KEYS if key in values}
    return RunSettings(**plain, runners=tuple(sorted(runners.items())))


def _runner(values: Mapping[str, Any]) -> Runner:
    commands = {
        key: tuple(shlex.split(values[key])) for key in ("command", "build", "prepare", "cleanup", "version") if key in values
    }
    tables = {key: tuple(values[key].items()) for key in ("env", "replace") if key in values}
    return Runner(**{**values, **commands, **tables})
