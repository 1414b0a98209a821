"""Diagrams as text become drawings, or errors at their lines. An XML parser reads the drawings."""

from __future__ import annotations

import re
import subprocess
import sys
import time
import xml.etree.ElementTree as ET

import pytest

from deckbuilder.cards import svg_safety
from deckbuilder.cards.drawn_fences import drawn
from deckbuilder.diagrams import graphviz, mermaid
from deckbuilder.diagrams.draw import LARGEST, draw
from deckbuilder.diagrams.drawing import Drawing, Undrawn
from tests.diagrams.samples import SAMPLES

KINDS = pytest.mark.parametrize("kind", SAMPLES)


def of(language: str, text: str) -> Drawing:
    found = draw(language, text)
    assert isinstance(found, Drawing), found
    return found


def parsed(drawing: Drawing) -> ET.Element:
    return ET.fromstring(drawing.svg)  # noqa: S314  ours


def refused(language: str, text: str) -> Undrawn:
    found = drawn(language, text)
    assert isinstance(found, Undrawn)
    return found


@KINDS
def test_every_label_is_in_the_drawing_and_in_the_text_read_aloud(kind: str) -> None:
    language, text, labels = SAMPLES[kind]
    found = of(language, text)
    squeezed = re.sub(r"\s", "", " ".join(parsed(found).itertext()))
    assert [label for label in labels if label.replace(" ", "") not in squeezed] == []
    assert [label for label in labels if label not in found.words] == []


@KINDS
def test_a_drawing_is_safe_has_its_size_and_nothing_of_this_machine(kind: str) -> None:
    language, text, _ = SAMPLES[kind]
    found = of(language, text)
    root = parsed(found)
    assert float(root.attrib["width"]) > 0
    assert "%" not in root.attrib["width"]
    assert svg_safety.unsafe_part(found.svg) == ""
    assert "foreignObject" not in found.svg.decode()
    assert not re.search(r"/(?:home|root|tmp|usr)/|20\d\d-\d\d-\d\dT|<!--", found.svg.decode())
    assert found.least <= found.width


def test_another_process_draws_the_same_bytes() -> None:
    program = (
        "import hashlib; from tests.diagrams.samples import SAMPLES; from deckbuilder.diagrams.draw import draw\n"
        "print(hashlib.sha256(b''.join(draw(*one[:2]).svg for one in SAMPLES.values())).hexdigest())"
    )
    runs = [subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout for _ in range(2)]
    assert runs[0] == runs[1] != ""


@pytest.mark.parametrize(
    ("language", "text", "line", "words"),
    [
        ("mermaid", "flowchart LR\n    A --> B\n    B[x --> C\n    C --> D", 3, "Unterminated"),
        ("mermaid", "sequenceDiagram\n    A->>B: x\n    A ->>", 3, ""),
        ("mermaid", "%% a comment\nC4Context\n    x", 2, "'C4Context' is no kind"),
        ("mermaid", "hello world", 1, "'hello' is no kind"),
        ("mermaid", "%% only a comment", 1, "names no kind"),
        ("mermaid", "gantt\n    dateFormat YYYY-MM-DD\n    x : 0.2, 1.8s", 3, ""),
        ("dot", "digraph {\n    a -> b\n    b -> -> c\n}", 3, "syntax error"),
        ("dot", "digraph {\n    a [color=nocolour]\n}", 0, "not a known color"),
        ("dot", "digraph {\n    a [shape=noshape]\n}", 0, "unknown shape"),
        ("dot", 'digraph {\n    a [image="/etc/passwd"]\n}', 0, "/etc/passwd"),
        ("dot", "digraph { a } digraph { b }", 0, "one graph"),
        ("dot", "   \n", 0, "empty"),
        ("mermaid", "flowchart LR", 0, "no words"),
    ],
)
def test_a_text_that_cannot_be_drawn_has_a_reason_and_a_line(language: str, text: str, line: int, words: str) -> None:
    found = refused(language, text)
    assert words in found.reason
    assert found.line == line
    assert not found.missing


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("dot", 'digraph { a [URL="javascript:alert(1)"] }'),
        ("mermaid", 'flowchart LR\n    A@{ img: "https://example.org/a.png", label: "x", h: 60 }'),
    ],
)
def test_a_drawing_that_runs_or_loads_something_is_refused(language: str, text: str) -> None:
    assert re.search("runs or loads|shows a picture", refused(language, text).reason)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("flowchart LR\n    A[List<String> names]", 2, "<String>"),
        ("flowchart LR\n    %% <T>\n    A[a<b and c>d]", 3, "<b and c>"),
        ("flowchart LR\n    A[x<sup>2</sup>]", 2, "<sup>"),
        ("classDiagram\n    class A {\n        +List<T> x\n    }", 3, "<T>"),
        ("mindmap\n  root\n    List<T>", 3, "<T>"),
        ("sequenceDiagram\n    A->>B: C# and more", 2, "#35;"),
        ("sequenceDiagram\n    A->>B: #lt; and #1", 2, "#35;"),
        ('flowchart LR\n    A["$$x^2$$"]', 2, "formula"),
        ("flowchart LR\n    A[fa:fa-car Car]", 2, "fa:fa-car"),
    ],
)
def test_words_that_would_be_lost_are_an_error(text: str, line: int, words: str) -> None:
    found = refused("mermaid", text)
    assert words in found.reason
    assert found.line == line


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("flowchart LR\n    A[List&lt;T&gt;] <--> B[a < b and c > d]", "List<T>, a < b and c > d"),
        ("flowchart LR\n    A[\"<b>bold</b> <span style='color:red'>red</span><br/>next\"]", "bold red next"),
        (
            "flowchart LR\n    %% fa:fa-car <T> $$x$$\n    A[C# code] --> B[#35;1 #9829; #infin; #quot;q#quot;]",
            'C# code, #1 ♥ ∞ "q"',
        ),
        ("classDiagram\n    class A~T~ {\n        <<interface>>\n    }\n    A <|-- B", "«interface», A<T>, B"),
        ("sequenceDiagram\n    A->>B: C#35; and List<T>", "A, B, C# and List<T>"),
        ("sequenceDiagram\n    A->>B: one<br>two", "A, B, one, two"),
    ],
)
def test_near_misses_of_lost_words_are_drawn(text: str, words: str) -> None:
    assert sorted(of("mermaid", text).words.split(", ")) == sorted(words.split(", "))


