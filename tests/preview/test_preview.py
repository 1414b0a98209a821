"""``preview`` over real HTTP: its pages, its refusals, and that no content of a file ends the preview."""

from __future__ import annotations

import errno
import http.client
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import urlencode

import pytest
from click.testing import Result

from deckbuilder.pipeline.watch import Changed
from deckbuilder.preview.live import Live
from deckbuilder.preview.page import with_players
from deckbuilder.source.decks import load_decks
from tests.running import Running, Start, rename_over
from tests.support import PNG, ROOT, write

pytestmark = pytest.mark.slow

Invoke = Callable[..., Result]
CARDS = """# Cards

## What is `g`? {#g hint="a name" tags="contexts::g"}

A *namespace*. ![](pictures/a%20tree.png) ![](word.mp3)

## {{c1::One}} and {{c2::two}} {#clozes .cloze}

## Which status? {#status .typed}

`3 < 4`

## Both {#both .reversed}

Ways.
"""
HOSTILE = """## Hostile {#hostile}

<script>parent.postMessage({what: "key", value: " "}, "*")</script>
<img src="x" onerror="document.title = 'run'">
"""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class Served:
    """A running preview, with requests. A path is sent exactly as given."""

    def __init__(self, start: Start, folder: Path, *arguments: str) -> None:
        self.run: Running = start(folder, "preview", "--no-open", *arguments)
        self.port = int(self.run.says(r"^http://127\.0\.0\.1:\d+/$").split(":")[2].strip("/"))
        self.run.says("^Ctrl-C ends the preview$")

    def get(self, path: str, host: str | None = None) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path, headers={"Host": host or f"127.0.0.1:{self.port}"})
            answer = connection.getresponse()
            return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def card(self, key: str, **query: str | int) -> str:
        answer = self.get("/decks/0/card?" + urlencode({"key": key} | query))
        assert answer.status == 200
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        return answer.text

    @property
    def state(self) -> dict[str, object]:
        state: dict[str, object] = json.loads(self.get("/state").text)
        return state

    def items(self) -> dict[str, dict[str, object]]:
        return {item["key"]: item for item in json.loads(self.get("/state").text)["items"]}

    def waits_for(self, good: Callable[[], bool], seconds: float = 5) -> None:
        end = time.monotonic() + seconds
        while not good():
            assert time.monotonic() < end, self.state
            time.sleep(0.05)


def write_deck(folder: Path) -> Path:
    """Write a deck of four questions with media into ``folder``, and a private file beside the deck."""
    deck = folder / "content" / "deck"
    write(deck, CARDS)
    (deck / "pictures").mkdir()
    (deck / "pictures" / "a tree.png").write_bytes(PNG)
    (deck / "word.mp3").write_bytes(b"ID3")
    (folder / "secret.png").write_bytes(b"secret")
    return deck


