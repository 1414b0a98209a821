"""Packages that try to harm their reader. Each is read, or refused with a sentence, in bounded time, memory and folders."""

from __future__ import annotations

import bz2
import copy
import json
import lzma
import os
import random
import sqlite3
import struct
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import genanki
import pytest
import zstandard
from anki.collection import Collection, DeckIdLimit, ExportAnkiPackageOptions, ImportAnkiPackageOptions, ImportAnkiPackageRequest
from anki.decks import DeckId
from click.testing import Result

from deckbuilder.adopt.packages.packed_media import Files
from deckbuilder.package import container, database
from deckbuilder.package.protobuf import fields
from tests.support import ROOT, package, patience, picture, write

pytestmark = pytest.mark.slow

Invoke = Callable[..., Result]
TEXT = "## One {#one}\n\n![x](p.png)\n\n## Two {{c1::x}} {#two .cloze}\n\nAnswer\n"
GB = 2**30
STORED, DEFLATED = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED


@pytest.fixture(scope="module")
def legacy(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("made")
    (folder / "p.png").write_bytes(picture())
    return package(folder, TEXT)


@pytest.fixture(scope="module")
def new(legacy: bytes, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Export the same notes from Anki itself."""
    folder = tmp_path_factory.mktemp("exported")
    (folder / "in.apkg").write_bytes(legacy)
    opened = Collection(str(folder / "collection.anki2"))
    opened.import_anki_package(ImportAnkiPackageRequest(package_path=str(folder / "in.apkg"), options=ImportAnkiPackageOptions()))
    number = next(DeckId(found.id) for found in opened.decks.all_names_and_ids() if found.name == "Test")
    options = ExportAnkiPackageOptions(with_media=True, legacy=False)
    opened.export_anki_package(out_path=str(folder / "out.apkg"), options=options, limit=DeckIdLimit(number))
    opened.close()
    return (folder / "out.apkg").read_bytes()


@pytest.fixture(autouse=True)
def _patience(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail each test after five minutes, on every machine. So a test that hangs fails."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    write(tmp_path / "deck", TEXT.replace("![x](p.png)", "x"))
    with patience():
        yield


def members(data: bytes) -> dict[str, bytes]:
    Path("members.zip").write_bytes(data)
    with zipfile.ZipFile("members.zip") as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(contents: Mapping[str, bytes]) -> bytes:
    with zipfile.ZipFile("zipped.zip", "w") as archive:
        for name, data in contents.items():
            archive.writestr(name, data)
    return Path("zipped.zip").read_bytes()


def raw(name: str, data: bytes, size: int, method: int = DEFLATED, flags: int = 0) -> bytes:
    """Return a zip file with one member, whose header has the given values, also false ones."""
    head = struct.pack("<HHHHHIIIHH", 20, flags, method, 0, 33, zlib.crc32(data), len(data), size, len(name), 0)
    local = b"PK\3\4" + head + name.encode() + data
    central = b"PK\1\2" + struct.pack("<H", 20) + head + bytes(14 - 4) + struct.pack("<I", 0) + name.encode()
    end = b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)
    return local + central + end


def zeros(megabytes: int) -> bytes:
    """Return that many megabytes of zeros, deflated."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    piece = packer.compress(bytes(2**20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return piece * megabytes + packer.flush()


def with_sql(data: bytes, *statements: str, setup: Callable[[sqlite3.Connection], None] | None = None) -> bytes:
    """Return the package after the statements have run on its collection. Both containers are possible."""
    contents = members(data)
    name = "collection.anki21b" if "collection.anki21b" in contents else "collection.anki2"
    found = contents[name]
    if name.endswith("b"):
        found = zstandard.ZstdDecompressor().stream_reader(found).read()
    Path("sql.db").write_bytes(found)
    with sqlite3.connect("sql.db", isolation_level=None) as connection:
        connection.create_collation("unicase", lambda one, other: (one > other) - (one < other))
        connection.execute("pragma journal_mode = delete")
        if setup:
            setup(connection)
        for statement in statements:
            connection.execute(statement)
    connection.close()
    found = Path("sql.db").read_bytes()
    return zipped(contents | {name: zstandard.compress(found) if name.endswith("b") else found})


def refused(invoke: Invoke, data: bytes, message: str = "") -> None:
    """Assert that every command that reads packages refuses ``data`` with ``message``, and that no file remains."""
    Path("x.apkg").write_bytes(data)
    for command in (["diff", "x.apkg", "x.apkg"], ["adopt", "x.apkg", "-o", "new"], ["release", "deck", "--from", "x.apkg"]):
        result = invoke(*command)
        assert result.exit_code == 1, command
        assert message in result.stderr
        assert "x.apkg" in result.stderr
    assert not Path("new").exists()
    assert not Path("deck/deck.lock").exists()
    assert not list(Path("temporary").iterdir())


def survived(invoke: Invoke, data: bytes) -> bool:
    """Return True if the package is read. A refusal is an error message: ``invoke`` raises every other exception."""
    Path("x.apkg").write_bytes(data)
    codes = [invoke("diff", "x.apkg", "x.apkg").exit_code, invoke("adopt", "x.apkg", "-o", "new").exit_code]
    assert set(codes) <= {0, 1}
    if Path("new").exists():
        assert invoke("build", "new").exit_code == 0
        for path in sorted(Path("new").rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        Path("new").rmdir()
    return codes[0] == 0


def measured(*arguments: str) -> tuple[int, str, int]:
    """Run the real command. Return (exit code, output, bytes of memory)."""
    root = str(ROOT)
    with Path("output").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "deckbuilder", *arguments],
            env={**os.environ, "PYTHONPATH": root},
            stdout=output,
            stderr=output,
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, Path("output").read_text(encoding="utf-8"), usage.ru_maxrss * 1024


def test_the_packages_are_fine_as_they_are(invoke: Invoke, legacy: bytes, new: bytes) -> None:
    assert survived(invoke, legacy)
    assert survived(invoke, new)
    assert survived(invoke, with_sql(legacy, "select 1"))
    assert survived(invoke, with_sql(new, "select 1"))
    assert survived(invoke, with_sql(new, "pragma journal_mode = wal"))


@pytest.mark.skipif(not hasattr(os, "wait4"), reason="the system does not say how much memory was used")
def test_bombs(invoke: Invoke) -> None:
    refused(invoke, raw("collection.anki2", zeros(1025), 1025 * 2**20), "collection.anki2 is larger than 1,024 MB")
    packed = zstandard.compress(bytes(1025 * 2**20))
    Path("x.apkg").write_bytes(raw("collection.anki21b", packed, len(packed), STORED))
    code, output, memory = measured("diff", "x.apkg", "x.apkg")
    assert (code, "collection.anki21b is larger than 1,024 MB" in output) == (1, True), output
    assert memory < GB
    # false sizes
    refused(invoke, raw("collection.anki2", zeros(50), 100), "it cannot be read: ")
    refused(invoke, raw("collection.anki2", zeros(1), 50 * 2**20), "it cannot be read: ")


def test_members_packed_in_ways_that_have_no_limit_in_python(invoke: Invoke) -> None:
    for method, data in ((zipfile.ZIP_BZIP2, bz2.compress(bytes(2**20))), (zipfile.ZIP_LZMA, lzma.compress(bytes(2**20)))):
        refused(
            invoke, raw("collection.anki2", data, 2**20, method), "collection.anki2 is compressed in a way that Anki cannot read"
        )


def test_windows_that_take_all_memory(invoke: Invoke) -> None:
    parameters = zstandard.ZstdCompressionParameters.from_level(1, window_log=30)
    packer = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    data = packer.compress(bytes(2**20)) + packer.flush()
    refused(invoke, raw("collection.anki21b", data, len(data), STORED), "it cannot be unpacked: ")


def test_frames_to_be_skipped_count(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(container, "LARGEST_ALL", 2**22)
    skipped = struct.pack("<II", 0x184D2A50, 2**21) + bytes(2**21)
    refused(invoke, raw("collection.anki21b", skipped * 3, 3 * len(skipped), STORED), "it contains more than 4 MB")


def test_all_that_is_read_of_a_package_has_a_limit(invoke: Invoke, legacy: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(container, "LARGEST_ALL", 2**22)
    names = {str(at): f"{at}.png" for at in range(50)}
    contents = members(legacy) | dict.fromkeys(names, bytes(2**17)) | {"media": json.dumps(names).encode()}
    refused(invoke, zipped(contents), "it contains more than 4 MB")


def test_encrypted_members(invoke: Invoke) -> None:
    refused(invoke, raw("collection.anki2", bytes(100), 100, STORED, flags=1), "encrypted")


def test_lists_of_members_that_take_all_memory(invoke: Invoke) -> None:
    entry = b"PK\1\2" + bytes(24) + struct.pack("<H", 1) + bytes(16) + b"x"
    directory = entry * 400_000
    end = b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 65535, 65535, len(directory), 0, 0)
    refused(invoke, directory + end, "it contains too many files")


def test_parts_that_are_not_where_the_file_says(invoke: Invoke, legacy: bytes) -> None:
    for where in (12, 16):  # size and place of the list
        for value in (0, 1, 2**31, 2**32 - 1):
            end = len(legacy) - 22
            refused(invoke, legacy[: end + where] + struct.pack("<I", value) + legacy[end + where + 4 :])
            assert "is not an Anki package, or is damaged: " in invoke("diff", "x.apkg", "x.apkg").stderr


ENDLESS = "with recursive n(x) as (select 1 union all select x + 1 from n) select x"


@pytest.mark.parametrize(
    ("statements", "message"),
    [
        (
            ["drop table notes", f"create view notes as {ENDLESS} id, x guid, x mid, x mod, x tags, x flds from n"],
            "no table 'notes'",
        ),
        (["drop table cards", f"create view cards as {ENDLESS} nid, x ord, x odid, x did from n"], "no table 'cards'"),
        (["drop table col", f"create view col as {ENDLESS} models, x decks from n"], "no table 'col'"),
        (["drop table notes", "create virtual table notes using fts5(id, guid, mid, mod, tags, flds)"], "no table 'notes'"),
        (["alter table notes add column x as (hex(zeroblob(1000000)))"], "its table 'notes' has computed columns"),
        (["drop table notes"], "no table 'notes'"),
        (["delete from col"], "it cannot be read: "),
        (["update notes set flds = cast(x'ff' as text)"], "it cannot be read: "),
        (["update cards set ord = 'x'"], "its cards are damaged"),
        (["update cards set ord = -1"], "its cards are damaged"),
        (["update cards set ord = 99999999"], "its cards are damaged"),
        (
            ["update notes set flds = cast(zeroblob(70000000) as text) where id = (select min(id) from notes)"],
            "it cannot be read: ",
        ),
        (["update notes set flds = replace(hex(zeroblob(1000)), '00', char(31))"], "its notes are damaged"),
        (["update col set models = '{}'", "update col set decks = x'00'"], "note types or decks are damaged"),
        (["update col set models = replace(hex(zeroblob(60000)), '0', '[')"], "it cannot be read: nested too deeply"),
        (
            ["update col set models = replace(hex(zeroblob(9000000)), '0', ' ')"],
            "note types or decks are damaged, or larger than 16 MB",
        ),
        (["update col set models = replace(models, 'Test', '\\ud800')"], "it cannot be read: "),
        (["update col set models = replace(models, '\"type\"', '\"typ\"')"], "it cannot be read: "),
    ],
)
def test_collections_that_are_none(statements: list[str], message: str, invoke: Invoke, legacy: bytes) -> None:
    refused(invoke, with_sql(legacy, *statements), message)


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("update col set conf = replace(hex(zeroblob(9000000)), '0', ' ')", "'conf' in its collection is larger than 16 MB"),
        (
            "update col set ver = replace(hex(zeroblob(9000000)), '0', 'x')",
            "has the version that is no number, and Anki reads 11",
        ),
        ("update col set ver = 18, models = '', decks = ''", "Anki itself refuses x.apkg: its collection has the version 18"),
    ],
)
def test_what_only_adopt_reads(statement: str, message: str, invoke: Invoke, legacy: bytes) -> None:
    """The question whether Anki refuses a package has limits, too. A collection of today in an old container has a clear reason."""
    Path("x.apkg").write_bytes(with_sql(legacy, statement))
    result = invoke("adopt", "x.apkg", "-o", "new")
    assert (result.exit_code, len(result.stderr) < 500) == (1, True)
    assert message in result.stderr
    assert not Path("new").exists()


@pytest.mark.parametrize("table", ["col", "notes", "cards", "notetypes", "fields", "templates", "decks"])
def test_views_in_anki_s_own_packages(table: str, invoke: Invoke, new: bytes) -> None:
    def change(connection: sqlite3.Connection) -> None:
        names = ", ".join(f'x as "{row[1]}"' for row in connection.execute(f"pragma table_info({table})"))
        connection.execute(f"drop table {table}")
        connection.execute(f"create view {table} as {ENDLESS.removesuffix('x')} {names} from n")

    refused(invoke, with_sql(new, setup=change), f"it has no table '{table}'")


def test_what_does_not_end_is_ended(invoke: Invoke, legacy: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Any long query stops at the limit of steps. Here the limit is zero."""
    monkeypatch.setattr(database, "STEPS", 0)
    monkeypatch.setattr(database, "_EVERY", 1)
    refused(invoke, legacy, "it cannot be read: interrupted")


@pytest.mark.skipif(not hasattr(os, "wait4"), reason="the system does not say how much memory was used")
def test_more_notes_than_any_deck_has(legacy: bytes) -> None:
    def many(connection: sqlite3.Connection) -> None:
        connection.execute("pragma synchronous = off")
        connection.execute("drop table notes")
        connection.execute("create table notes (id integer primary key, guid, mid, mod, tags, flds)")
        connection.execute(
            "insert into notes with recursive n(x) as (select 1 union all select x + 1 from n limit 1000001)"
            " select x, null, null, null, null, null from n"
        )

    Path("x.apkg").write_bytes(with_sql(legacy, setup=many))
    code, output, memory = measured("diff", "x.apkg", "x.apkg")
    assert (code, "it has more than 1,000,000 notes" in output) == (1, True), output
    assert memory < GB


def test_note_types_without_end(invoke: Invoke, legacy: bytes) -> None:
    def change(kind: str) -> bytes:
        def setup(connection: sqlite3.Connection) -> None:
            models = json.loads(connection.execute("select models from col").fetchone()[0])
            for model in models.values():
                model[kind] = [{"name": "x", "qfmt": "", "afmt": ""}] * 100_000
            connection.execute("update col set models = ?", (json.dumps(models),))

        return with_sql(legacy, setup=setup)

    for kind in ("flds", "tmpls"):
        refused(invoke, change(kind), "has too many fields or templates")


WRONG: list[Any] = [
    None,
    True,
    -1,
    0,
    1.5,
    "x",
    "",
    [],
    {},
    [1],
    {"x": 1},
    2**70,
    "\ud800",
    "\x00",
    "{{",
    float("inf"),
    float("nan"),
]


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from _paths(value[key], (*path, key))


@pytest.mark.parametrize("column", ["models", "decks"])
def test_values_of_any_other_kind(column: str, invoke: Invoke, legacy: bytes) -> None:
    """Each value of the note types and decks is replaced in turn by a value of a wrong type."""
    good: list[Any] = []

    def read(connection: sqlite3.Connection) -> None:
        good.append(json.loads(connection.execute(f"select {column} from col").fetchone()[0]))  # noqa: S608

    with_sql(legacy, setup=read)
    every = [(path, wrong) for path in _paths(good[0]) if path for wrong in WRONG]
    for path, wrong in random.Random(0).sample(every, min(len(every), int(os.environ.get("HOSTILE", "40")))):
        values = copy.deepcopy(good[0])
        inner = values
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = wrong
        text = json.dumps(values).replace("'", "''")
        survived(invoke, with_sql(legacy, f"update col set {column} = '{text}'"))  # noqa: S608


@pytest.mark.parametrize("kind", ["legacy", "new"])
def test_columns_of_any_other_kind(kind: str, invoke: Invoke, legacy: bytes, new: bytes) -> None:
    data = legacy if kind == "legacy" else new
    tables = {"notes": "id guid mid mod tags flds", "cards": "id nid did ord odid"}
    if kind == "new":
        tables |= {"notetypes": "name mtime_secs config", "fields": "name config", "templates": "name config", "decks": "name"}
    every = [(table, column) for table, columns in tables.items() for column in columns.split()]
    values = ["null", "-1", "0", "1.5", "'x'", "''", "x'ff'", "9223372036854775807", "char(0)", "char(31)", "'<div>' || char(31)"]
    combinations = [(table, column, value) for table, column in every for value in values]
    for table, column, value in random.Random(1).sample(
        combinations, min(len(combinations), int(os.environ.get("HOSTILE", "40")))
    ):
        try:
            harmed = with_sql(data, f"update or ignore {table} set {column} = {value}")  # noqa: S608
        except sqlite3.Error:
            continue  # not even SQLite takes it
        survived(invoke, harmed)


@pytest.mark.parametrize("kind", ["legacy", "new"])
def test_damaged_pages(kind: str, invoke: Invoke, legacy: bytes, new: bytes) -> None:
    contents = members(legacy if kind == "legacy" else new)
    name = "collection.anki2" if kind == "legacy" else "collection.anki21b"
    found = contents[name] if kind == "legacy" else zstandard.ZstdDecompressor().stream_reader(contents[name]).read()
    chance = random.Random(2)
    for _ in range(int(os.environ.get("HOSTILE", "40"))):
        harmed = bytearray(found)
        for _ in range(chance.choice([1, 10, 200])):
            harmed[chance.randrange(len(harmed))] = chance.choice([0, 1, 255, chance.randrange(256)])
        survived(invoke, zipped(contents | {name: bytes(harmed) if kind == "legacy" else zstandard.compress(bytes(harmed))}))


def test_messages_that_lie() -> None:
    for data in (b"\xff" * 10_000_000, b"\x0a" + b"\xff" * 10_000_000, b"\x0a\xff\xff\xff\x7fx", b"\x09x", b"\x0dx", b"\x0a"):
        with pytest.raises((ValueError, IndexError)):
            list(fields(data))
    assert list(fields(b"\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01")) == [(1, 2**64 - 1)]


@pytest.mark.parametrize(
    "media", [b"[]", b"7", b'{"0": 7}', b'{"0": null}', b'{"0": "\\ud800"}', b"{", b"[" * 100_000, b"\xff", b" " * (17 * 2**20)]
)
def test_lists_of_media_that_are_none(media: bytes, invoke: Invoke, legacy: bytes) -> None:
    refused(
        invoke,
        zipped(members(legacy) | {"media": media}),
        "it cannot be read: " if len(media) < 2**20 and media[:4] != b'{"0"' else "",
    )


def test_names_of_media_are_made_safe() -> None:
    names = [
        *("../up.png", "/etc/abs.png", "C:\\x.png", "..\\..\\x", "nul\0.png", "..", "", "a/../../b"),
        *("A.png", "a.png", "ä.png", "a\u0308.png", "CON", "con.png", "COM¹.txt", "x.png.", "x.png ", "x.png:stream"),
        *(
            "~user.png",
            "-rf",
            ".hidden",
            "x" * 300 + ".png",
            "y." + "z" * 300,
            "deck.toml",
            "x.MD",
            "\u202egnp.exe",
            "\n",
            "😀" * 100,
        ),
    ]
    files = Files(names)
    assert set(files.bad) == {"../up.png", "/etc/abs.png", "C:\\x.png", "..\\..\\x", "nul\0.png", "..", "", "a/../../b"}
    paths = list(files.paths.values())
    assert len({path.casefold() for path in paths}) == len(paths) == len(names) - len(files.bad)
    for path in paths:
        folder, _, name = path.partition("/")
        assert folder == "media"
        assert len(name.encode()) < 200
        assert set(name) <= set(name) - set('<>:"/\\|?*\0 \n\u202e')
        assert name[0] not in ".-"
        assert name[-1] not in ". "
        assert not name.lower().endswith((".md", ".toml"))
        assert name.partition(".")[0].casefold() not in ("con", "com¹")


def test_as_many_names_as_one_likes_that_become_one() -> None:
    files = Files("a" + "?" * (at % 200) + "*" * (at // 200) + ".png" for at in range(40_000))
    assert len({path.casefold() for path in files.paths.values()}) == 40_000


def test_names_of_decks_become_folders_of_their_own(invoke: Invoke) -> None:
    """Each deck has its own folder, also ``x``, ``x-2`` and ``X!``. ``con`` is a reserved name on Windows.

    Anki takes a package called ``collection`` for a whole collection.
    """
    names = ["x", "x-2", "X!", "con", "collection", "..", "/etc/passwd", "~", "C:\\x", "x" * 3000]
    decks = []
    for number, name in enumerate(names, 1):
        decks.append(genanki.Deck(number, name))
        decks[-1].add_note(genanki.Note(genanki.BASIC_MODEL, ["Question", f"answer {number}"], guid=f"guid-{number}"))
    genanki.Package(decks).write_to_file("x.apkg")
    assert invoke("adopt", "x.apkg", "-o", "new").exit_code == 0
    found = {path.name for path in Path("new").iterdir()}
    assert found == {"x", "x-2", "x-3", "deck-con", "deck-collection", "deck", "etc-passwd", "deck-2", "c-x", "x" * 60}
    answers = {path.parent.name: path.read_text(encoding="utf-8") for path in Path("new").glob("*/*.md")}
    assert len(answers) == len(names)
    assert invoke("build", "new").exit_code == 0


def test_a_picture_larger_than_anki_syncs_is_left_out_with_its_note(invoke: Invoke, legacy: bytes) -> None:
    contents = members(legacy)
    (member,) = json.loads(contents["media"])
    Path("x.apkg").write_bytes(zipped(contents | {member: bytes(100 * 2**20 + 1)}))
    result = invoke("adopt", "x.apkg", "-o", "new")
    assert result.exit_code == 0
    assert "is larger than 100 MB, the most that Anki syncs; make it smaller [large-media]" in result.stderr
    assert "new: 1 question in 1 file, 0 pictures and sounds; 1 note skipped" in result.stdout


def test_fields_that_are_nested_as_no_browser_would(invoke: Invoke) -> None:
    deck = genanki.Deck(1, "Deep")
    for number, html in enumerate(["<div>" * 3000, "<ul><li>" * 1500, "<blockquote>" * 500, "<b>" * 3000, "{{c1::" * 3000]):
        deck.add_note(genanki.Note(genanki.BASIC_MODEL, [f"Question {number}", f"{html}x"], guid=f"guid-{number}"))
    deck.add_note(genanki.Note(genanki.BASIC_MODEL, ["Fine", "answer"], guid="fine"))
    genanki.Package(deck).write_to_file("x.apkg")
    assert invoke("adopt", "x.apkg", "-o", "new").exit_code == 0
    assert invoke("build", "new").exit_code == 0