def test_labels_are_read_in_the_order_of_the_text_and_each_once() -> None:
    text = "flowchart TD\n    Z[last letter] --> A[first letter]\n    A -->|then| M[middle letter]\n    M --> Z"
    assert of("mermaid", text).words == "last letter, first letter, then, middle letter"
    assert of("dot", 'digraph { z -> a -> m; m [label="two\\nlines"] }').words == "z, a, two lines"


def test_words_of_the_author_for_readers_without_eyes_come_first() -> None:
    text = "flowchart TD\n    accTitle: The way\n    accDescr: One arrow.\n    A[one] --> B[two]"
    assert of("mermaid", text).words == "The way, One arrow., one, two"


@pytest.mark.parametrize("theme", ["dark", "forest", "neutral"])
def test_a_theme_of_the_author_changes_no_colour(theme: str) -> None:
    plain = "flowchart TD\n    A[one] --> B[two]"
    assert of("mermaid", f"%%{{init: {{'theme': '{theme}'}}}}%%\n{plain}").svg == of("mermaid", plain).svg
    assert of("mermaid", f"---\nconfig:\n  theme: {theme}\n---\n{plain}").svg == of("mermaid", plain).svg


def test_the_direction_and_the_colours_of_the_author_stay() -> None:
    text = "flowchart LR\n    A[one] --> B[two]\n    style A fill:#ff9999"
    assert "#ff9999" in of("mermaid", text).svg.decode()
    assert of("mermaid", text).width > of("mermaid", text.replace("LR", "TD")).width


def test_the_layout_of_the_author_stays() -> None:
    text = "sequenceDiagram\n    A->>B: x\n"
    assert of("mermaid", "%%{init: {'sequence': {'width': 300}}}%%\n" + text).width > of("mermaid", text).width + 300


def test_small_words_make_the_drawing_larger() -> None:
    small = of("dot", "digraph { node [fontsize=6]; a -> b }")
    large = of("dot", "digraph { node [fontsize=24]; a -> b }")
    assert small.least == small.width >= 2 * float(parsed(small).attrib["width"]) * 0.99
    assert large.least < large.width


def test_a_large_text_is_refused_at_once() -> None:
    begin = time.perf_counter()
    for text in ("flowchart LR\n" + "A --> B\n" * 125_000, "flowchart LR\n" + "A[x --> B\n" * 100_000, "%%" * 500_000):
        assert str(LARGEST) in refused("mermaid", text).reason
    assert time.perf_counter() - begin < 3


def test_odd_texts_take_little_time() -> None:
    begin = time.perf_counter()
    long = "flowchart LR\n" + "".join(f"a{number} --> a{number + 1}\n" for number in range(150)) + "b[x"
    assert refused("mermaid", long).line == 152
    assert "syntax error" in refused("dot", 'digraph { a [label="' + '\\"' * 8000).reason
    for text in ("A[" + "<a " * 6000, "A[" + "$$x " * 4000, "A[" + "<b" * 9000, "A@" * 9000):
        refused("mermaid", f"flowchart TD\n    {text}")
    assert time.perf_counter() - begin < 10


def test_without_the_libraries_no_diagram_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mmdr", None)
    monkeypatch.setattr(graphviz, "program", lambda: None)
    assert draw.__wrapped__("mermaid", "flowchart LR\n    A --> B") == Undrawn("", missing=True)
    assert draw.__wrapped__("dot", "digraph { a }") == Undrawn("", missing=True)


def test_a_failure_inside_the_library_is_an_error_of_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    class PanicException(BaseException):
        pass

    def panics(*_: object, **__: object) -> None:
        raise PanicException

    monkeypatch.setattr("mmdr.render", panics)
    found = draw.__wrapped__("mermaid", "flowchart LR\n    A --> B")
    assert isinstance(found, Undrawn)
    assert "the library fails" in found.reason


def test_the_kind_is_behind_front_matter_directives_and_comments() -> None:
    assert mermaid.kind("---\ntitle: x\n---\n%%{init: {}}%%\n%% note\n\n  pie title x") == "pie"
    assert mermaid.kind("") == ""


def test_no_line_shows_through_the_words_on_it() -> None:
    svg = of("mermaid", "flowchart TD\n  server -->|calls with| app\n").svg.decode()
    assert re.findall(r"\.edgeLabel rect\{opacity:([\d.]+)", svg) == ["1"]
