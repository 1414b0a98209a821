"""The preview's pages over HTTP, to this machine alone. The only user of starlette and uvicorn, which are optional.

The HTML of a card may be by anybody. The page of a card is therefore in a frame with its own origin (``sandbox``). The
policy of this page allows our one script, MathJax and the media of the deck, and nothing else. A request for another host
is refused: a page on the network could point its name to this machine (DNS rebinding), and read the answers.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
from collections.abc import AsyncIterator, Callable
from html import escape
from string import Template
from typing import NamedTuple

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from deckbuilder import assets
from deckbuilder.preview.mathjax import FONTS, SCRIPT, mathjax_file
from deckbuilder.preview.media_types import media_type
from deckbuilder.preview.page import View, card_page
from deckbuilder.preview.state import State, as_json, unicode_text

HOST = "127.0.0.1"
_HOSTS = [HOST, "localhost"]
_TICK = 0.1
"""Seconds between two checks for a new state."""

_PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The Content-Security-Policy of our own page."""
_CARD = (
    f"default-src 'none'; script-src {{origin}}/card.js {{origin}}/mathjax/{SCRIPT}; style-src 'unsafe-inline'; "
    f"img-src {{origin}} data:; media-src {{origin}} data:; font-src {{origin}}/mathjax/{FONTS} data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors {origin}; "
    "sandbox allow-scripts allow-popups allow-popups-to-escape-sandbox"
)
"""The policy of the page of a card."""
_MEDIA = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""The policy of all that the page of a card loads. An SVG picture may contain scripts."""
_FILES = {
    "/": ("index.html", "text/html"),
    "/page.css": ("page.css", "text/css"),
    "/page.js": ("page.js", "text/javascript"),
    "/card.js": ("card.js", "text/javascript"),
}
"""(name in ``assets/preview``, media type) by the path of the request."""
_OF_CARDS = {"/card.js"}
"""The files of ``_FILES`` that the page of a card loads."""


class Advice(NamedTuple):
    """The words for an author who has no question yet."""

    source: str = ""
    """The folder or file of the preview."""
    command: str = ""
    """The command that makes a deck there; ``""`` where no new deck can be."""


def app(current: Callable[[], State], advice: Advice, ending: Callable[[], bool] = lambda: False) -> Starlette:
    """Return the application. ``current`` returns the state to show. The stream of events ends when ``ending`` returns True."""

    def state(_request: Request) -> Response:
        return Response(as_json(current()), media_type="application/json", headers=_headers(_PAGE))

    def card(request: Request) -> Response:
        item = current().items.get(request.query_params.get("key", ""))
        view = _view(request)
        if item is None or view is None or view.number not in item.numbers:
            return _response("no such card", "text/plain", status=404)
        origin = f"http://{request.url.hostname}:{request.url.port or 80}"
        return _response(card_page(item, view), "text/html", policy=_CARD.format(origin=origin))

    def media(request: Request) -> Response:
        decks, number = current().media, request.path_params["deck"]
        found = decks[number].get(request.path_params["name"]) if number < len(decks) else None
        if found is None:
            return _response("no such file in this deck", "text/plain", status=404, policy=_MEDIA)
        kind = media_type(found.name)
        return Response(found.data, media_type=kind, headers=_headers(_MEDIA))

    def events(_request: Request) -> Response:
        return StreamingResponse(_events(current, ending), media_type="text/event-stream", headers=_headers(_PAGE))

    return Starlette(
        routes=[
            *(_file(path, advice) for path in _FILES),
            Route("/state", state),
            Route("/events", events),
            Route("/mathjax/{path:path}", _maths),
            Route("/decks/{deck:int}/card", card),
            Route("/decks/{deck:int}/{name}", media),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=_HOSTS, www_redirect=False)],
    )


def _file(path: str, advice: Advice) -> Route:
    """Return the route of one of ``_FILES``. Our page contains the ``advice``."""
    name, kind = _FILES[path]
    text = assets.text(f"preview/{name}")
    if path == "/":
        text = Template(text).substitute({name: escape(unicode_text(value)) for name, value in advice._asdict().items()})
    policy = _MEDIA if path in _OF_CARDS else _PAGE
    return Route(path, lambda _request: _response(text, kind, policy=policy))


def _maths(request: Request) -> Response:
    path = request.path_params["path"]
    data = mathjax_file(path)
    if data is None:
        return _response("no such file of MathJax", "text/plain", status=404)
    # a font is only for a page that it names; the frame of a card has the origin "null"
    headers = _headers(_MEDIA) | {"Access-Control-Allow-Origin": "null"}
    return Response(data, media_type="text/javascript" if path == SCRIPT else "font/woff", headers=headers)


async def _events(current: Callable[[], State], ending: Callable[[], bool]) -> AsyncIterator[str]:
    """Yield an event with the version of the state, at once and after each change."""
    told = None
    while not ending():
        version = current().version
        if version != told:
            told = version
            yield f"data: {json.dumps(version)}\n\n"
        await asyncio.sleep(_TICK)


def _view(request: Request) -> View | None:
    """Return the view that the query asks for; None if a number in the query is no number."""
    query = request.query_params
    try:
        number, zoom = int(query.get("number", "1")), int(query.get("zoom", "100"))
    except ValueError:
        return None
    return View(
        number=number,
        answer=query.get("side") == "answer",
        night=query.get("night") == "1",
        desktop=query.get("width") == "desktop",
        zoom=max(50, min(300, zoom)),
        typed=query.get("typed", ""),
    )


def _response(text: str, kind: str, *, status: int = 200, policy: str = _PAGE) -> Response:
    return Response(text, status, media_type=kind, headers=_headers(policy))


def _headers(policy: str) -> dict[str, str]:
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        # the page of a card has no origin: for a browser, its files come from another one
        "Cross-Origin-Resource-Policy": "cross-origin" if policy == _MEDIA else "same-origin",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }


def listen(port: int | None) -> socket.socket:
    """Return a socket that listens on ``HOST``, on ``port`` or, if ``port`` is None, on a free port. Raises OSError."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if os.name == "posix":  # on Windows, two programs could then use one port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((HOST, port or 0))
        listening.listen()
    except OSError:
        listening.close()
        raise
    return listening


def serve(listening: socket.socket, current: Callable[[], State], advice: Advice) -> None:
    """Serve the requests to the socket until Ctrl-C. Raises KeyboardInterrupt at the end."""

    def ending() -> bool:
        return server.should_exit

    config = uvicorn.Config(
        app(current, advice, ending), log_level="warning", ws="none", lifespan="off", timeout_graceful_shutdown=2
    )
    server = uvicorn.Server(config)
    server.run(sockets=[listening])
