"""A command line with eight commands and nothing behind them: how long ``--help`` takes at least.

``python -m tests.bench.click_app --help``
"""

from __future__ import annotations

import click


@click.group()
def main() -> None:
    """Nothing."""


for name in ("build", "check", "ids", "release", "diff", "preview", "new", "adopt"):
    main.command(name)(lambda: None)

if __name__ == "__main__":
    main()
