"""Front matter, and the attributes of headings.

Lines ``%%`` separate the parts of an input: the YAML, then the end of each question's heading.
"""

from __future__ import annotations

from tests.fuzz import markdown, parts


def check(data: bytes, *, whole: bool = False) -> None:
    """Check a Markdown file with ``data`` as front matter and in its headings."""
    yaml, *headings = data.split(parts.SEPARATOR)
    lines = [b"---", yaml, b"---"]
    for number, heading in enumerate(headings):
        lines += [b"", b"## A {{c1::question}} %d %s" % (number, heading), b"", b"- [x] one", b"- [ ] two"]
    markdown.check(b"\n".join(lines), whole=whole)
