"""MathJax, which draws formulas as in Anki. The only user of the package ``mathjax``, which is optional.

The package (``django-static-mathjax``) has the files of MathJax 3.2.2, the version in Anki. It needs no Django, and has no
Python code. The preview serves these files itself, so it draws formulas without a network.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib import resources

import mathjax

SCRIPT = "tex-chtml-full.js"
"""The program with all of its parts in one file, as in Anki."""
FONTS = "output/chtml/fonts/woff-v2/"
"""The folder of the fonts, where ``SCRIPT`` looks for them."""
_FONT = re.compile(re.escape(FONTS) + r"MathJax_[A-Za-z0-9-]+\.woff")


def all_files() -> Iterator[tuple[str, bytes]]:
    """Yield (path, content) of the script and of each font, with ``/`` between the parts of a path."""
    folder = resources.files(mathjax).joinpath(f"static/mathjax/es5/{FONTS}")
    for path in (SCRIPT, *(FONTS + file.name for file in folder.iterdir())):
        if content := mathjax_file(path):
            yield path, content


@cache
def mathjax_file(path: str) -> bytes | None:
    """Return the content of the script or font at ``path``, with ``/`` between its parts; None for any other path."""
    if path != SCRIPT and not _FONT.fullmatch(path):
        return None
    file = resources.files(mathjax).joinpath(f"static/mathjax/es5/{path}")
    return file.read_bytes() if file.is_file() else None
