"""A text in Graphviz's language DOT -> SVG. The only user of the program ``graphviz-pure``, a port of ``dot`` without C."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
from functools import cache
from pathlib import Path

from deckbuilder import assets
from deckbuilder.diagrams.drawing import UndrawnError

_SECONDS = 20
"""The time of one drawing. Real ones take 0.02 seconds."""
_ERROR = re.compile(r"Error: (?:<stdin>: )?(?P<reason>[^\n]*)")
_LINE = re.compile(r" in line (?P<line>\d+)")
_FIVE_WIDE = re.compile(r"[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff60\uffe0-\uffe6]{5}")
_JOINER = "\N{WORD JOINER}"
"""A character of no width. The program takes each byte of another script for a blank: 0.84 em for a Han character, and for this
one. So five Han characters and a joiner get the width of five."""
_NEXT_GRAPH = re.compile(r'("(?:\\.|[^"\\])*+(?:"|\Z))|\}[^\S\n]*+(?=(?:strict\s+)?(?:di)?graph\b)', re.IGNORECASE | re.DOTALL)
"""The end of a graph with another graph on the same line, which the program would not read."""
_WRONG = re.compile(
    r"""
    Warning:[ ](?P<reason>[^\n]*(?:No[ ]such[ ]file|No[ ]or[ ]improper[ ]image|unknown[ ]shape|not[ ]a[ ]known[ ]color)[^\n]*)
    """,
    re.VERBOSE,
)
"""A warning that the drawing differs from the text. The program also warns of widths, for example of Chinese words."""


@cache
def program() -> Path | None:
    """Return the program of this Python's environment, None without it. A program of another place is never run."""
    name = "graphviz-pure.exe" if sys.platform == "win32" else "graphviz-pure"
    folders = [sysconfig.get_path("scripts"), sysconfig.get_path("scripts", sysconfig.get_preferred_scheme("user"))]
    return next((path for folder in folders if os.access(path := Path(folder) / name, os.X_OK)), None)


def svg(text: str) -> str:
    """Return the drawing of ``text``. Raises UndrawnError; ImportError without the program."""
    if (path := program()) is None:
        raise ImportError("graphviz-pure")
    looks = assets.data("diagrams.toml")["dot"].items()
    given = [f"-{part}{key}={value}" for part, table in looks for key, value in table.items()]
    lines = _NEXT_GRAPH.sub(lambda found: found[1] or "}\n", text)
    data = _FIVE_WIDE.sub(rf"\g<0>{_JOINER}", lines).encode("utf-8", "replace")
    try:
        done = subprocess.run(
            [path, "-Tsvg", *given], input=data, capture_output=True, timeout=_SECONDS, check=False, env=_ENVIRONMENT
        )
    except subprocess.TimeoutExpired:
        raise UndrawnError(f"the drawing takes longer than {_SECONDS} seconds; make the diagram smaller") from None
    said = done.stderr.decode("utf-8", "replace")
    drawn = done.stdout.decode("utf-8", "replace").replace(_JOINER, "")
    if found := _ERROR.search(said) or _WRONG.search(said):
        line = _LINE.search(found["reason"])
        raise UndrawnError(found["reason"].rstrip("."), int(line["line"]) if line else 0)
    if done.returncode or "<svg" not in drawn or drawn.count("<svg") > 1:
        several = drawn.count("<svg") > 1
        reason = "a fence holds one graph; write each graph in a fence of its own" if several else "the text has no graph"
        raise UndrawnError(reason)
    return drawn


_ENVIRONMENT = {name: value for name in ("SYSTEMROOT", "TMP", "TEMP") if (value := os.environ.get(name))}
"""No variable of Graphviz, such as ``GV_FILE_PATH``, changes a drawing."""
