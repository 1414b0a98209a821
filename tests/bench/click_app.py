"""A command line with eight empty commands: the shortest time that ``--help`` can take.

``python -m tests.bench.click_app --help``
"""

from __future__ import annotations

import click


@click.group()
def main() -> None:
    """Do nothing."""


for name in ("build", "check", "ids", "release", "diff", "preview", "new", "adopt"):
    main.command(name)(lambda: None)

if __name__ == "__main__":
    main()
