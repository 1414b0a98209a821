"""Diagnostics and the author's orders to ignore some -> the diagnostics to show."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from deckbuilder.model.diagnostic_codes import CODES
from deckbuilder.model.diagnostics import Diagnostic
from deckbuilder.model.records import Ignore


class Heard(NamedTuple):
    """The diagnostics of a deck after the orders to ignore some."""

    kept: set[Diagnostic]
    ignored: int
    """The number of diagnostics that the orders silence."""
    useless: list[Ignore]
    """The orders that silence nothing."""


def heard(problems: Iterable[Diagnostic], orders: Collection[Ignore]) -> Heard:
    """Return ``problems`` without those that ``orders`` name. The orders name only codes that an author can ignore."""
    found = set(problems)
    if not orders:
        return Heard(found, 0, [])
    places: dict[tuple[str, str], dict[int, list[Ignore]]] = {}
    for order in dict.fromkeys(orders):
        places.setdefault((order.code, order.path), {}).setdefault(order.first, []).append(order)
    starts = {key: sorted(group) for key, group in places.items()}
    silenced, used = set(), set()
    for problem in found:
        path, line = problem.span.path, problem.span.line
        of_path = (problem.code, path)
        begin = starts[of_path][bisect_right(starts[of_path], line) - 1] if of_path in starts else 0
        candidates = [
            *places.get((problem.code, ""), {}).get(0, ()),
            *places.get(of_path, {}).get(0, ()),
            *(order for order in places.get(of_path, {}).get(begin, ()) if order.first <= line <= order.last),
        ]
        if candidates:
            silenced.add(problem)
            used.update(candidates)
    useless = [order for group in places.values() for some in group.values() for order in some if order not in used]
    return Heard(found - silenced, len(silenced), useless)


def useless(orders: Iterable[Ignore]) -> Iterator[Diagnostic]:
    """Report orders that silence nothing. Bad: ``<!-- ignore: long-line -->`` in a question with short lines."""
    for order in (order for order in orders if CODES[order.code].found_by_check):
        if order.last:
            message = f"no '{order.code}' in this question; remove this order, or move it below the heading of its question"
        else:
            message = f"no '{order.code}' in this {'file' if order.path else 'deck'} to ignore; remove this order"
        yield Diagnostic(order.span, "useless-ignore", message)
