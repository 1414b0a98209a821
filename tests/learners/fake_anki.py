"""A server that speaks AnkiConnect's protocol, as measured on the add-on, and works on a real collection of Anki's library.

The add-on needs Anki's window, and is on no package index. The answers here were compared with the add-on's in Anki 26.9.3.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest
from anki.notes import NoteId


class FakeAnki:
    """The actions that ``push`` uses. ``asked`` lists them in their order."""

    def __init__(self, collection: Collection) -> None:
        self.collection = collection
        self.key = ""
        self.closed = False
        """True if Anki shows its list of profiles."""
        self.version: int = 6
        self.asked: list[str] = []
        self.opened: list[str] = []
        self.raw: bytes | None = None
        """An answer that replaces all others."""
        self.url = ""

    def answer(self, question: dict[str, Any]) -> dict[str, Any]:
        action, params = question["action"], question.get("params", {})
        self.asked.append(action)
        if action == "requestPermission":
            return {"result": {"permission": "granted", "requireApikey": bool(self.key), "version": 6}, "error": None}
        if self.key and question.get("key") != self.key:
            return {"result": None, "error": "valid api key must be provided"}
        if action == "version":
            return {"result": self.version, "error": None}
        if (run := getattr(self, f"do_{action}", None)) is None:
            return {"result": None, "error": "unsupported action"}
        if self.closed:
            return {"result": None, "error": "collection is not available"}
        try:
            return {"result": run(**params), "error": None}
        except Exception as error:  # noqa: BLE001  as the add-on
            return {"result": None, "error": str(error)}

    def do_importPackage(self, path: str) -> bool:  # noqa: N802
        options = ImportAnkiPackageOptions(merge_notetypes=True, with_scheduling=True, with_deck_configs=True)
        self.collection.import_anki_package(ImportAnkiPackageRequest(package_path=path, options=options))
        return True

    def do_findNotes(self, query: str) -> list[int]:  # noqa: N802
        return [int(number) for number in self.collection.find_notes(query)]

    def do_notesInfo(self, notes: list[int]) -> list[dict[str, Any]]:  # noqa: N802
        found = []
        for note in (self.collection.get_note(NoteId(number)) for number in notes):
            kind = note.note_type()
            assert kind
            fields = {name: {"value": value, "order": at} for at, (name, value) in enumerate(note.items())}
            cards = [int(card) for card in note.card_ids()]
            found.append({"noteId": note.id, "tags": note.tags, "fields": fields, "modelName": kind["name"], "cards": cards})
        return found

    def do_modelNames(self) -> list[str]:  # noqa: N802
        return [kind.name for kind in self.collection.models.all_names_and_ids()]

    def do_modelFieldNames(self, modelName: str) -> list[str]:  # noqa: N802, N803
        kind = self.collection.models.by_name(modelName)
        assert kind
        return self.collection.models.field_names(kind)

    def do_sync(self) -> None:
        return None

    def do_guiImportFile(self, path: str) -> None:  # noqa: N802
        self.opened.append(path)


@contextmanager
def serving(collection: Collection) -> Iterator[FakeAnki]:
    """Serve ``collection`` on a free port until the block ends."""
    fake = FakeAnki(collection)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            data = json.dumps(fake.answer(question)).encode() if fake.raw is None else fake.raw
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    fake.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
