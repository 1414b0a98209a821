"""Questions to a running Anki, through its add-on AnkiConnect. The only user of the network, on the user's own machine.

The protocol is JSON over HTTP: https://git.sr.ht/~foosoft/anki-connect. Each failure becomes a sentence with the next step.
"""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

from deckbuilder.files.reading import MB
from deckbuilder.files.strict_json import loads

URL = "http://127.0.0.1:8765"
"""The address at which AnkiConnect listens, unless the user changes it."""
PORT = 8765
ADD_ON = "2055492159"
"""The number by which Anki installs AnkiConnect."""
KEY = "DECKBUILDER_ANKI_KEY"
"""The environment variable with the user's key for AnkiConnect."""
_VERSION = 6
"""The version of the protocol."""
_PATIENCE = 10
"""Seconds to wait for an answer."""
_LARGEST = 256 * MB
"""Bytes of an answer."""
_CAUSES = (
    (
        "collection is not available",
        "Anki has no open collection: choose a profile in Anki, or wait until its sync ends; then push again",
    ),
    (
        "valid api key must be provided",
        f"AnkiConnect wants the key 'apiKey' from its settings in Anki: set the environment variable {KEY} to this key",
    ),
    ("unsupported action", "this AnkiConnect is too old: update it in Anki with Tools › Add-ons › Check for Updates"),
)
"""Parts of AnkiConnect's messages, each with our sentence for a person."""


class ConnectError(Exception):
    """Anki did not do what it was asked. The message is a sentence with the next step."""


class AnkiConnect:
    """A running Anki at ``url``. ``key`` is the user's ``apiKey``, ``""`` for none. Raises ValueError for a bad URL."""

    def __init__(self, url: str = URL, key: str = "") -> None:
        parts = urlsplit(url)
        if parts.scheme != "http" or not parts.hostname or parts.path not in ("", "/") or parts.query:
            raise ValueError(f"'{url}' is no address of AnkiConnect, such as {URL}")
        self.host, self.port, self.key = parts.hostname, parts.port or PORT, key
        self.url = url

    def begin(self) -> None:
        """Ensure that Anki answers and allows questions. Raises ConnectError."""
        found = self.ask("requestPermission", seconds=_PATIENCE)
        if not isinstance(found, dict) or found.get("permission") != "granted":
            raise ConnectError("Anki refuses the permission: allow it in the dialog of Anki, then push again")
        if found.get("requireApikey") and not self.key:
            raise ConnectError(_CAUSES[1][1])
        version = self.ask("version")
        if type(version) is not int or version < _VERSION:
            raise ConnectError(_CAUSES[2][1])

    def ask(self, action: str, *, seconds: float = _PATIENCE, **params: Any) -> Any:
        """Return Anki's result of ``action``. Raises ConnectError."""
        question = {"action": action, "version": _VERSION, "params": params} | ({"key": self.key} if self.key else {})
        answer = self._answer(json.dumps(question).encode(), seconds)
        if not isinstance(answer, dict) or answer.keys() != {"result", "error"}:
            raise ConnectError(f"the program at {self.url} is not AnkiConnect: name the address of AnkiConnect with --anki")
        if (error := answer["error"]) is not None:
            raise ConnectError(next((ours for theirs, ours in _CAUSES if theirs in str(error)), f"Anki says: {error}"))
        return answer["result"]

    def _answer(self, question: bytes, seconds: float) -> Any:
        """Return the JSON of the answer, None if it is no JSON. ``http.client`` uses no proxy. Raises ConnectError."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=seconds)
        try:
            connection.request("POST", "/", question, {"Content-Type": "application/json"})
            data = connection.getresponse().read(_LARGEST + 1)
            return loads(data.decode()) if len(data) <= _LARGEST else None
        except TimeoutError:
            raise ConnectError(
                f"Anki gave no answer for {seconds:g} seconds: look at Anki, where a dialog may wait for you; then push again"
            ) from None
        except ConnectionRefusedError:
            raise ConnectError(
                f"nothing answers at {self.url}: start Anki; if it runs, install its add-on AnkiConnect with the number "
                f"{ADD_ON} (Tools › Add-ons › Get Add-ons), and start Anki again; or push with --open"
            ) from None
        except OSError as error:
            raise ConnectError(f"{self.url} cannot be reached: {error.strerror or error}; or push with --open") from None
        except (http.client.HTTPException, ValueError):
            return None
        finally:
            connection.close()
