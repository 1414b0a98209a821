"""The least work of rendering: Pygments with one lexer, Python-Markdown with one instance, one process, no output.

``python -m tests.bench.floor FOLDER``
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import markdown
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

_CODE = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_QUESTION = re.compile(r"^## ", re.MULTILINE)


def main(folder: Path) -> None:
    """Render each question of ``folder``."""
    converter = markdown.Markdown(extensions=["tables", "footnotes", "sane_lists", "fenced_code"])
    lexer, formatter = get_lexer_by_name("python"), HtmlFormatter(nowrap=True)
    for path in sorted(folder.glob("*.md")):
        for text in _QUESTION.split(path.read_text(encoding="utf-8"))[1:]:
            coloured = _CODE.sub(lambda match: f"<pre>{highlight(match[1], lexer, formatter)}</pre>", text)
            converter.reset()
            converter.convert(coloured)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
