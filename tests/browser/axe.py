"""axe-core in a page: the faults that keep people out. https://github.com/dequelabs/axe-core"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Page

LEVELS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
"""All rules of the levels A and AA of WCAG 2.2."""
_AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
_RUN = """async ([place, levels, without]) => {
    const rules = Object.fromEntries(without.map(rule => [rule, { enabled: false }]))
    const found = await axe.run(place, { preload: false, resultTypes: ['violations'], runOnly: levels, rules })
    return found.violations.flatMap(one => one.nodes.map(node => `${one.id}: ${node.target}: ${node.html.slice(0, 100)}`))
}"""


def install(page: Page) -> None:
    """Bring axe-core into the page, past its content security policy."""
    page.evaluate(_AXE)


def findings(page: Page, place: str = "html", *, levels: Iterable[str] = LEVELS, without: Iterable[str] = ()) -> list[str]:
    """Return the faults inside the element ``place``, as ``rule: selector: HTML``. ``without`` are the rules that do not run."""
    found: list[str] = page.evaluate(_RUN, [place, list(levels), list(without)])
    return found
