"""A package -> the reason why Anki itself refuses to import it. No learner can have the notes of such a package.

Each rule is one of Anki 25.09, and of its readers of JSON: https://github.com/ankitects/anki/tree/25.09/rslib/src.
The rules take for granted that ``read_package`` accepted the collection: they are no guard against hostile files.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from typing import Any

from deckbuilder.files.reading import MB
from deckbuilder.files.strict_json import loads
from deckbuilder.model.control_characters import FIELD_SEPARATOR
from deckbuilder.package.database import UnsoundError
from deckbuilder.package.protobuf import fields

_LEGACY, _NEWEST = 11, 18
"""The versions of a collection that Anki reads. The older container has the first one."""
_CONTAINERS = (1, 2, 3)
"""The versions of packages in the member ``meta``."""
LARGEST_JSON = 16 * MB
"""Characters of each JSON in a legacy collection."""
_OF_TYPE = ("did", "sortf", "usn")
_OF_FIELD = ("font", "rtl", "size", "sticky")
_OF_DECK = ("collapsed", "conf", "dyn", "lrnToday", "newToday", "revToday", "timeToday", "usn")
"""The keys without a default in the JSON of a note type, a field and a usual deck."""
_CARDS = {
    "type": (0, 3),
    "queue": (-3, 4),
    "ivl": (-(2**31), 2**32 - 1),
    "factor": (0, 2**16 - 1),
    "reps": (0, 2**32 - 1),
    "lapses": (0, 2**32 - 1),
}
"""The least and the greatest number in each column of the cards."""


def wrong_version(connection: sqlite3.Connection, meta: bytes | None, *, new: bool) -> str:
    """Return the reason why Anki reads no package of this version, or ``""``. ``meta`` has the bytes of the member with this name.

    ``new`` is True for Anki's schema 18. Raises sqlite3.Error for a damaged collection, which needs the table ``col`` only.
    """
    if meta is not None and (version := _version(meta)) not in _CONTAINERS:
        return f"it has the format {version}, and Anki reads 1 to 3"
    version = connection.execute("select ver from col").fetchone()[0]
    if version != _LEGACY and not (new and isinstance(version, int) and _LEGACY <= version <= _NEWEST):
        told = version if isinstance(version, int) else "that is no number"  # a text may have 64 MB
        return f"its collection has the version {told}, and Anki reads {_LEGACY}"
    return ""


def refusal(connection: sqlite3.Connection, *, new: bool) -> str:
    """Return the reason why Anki refuses a package that ``read_package`` has read, or ``""``.

    ``new`` is True for Anki's schema 18. Raises sqlite3.Error for a damaged collection, and UnsoundError for one too large.
    """
    return next(_reasons(connection, new=new), "")


def _reasons(connection: sqlite3.Connection, *, new: bool) -> Iterator[str]:
    if connection.execute("select typeof(crt) from col").fetchone()[0] != "integer":
        yield "its collection has a text in place of a number"
    tables = {name for (name,) in connection.execute("select lower(name) from sqlite_master where type = 'table'")}
    yield from (f"its collection has no table '{name}'" for name in ("graves", "revlog") if name not in tables)
    if not new:
        yield from _json(connection)
    wrong = " or ".join(
        f"typeof({name}) != 'integer' or {name} not between {least} and {most}" for name, (least, most) in _CARDS.items()
    )
    if row := connection.execute(f"select nid from cards where {wrong} limit 1").fetchone():  # noqa: S608  our own names
        yield f"a card of note {row[0]} has a number out of range"
    for table in ("notes", "cards"):
        if connection.execute(f"select 1 from {table} where typeof(usn) != 'integer' limit 1").fetchone():  # noqa: S608
            yield f"its table '{table}' has a text in place of a number"
    yield from _notes(connection, new=new)


def _version(meta: bytes) -> object:
    try:
        return dict(fields(meta)).get(1, 0)
    except (ValueError, IndexError):
        return "that nobody can read"


def _json(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield what a legacy collection lacks: valid JSON, and the keys without a default."""
    names = ("conf", "dconf", "tags", "models", "decks")
    texts = connection.execute(f"select {', '.join(names)} from col").fetchone()  # noqa: S608  our own names
    found: dict[str, Any] = {}
    for name, text in zip(names, texts, strict=True):
        if isinstance(text, str) and len(text) > LARGEST_JSON:
            raise UnsoundError(f"'{name}' in its collection is larger than {LARGEST_JSON // MB} MB")
        try:
            found[name] = loads(text)
        except (ValueError, TypeError):
            yield f"'{name}' in its collection is no JSON"
            return
    for model in found["models"].values():
        if not (model.get("name") and model.get("flds") and model.get("tmpls")):
            yield "a note type has no name, no field or no template"
            return
        lacks = [key for key in _OF_TYPE if key not in model]
        lacks += [key for part in model["flds"] for key in _OF_FIELD if key not in part]
        yield from (f"the note type '{model['name']}' has no value '{key}'" for key in lacks)
        if not all(part.get("name") for part in model["flds"]):
            yield f"a field of the note type '{model['name']}' has no name"
    for deck in found["decks"].values():
        if isinstance(deck, Mapping) and not deck.get("dyn"):
            yield from (f"the deck '{deck.get('name', '')}' has no value '{key}'" for key in _OF_DECK if key not in deck)


def _notes(connection: sqlite3.Connection, *, new: bool) -> Iterator[str]:
    """Yield a sentence for the first note whose note type is missing, or has another number of fields."""
    if new:
        sizes = dict(connection.execute("select ntid, count(*) from fields group by ntid"))
    else:
        models = loads(connection.execute("select models from col").fetchone()[0])
        sizes = {int(model["id"]): len(model["flds"]) for model in models.values()}
    for number, kind, texts in connection.execute("select id, mid, flds from notes"):
        if kind not in sizes:
            yield f"the note type of note {number} is missing"
            return
        if isinstance(texts, str) and texts.count(FIELD_SEPARATOR) + 1 != sizes[kind]:
            yield f"note {number} has {texts.count(FIELD_SEPARATOR) + 1} fields, and its note type has {sizes[kind]}"
            return
