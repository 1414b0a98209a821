"""Front matter, and the attributes of headings.

An input has parts with a line ``%%`` between: the YAML, then for each question what stands in its heading.
"""

from __future__ import annotations

from tests.fuzz import markdown, parts


def check(data: bytes, *, whole: bool = False) -> None:
    """``data`` in the places it is meant for."""
    yaml, *headings = data.split(parts.SEPARATOR)
    lines = [b"---", yaml, b"---"]
    for number, heading in enumerate(headings):
        lines += [b"", b"## A {{c1::question}} %d %s" % (number, heading), b"", b"- [x] one", b"- [ ] two"]
    markdown.check(b"\n".join(lines), whole=whole)
