"""Figures -> drawings (SVG) with a text that says the same. The only user of matplotlib, which is optional."""

from __future__ import annotations

import io
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from deckbuilder import assets
from deckbuilder.learners.figures import DeckFigures, Figures

_SIZE = (3.6, 2.5)
"""Inches: 345 pixels wide, so that the words are large enough on a phone."""
_COLOURS = {"ink": "#0a0b01", "bar": "#0a0b02", "hard": "#0a0b03", "grid": "#0a0b04"}
"""Colours of the drawing, which CSS variables of these names replace: a page has another look by night."""
_MOST_BARS = 20
"""The most bars of one drawing, so that their names do not overlap."""
_LONGEST = 18
"""Characters of the name of a bar."""
_TENTHS = tuple(f"{10 * at}–{10 * at + 10} %" for at in range(10))


class NoPlotsError(Exception):
    """matplotlib is not installed."""


class Plot(NamedTuple):
    """A drawing."""

    title: str
    svg: str
    rows: tuple[tuple[str, str], ...]
    """The same figures as (name, value)."""

    @property
    def text(self) -> str:
        """The figures in words, for people who do not see the drawing."""
        return f"{self.title}. " + "; ".join(f"{name}: {value}" for name, value in self.rows) + "."


def plots(deck: DeckFigures) -> list[Plot]:
    """Return the drawings of a deck: the distribution, and the failed answers by topic, level and week.

    A drawing with fewer than two values says nothing, and is not made. Raises NoPlotsError.
    """
    try:
        import matplotlib as mpl  # noqa: PLC0415  # an extra
    except ImportError as error:
        raise NoPlotsError from error
    with warnings.catch_warnings(), mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": deck.name, "font.size": 9}):
        warnings.simplefilter("ignore")  # a font of this machine may lack a character: the browser has another font
        found: list[Plot | None] = [_distribution(deck)]
        found += [_by("level", deck, lambda one: one.card.level), _by("topic", deck, lambda one: one.card.topic)]
        return [plot for plot in [*found, _by_week(deck)] if plot and len(plot.rows) > 1]


def _distribution(deck: DeckFigures) -> Plot:
    counts = [[0, 0] for _ in _TENTHS]
    for one in deck.ranked:
        counts[min(int(one.share * 10), 9)][one.hard] += 1

    def draw(axes: Any) -> None:
        usual, worse = zip(*counts, strict=True)
        axes.bar(range(10), usual, width=0.9, color=_COLOURS["bar"])
        axes.bar(range(10), worse, width=0.9, bottom=usual, color=_COLOURS["hard"])
        axes.set_xticks([at - 0.5 for at in range(0, 11, 2)], [f"{10 * at} %" for at in range(0, 11, 2)])
        axes.set_xlabel("failed answers")
        axes.set_ylabel("cards")

    rows = (
        (name, f"{sum(count)} cards" + (f", {count[1]} hard" if count[1] else ""))
        for name, count in zip(_TENTHS, counts, strict=True)
    )
    return Plot("Cards by their share of failed answers", _drawn(draw), tuple(rows))


def _by(kind: str, deck: DeckFigures, name_of: Callable[[Figures], str]) -> Plot | None:
    """Return the drawing of the share of failed answers by the names that ``name_of`` gives, or None without names."""
    groups: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for one in (*deck.ranked, *deck.few):
        if one.answers and (name := name_of(one)):
            groups[name][0] += one.answers
            groups[name][1] += one.failed
    worst = sorted(((failed / count, count, name) for name, (count, failed) in groups.items()), reverse=True)[:_MOST_BARS]
    if not worst:
        return None

    def draw(axes: Any) -> None:
        shown = worst[::-1]
        axes.barh(range(len(shown)), [100 * share for share, _, _ in shown], color=_COLOURS["bar"])
        axes.set_yticks(range(len(shown)), [_short(name) for _, _, name in shown])
        axes.set_xlabel("failed answers in per cent")

    return Plot(
        f"Failed answers by {kind}", _drawn(draw, len(worst)), _shares((name, count, share) for share, count, name in worst)
    )


def _by_week(deck: DeckFigures) -> Plot:
    days = [datetime.fromtimestamp(week, UTC).date() for week in deck.weeks]
    shares = [failed / count for count, failed in deck.weeks.values()]

    def draw(axes: Any) -> None:
        axes.plot(range(len(days)), [100 * share for share in shares], color=_COLOURS["hard"], marker="o", markersize=3)
        step = max(1, len(days) // 4)
        axes.set_xticks(range(0, len(days), step), [day.strftime("%d %b %y") for day in days[::step]])
        axes.set_ylim(0, 115 * max(shares, default=0) or 1)
        axes.set_ylabel("failed in per cent")

    weeks = zip(map(str, days), (count for count, _ in deck.weeks.values()), shares, strict=True)
    return Plot("Failed answers by week", _drawn(draw), _shares(weeks))


def _shares(rows: Iterable[tuple[str, int, float]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, f"{100 * share:.1f} % of {count:,} answers") for name, count, share in rows)


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"


def _drawn(draw: Callable[[Any], None], bars: int = 0) -> str:
    """Return the SVG of a drawing. ``bars`` is the number of bars one below the other: each needs room."""
    from matplotlib.figure import Figure  # noqa: PLC0415  # an extra

    figure = Figure(figsize=(_SIZE[0], max(_SIZE[1], 0.6 + 0.19 * bars)), layout="constrained")
    axes = figure.add_subplot()
    draw(axes)
    figure.patch.set_alpha(0)
    axes.patch.set_alpha(0)
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(colors=_COLOURS["ink"])
    for part in (axes.xaxis.label, axes.yaxis.label):
        part.set_color(_COLOURS["ink"])
    for spine in axes.spines.values():
        spine.set_color(_COLOURS["grid"])
    target = io.StringIO()
    figure.savefig(target, format="svg", metadata={"Date": None, "Creator": None})
    return _with_variables(target.getvalue())


def _with_variables(svg: str) -> str:
    """Return the drawing with CSS variables for its colours, and without the lines above its first tag."""
    svg = svg[svg.index("<svg") :]
    for name, colour in _COLOURS.items():
        svg = svg.replace(colour, f"var(--{name})")
    return svg.replace('<style type="text/css">', '<style type="text/css">' + assets.text("stats/plot.css"), 1)