@pytest.fixture(scope="module")
def served(running: Start, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Start a preview of the deck, for tests that change nothing."""
    folder = tmp_path_factory.mktemp("served")
    write_deck(folder)
    yield (one := Served(running, folder))
    assert one.run.end() == 0
    assert one.run.lines.empty()


@pytest.fixture
def deck(tmp_path: Path) -> Path:
    """Return the folder of a deck that a test may change."""
    return write_deck(tmp_path)


@pytest.fixture
def live(running: Start, deck: Path) -> Iterator[Served]:
    """Start a preview of the deck that a test may change."""
    yield (one := Served(running, deck.parent.parent))
    if one.run.process.poll() is None:
        assert one.run.end() == 0
        assert one.run.lines.empty()


def test_the_page_and_its_files_are_served_and_nothing_beside(served: Served) -> None:
    for path, kind in (
        ("/", "text/html"),
        ("/page.css", "text/css"),
        ("/page.js", "text/javascript"),
        ("/card.js", "text/javascript"),
    ):
        answer = served.get(path)
        assert answer.status == 200
        assert answer.headers["content-type"] == f"{kind}; charset=utf-8"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        # the frame of a card has an origin of its own, so that its script comes from another origin
        allowed = "cross-origin" if path == "/card.js" else "same-origin"
        assert answer.headers["cross-origin-resource-policy"] == allowed
    assert served.get("/state").headers["cross-origin-resource-policy"] == "same-origin"
    for path in ("/nothing", "/assets/card.css", "/page.css/..", "/decks/0/", "/decks/9/x.png", "/decks/0/nothing.png"):
        assert served.get(path).status == 404


def test_the_state_lists_questions_cards_and_where_they_stand(served: Served) -> None:
    items = served.items()
    assert list(items) == ["deck/g", "deck/clozes", "deck/status", "deck/both"]
    assert {"question": "What is g?", "file": "content/deck/01.md", "line": 3, "kind": "basic", "status": ""}.items() <= items[
        "deck/g"
    ].items()
    assert items["deck/g"]["tags"] == ["contexts::g"]
    assert items["deck/clozes"]["cards"] == [
        {"number": 1, "name": "c1", "about": "One"},
        {"number": 2, "name": "c2", "about": "two"},
    ]
    assert [len(item["cards"]) for item in items.values()] == [1, 2, 1, 2]  # type: ignore[arg-type]


def test_cards_have_the_look_of_anki(served: Served) -> None:
    question = served.card("deck/g")
    assert '<body class="card card1">' in question
    assert "<p>What is <code>g</code>?</p>" in question
    assert "<summary>Hint</summary>a name" in question
    assert "namespace" not in question
    assert ".card.nightMode {" in question
    answer = served.card("deck/g", side="answer", night=1, zoom=150, width="desktop")
    assert '<body class="card card1 nightMode night_mode">' in answer
    assert "zoom: 150%" in answer
    assert '<html class="desktop">' in answer
    assert "<em>namespace</em>" in answer
    assert "[...]</span> and" in served.card("deck/clozes")
    second = served.card("deck/clozes", number=2)
    assert '<body class="card card2">' in second
    assert ">One</span> and <span" in second
    assert '<div class="question"><p>Ways.</p></div>' in served.card("deck/both", number=2)


def test_mathjax_is_served_and_loaded_by_cards_with_maths_only(live: Served, deck: Path) -> None:
    text = "## What is $x$? {#maths}\n\nA letter.\n\n## What is `\\(x\\)`? {#code}\n\n$$y$$\n"
    (deck / "02.md").write_text(text, encoding="utf-8")
    live.waits_for(lambda: "deck/code" in live.items())
    script = '<script src="/mathjax/tex-chtml-full.js"></script>'
    loads = [(script in live.card(f"deck/{key}", side=side)) for key in ("maths", "code", "g") for side in ("question", "answer")]
    assert loads == [True, True, False, True, False, False]
    found = live.get("/mathjax/tex-chtml-full.js")
    assert (found.status, found.headers["content-type"]) == (200, "text/javascript; charset=utf-8")
    assert len(found.body) > 1_000_000
    font = live.get("/mathjax/output/chtml/fonts/woff-v2/MathJax_Main-Regular.woff")
    assert (font.status, font.headers["content-type"], font.body[:4]) == (200, "font/woff", b"wOFF")
    assert font.headers["access-control-allow-origin"] == "null"
    for path in ("ui/menu.js", "../__init__.py", "..%2f..%2f__init__.py", "output/chtml/fonts/woff-v2/MathJax_None.woff", ""):
        assert live.get(f"/mathjax/{path}").status == 404


def test_a_typed_answer_has_an_input_and_is_compared(served: Served) -> None:
    assert '<input type="text" id="typeans" value="&quot;&gt;&lt;b&gt;"' in served.card("deck/status", typed='"><b>')
    assert "<code id=typeans>3 &lt; 4</code>" in served.card("deck/status", side="answer")
    right = served.card("deck/status", side="answer", typed="3 < 4")
    assert "<code id=typeans><span class=typeGood>3 &lt; 4</span></code>" in right
    assert "<script>" not in served.card("deck/status", side="answer", typed="<script>x")


def test_the_media_of_the_deck_are_served_by_their_packaged_names(served: Served) -> None:
    answer = served.card("deck/g", side="answer")
    (picture,) = re.findall(r'<img [^>]*src="([^"]+)"', answer)
    found = served.get(f"/decks/0/{picture}")
    assert (found.status, found.body) == (200, PNG)
    assert found.headers["content-type"] == "image/png"
    (sound,) = re.findall(r'<audio controls preload="none" src="([^"]+)"', answer)
    assert served.get(f"/decks/0/{sound}").body == b"ID3"


@pytest.mark.parametrize(
    "path",
    [
        "/decks/0/../../secret.png",
        "/decks/0/..%2f..%2fsecret.png",
        "/decks/0/%2e%2e/%2e%2e/secret.png",
        "/decks/0/pictures/a%20tree.png",
        "/decks/0/deck.toml",
        "/decks/0/01.md",
        "//etc/passwd",
        "/decks/0//etc/passwd",
        "/decks/0/%2fetc%2fpasswd",
        "/decks/-1/deck.toml",
    ],
)
def test_no_path_leads_out_of_the_deck(path: str, served: Served) -> None:
    assert served.get(path).status == 404


@pytest.mark.parametrize(
    "host",
    ["evil.test", "evil.test:{port}", "127.0.0.1.evil.test", "127.0.0.2", "localhost.evil.test:{port}", "[::1]"],
)
@pytest.mark.parametrize("path", ["/", "/state", "/events", "/decks/0/card?key=deck/g"])
def test_a_request_for_another_host_is_refused(host: str, path: str, served: Served) -> None:
    answer = served.get(path, host=host.format(port=served.port))
    assert answer.status == 400
    assert b"namespace" not in answer.body
    assert served.get("/state", host=f"localhost:{served.port}").status == 200


def test_only_this_machine_is_listened_to(served: Served) -> None:
    with socket.socket() as other:
        other.settimeout(5)
        assert other.connect_ex(("127.0.0.2", served.port)) != 0


@pytest.mark.parametrize(
    "query",
    [
        {"key": "deck/none"},
        {},
        {"key": "deck/g", "number": "2"},
        {"key": "deck/g", "number": "x"},
        {"key": "deck/g", "zoom": "x"},
    ],
)
def test_a_card_that_is_not_there(query: dict[str, str], served: Served) -> None:
    assert served.get("/decks/0/card?" + urlencode(query)).status == 404


def test_a_card_may_load_nothing_from_elsewhere_and_run_only_our_script(live: Served, deck: Path) -> None:
    (deck / "02.md").write_text(HOSTILE, encoding="utf-8")
    live.waits_for(lambda: "deck/hostile" in live.items())
    answer = live.get("/decks/0/card?key=deck/hostile")
    assert answer.status == 200
    policy = dict(part.strip().partition(" ")[::2] for part in answer.headers["content-security-policy"].split(";"))
    here = f"http://127.0.0.1:{live.port}"
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == f"{here}/card.js {here}/mathjax/tex-chtml-full.js"
    assert policy["font-src"] == f"{here}/mathjax/output/chtml/fonts/woff-v2/ data:"
    assert policy["img-src"] == f"{here} data:"
    assert policy["frame-ancestors"] == here
    assert "allow-same-origin" not in policy["sandbox"]


def test_problems_stand_at_their_question_and_a_broken_deck_goes_on(live: Served, deck: Path) -> None:
    (deck / "01.md").write_text(CARDS.replace("\nWays.\n", ""), encoding="utf-8")
    live.waits_for(lambda: bool(live.items()["deck/both"]["problems"]))
    (problem,) = live.items()["deck/both"]["problems"]  # type: ignore[misc]
    assert problem["place"] == "content/deck/01.md:13:1"  # type: ignore[has-type]
    assert problem["code"] == "missing-answer"  # type: ignore[has-type]
    assert live.state["problems"] == []
    assert "Both" in live.card("deck/both")

    (deck / "deck.toml").write_text("id = [", encoding="utf-8")
    live.waits_for(lambda: bool(live.state["problems"]))
    assert "content/deck/deck.toml:1:" in json.dumps(live.state["problems"])
    (deck / "01.md").write_bytes(b"\xff\xfe")
    live.waits_for(lambda: "not-utf8" in json.dumps(live.state["problems"]))
    write(deck, CARDS)
    live.waits_for(lambda: not live.state["problems"] and len(live.items()) == 4)


def test_an_id_that_is_used_twice_shows_both_questions(live: Served, deck: Path) -> None:
    (deck / "02.md").write_text("## Another {#g}\n\nx\n", encoding="utf-8")
    live.waits_for(lambda: "deck/g~" in live.items())
    assert "Another" in live.card("deck/g~")
    assert "What is" in live.card("deck/g")
    assert live.items()["deck/g~"]["problems"]


def test_a_video_has_a_player_and_questions_show_their_first_line_of_code(live: Served, deck: Path) -> None:
    (deck / "clip.webm").write_bytes(b"\x1aE\xdf\xa3")
    text = "## What does this print? {#one}\n\n```python\nif a < b:\n    print(1)\n```\n\n---\n\n[sound:x]\n"
    (deck / "02.md").write_text(text, encoding="utf-8")
    live.waits_for(lambda: "deck/one" in live.items())
    assert live.items()["deck/one"]["code"] == "if a < b:"
    assert live.items()["deck/g"]["code"] == ""
    assert with_players("[sound:a.mp4] [sound:b.mp3]") == (
        '<video controls preload="metadata" src="a.mp4"></video> <audio controls preload="none" src="b.mp3"></audio>'
    )


def test_what_is_new_or_changed_since_the_release(
    running: Start, invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "deck", "## One {#one}\n\n1\n\n## Two {#two}\n\n2\n")
    assert invoke("release", "deck").exit_code == 0
    write(tmp_path / "deck", "## One {#one}\n\n1\n\n## Two {#two}\n\n22\n\n## Three {#three}\n\n3\n")
    served = Served(running, tmp_path, "deck")
    assert [item["status"] for item in served.items().values()] == ["unchanged", "changed", "new"]
    assert invoke("release", "deck").exit_code == 0
    served.waits_for(lambda: [item["status"] for item in served.items().values()] == ["unchanged"] * 3)
    assert served.run.end() == 0


def test_the_events_tell_of_each_save_within_a_second(live: Served, deck: Path) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", live.port, timeout=10)
    connection.request("GET", "/events")
    answer = connection.getresponse()
    assert answer.getheader("content-type") == "text/event-stream; charset=utf-8"

    def event() -> str:
        line = answer.readline().decode()
        assert answer.readline() == b"\n"
        return line

    assert event() == f'data: "{live.state["version"]}"\n'
    for save in (Path.write_text, rename_over):
        begun = time.monotonic()
        save(deck / "01.md", CARDS.replace("namespace", save.__name__))
        assert event() == f'data: "{live.state["version"]}"\n'
        assert time.monotonic() - begun < 1
        assert save.__name__ in live.card("deck/g", side="answer")
    assert live.run.end() == 0  # an open page does not delay the end, and the page gets no broken answer
    assert live.run.lines.empty()
    connection.close()


def test_a_folder_that_is_not_there(running: Start, tmp_path: Path) -> None:
    """A slip in the name ends the command, as with each other command."""
    for source, advice in ((None, "new content/my-deck"), ("contnet", "new contnet"), ("deck/01.md", "")):
        run = running(tmp_path, "preview", "--no-open", *([source] if source else []))
        run.says(f"^{source or 'content'}:1:1: error: no such file or folder \\[no-deck\\]$")
        run.says("^1 error$")
        if advice:
            run.says(f"^for a deck to start from: deckbuilder {advice}$")
        assert run.process.wait(timeout=20) == 1
        run.reader.join()
        assert run.lines.empty()
        assert run.process.stdout
        run.process.stdout.close()


def test_a_name_that_no_system_allows(invoke: Invoke) -> None:
    result = invoke("preview", "--no-open", "a" * 300)
    assert isinstance(result.exception, SystemExit)
    assert "aaa:1:1: error: " in result.stderr


def test_a_deck_that_is_not_there_yet(running: Start, tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    served = Served(running, tmp_path, "content")
    served.run.says("^no question in content yet; the page shows each question as soon as its file is saved$")
    served.run.says("^for a deck to start from: deckbuilder new content/my-deck$")
    assert "<code>deckbuilder new content/my-deck</code>" in served.get("/").text
    assert "no deck here" in json.dumps(served.state["problems"])
    write(tmp_path / "content" / "deck", CARDS.replace("![](pictures/a%20tree.png) ![](word.mp3)", ""))
    served.waits_for(lambda: len(served.items()) == 4)
    assert served.state["problems"] == []
    assert served.run.end() == 0


@pytest.mark.parametrize(
    ("source", "command"),
    [("decks & more", "new 'decks & more'"), ("full", "new full/my-deck"), ("deck", None), ("deck/web", None), ("new.md", None)],
)
def test_where_a_new_deck_can_be(running: Start, tmp_path: Path, source: str, command: str | None) -> None:
    for folder in ("full", "deck/web", "decks & more"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "new.md").touch()
    (tmp_path / "full" / "notes.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "deck" / "deck.toml").write_text('id = "a"\nname = "A"\n', encoding="utf-8")
    served = Served(running, tmp_path, source)
    served.run.says(f"^no question in {re.escape(source)} yet; ")
    if command:
        served.run.says(f"^for a deck to start from: deckbuilder {re.escape(command)}$")
    page = served.get("/").text
    assert f"<h2>No question in <code>{escape(source)}</code> yet</h2>" in page
    assert f"every kind: <code>{escape(f'deckbuilder {command}') if command else ''}</code>" in page
    assert served.run.end() == 0
    assert served.run.lines.empty()


def test_a_port_that_is_taken(running: Start, deck: Path, tmp_path: Path) -> None:
    assert deck.exists()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        run = running(tmp_path, "preview", "--no-open", "--port", str(port))
        run.says(f"^Error: cannot listen on port {port}: ")
        assert run.process.wait(timeout=20) == 1
        run.end()
    served = Served(running, tmp_path, "--port", str(port))
    assert served.port == port
    assert served.run.end() == 0


@pytest.mark.parametrize("library", ["mathjax", "starlette", "uvicorn", "watchfiles"])
def test_without_the_extra_it_says_what_to_install(library: str, tmp_path: Path, deck: Path) -> None:
    assert deck.exists()
    program = f"import sys; sys.modules[{library!r}] = None; from deckbuilder.cli import main; main(['preview', '--no-open'])"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert 'preview needs more libraries; install them with: pip install "anki-deckbuilder[preview]"' in done.stderr
    assert done.stdout == ""


def test_our_own_mistakes_do_not_end_it_and_are_told(deck: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No deck shows a bug of ours, so the test puts a bug into the function that loads the deck."""
    go, broken = threading.Semaphore(0), threading.Event()

    def changes() -> Iterator[Changed]:
        yield None
        while go.acquire(timeout=10):
            yield None

    def load() -> object:
        if broken.is_set():
            raise ZeroDivisionError
        return load_decks([deck])

    def until(good: Callable[[], bool]) -> None:
        end = time.monotonic() + 5
        while not good():
            assert time.monotonic() < end
            time.sleep(0.01)

    live = Live(changes(), load)  # type: ignore[arg-type]
    live.start()
    assert len(live.current.items) == 4
    broken.set()
    go.release()
    until(lambda: [problem.code for problem in live.current.problems] == ["internal-error"])
    assert len(live.current.items) == 4
    assert "ZeroDivisionError" in capsys.readouterr().err
    broken.clear()
    go.release()
    until(lambda: live.current.problems == ())


def test_the_page_says_when_nobody_watches_the_files_any_more(deck: Path) -> None:
    looked = threading.Event()

    def changes() -> Iterator[Changed]:
        yield None
        looked.wait(timeout=10)
        raise OSError(errno.ENOSPC, "no watches left")

    live = Live(changes(), lambda: load_decks([deck]))
    live.start()
    looked.set()
    live.join()
    assert [problem.code for problem in live.current.problems] == ["not-watching"]
    assert "no watches left" in live.current.problems[0].message
    assert len(live.current.items) == 4
