"""``preview --png`` writes pictures of cards."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from PIL import Image

from deckbuilder.preview import drawn_cards
from tests.browser.phone import chromium
from tests.conftest import lacking
from tests.support import write

pytestmark = [pytest.mark.browser, pytest.mark.slow]
TEXT = "## Sum? {#sum}\n\n$x^2$\n\n## {{c1::A}} and {{c2::B}} {#ab .cloze}\n\nmore\n\n## Long? {#long}\n\n" + "word\n\n" * 100


@pytest.fixture(autouse=True)
def needs_a_browser() -> None:
    if not chromium():
        lacking("no Chromium on the PATH")


def deck(folder: Path, text: str) -> Path:
    write(folder, text)
    return folder


def dark(picture: Image.Image, side: int) -> bool:
    """Return whether the background of a side is dark."""
    left = side * (drawn_cards.WIDTH + 12)
    return sum(picture.convert("L").crop((left + 2, 500, left + 300, 600)).resize((1, 1)).tobytes()) < 128


def test_a_picture_has_both_sides_by_day_and_by_night(tmp_path: Path, invoke: Callable[..., Result]) -> None:
    out = tmp_path / "out"
    result = invoke("preview", deck(tmp_path / "deck", TEXT), "--png", "*", "-o", out)
    assert result.exit_code == 0, result.stderr
    assert sorted(path.name for path in out.iterdir()) == ["ab-1.png", "ab-2.png", "long.png", "sum.png"]
    assert len(result.stdout.splitlines()) == 4
    found = {path.stem: Image.open(io.BytesIO(path.read_bytes())) for path in out.iterdir()}
    assert {picture.width for picture in found.values()} == {4 * drawn_cards.WIDTH + 3 * 12}
    assert [dark(found["sum"], side) for side in range(4)] == [False, False, True, True]
    assert found["sum"].height == drawn_cards.HEIGHT < found["long"].height <= drawn_cards.TALLEST
    front, back = (found["sum"].crop((372 * side, 0, 372 * side + 360, 640)) for side in (0, 1))
    assert front.tobytes() != back.tobytes()


def test_a_formula_is_drawn(tmp_path: Path, invoke: Callable[..., Result]) -> None:
    """A fraction is higher than its source, which is one line."""
    big = "## A? {#a}\n\n$$\\begin{matrix}" + "1\\\\" * 60 + "\\end{matrix}$$\n"
    result = invoke("preview", deck(tmp_path / "deck", big), "--png", "a", "-o", tmp_path)
    assert result.exit_code == 0, result.stderr
    assert Image.open(io.BytesIO((tmp_path / "a.png").read_bytes())).height > drawn_cards.HEIGHT


def test_no_card_leaves_a_trace_on_the_next_one(tmp_path: Path, invoke: Callable[..., Result]) -> None:
    """All cards are drawn in one page. A card after a tall one, or after a formula, looks as it does alone."""
    tall = "## Long? {#long}\n\n$x^2$\n\n" + "word\n\n" * 100
    text = "\n\n".join([tall, "## Sum? {#sum}\n\nwords", tall.replace("#long", "#more"), "## E? {#e}\n\n$e$\n\n- [ ] a"])
    folder = deck(tmp_path / "deck", text)
    assert invoke("preview", folder, "--png", "*", "-o", tmp_path / "all").exit_code == 0
    for name in ("sum", "e"):
        assert invoke("preview", folder, "--png", name, "-o", tmp_path).exit_code == 0
        assert (tmp_path / f"{name}.png").read_bytes() == (tmp_path / "all" / f"{name}.png").read_bytes()
        assert Image.open(io.BytesIO((tmp_path / f"{name}.png").read_bytes())).height == drawn_cards.HEIGHT


def test_mistakes_have_messages(tmp_path: Path, invoke: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    folder = deck(tmp_path / "deck", TEXT)
    wrong = invoke("preview", folder, "--png", "sun", "-o", tmp_path)
    assert (wrong.exit_code, "no question has the id 'sun'; did you mean 'sum'?" in wrong.stderr) == (2, True)
    taken = tmp_path / "taken"
    taken.write_text("x")
    refused = invoke("preview", folder, "--png", "sum", "-o", taken / "more")
    assert (refused.exit_code, "cannot write" in refused.stderr) == (1, True)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(drawn_cards, "_CHANNELS", ("no-such-channel",))
    alone = invoke("preview", folder, "--png", "sum", "-o", tmp_path)
    assert (alone.exit_code, "install one with: playwright install chromium" in alone.stderr) == (1, True)
