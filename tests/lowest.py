"""The lowest version of every library that decks are built with, from pyproject.toml.

``python -m tests.lowest`` prints the requirements for pip; ``.ci/run`` tests them. For the libraries that our libraries
need, pip takes the newest versions.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

OURS = ("dev", "test", "suite", "cards")
"""The extras for development and tests."""
PROJECT = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def needed() -> list[Requirement]:
    """Return all requirements of a user's installation, with every extra for users."""
    extras = [line for name, lines in PROJECT["optional-dependencies"].items() if name not in OURS for line in lines]
    return [Requirement(line) for line in (*PROJECT["dependencies"], *extras)]


def lowest(requirement: Requirement) -> str:
    """Return ``requirement`` at its lower bound. Raises ValueError if it has no lower bound, or more than one."""
    bounds = [bound.version for bound in requirement.specifier if bound.operator in (">=", "==", "~=")]
    if len(bounds) != 1 or "*" in bounds[0]:
        raise ValueError(f"{requirement} needs one lower bound: {requirement.name}>=…")
    return f"{requirement.name}=={bounds[0]}" + (f"; {requirement.marker}" if requirement.marker else "")


if __name__ == "__main__":
    sys.stdout.writelines(f"{lowest(requirement)}\n" for requirement in needed())
