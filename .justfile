# One command for everything: `just NAME`. `just` alone lists the names. Works in the system's own shell.
set windows-shell := ["powershell.exe", "-NoLogo", "-NoProfile", "-Command"]

windows := if os_family() == "windows" { "yes" } else { "" }
# The Python that makes the virtual environment.
system := env("PYTHON", if windows == "yes" { "py" } else { "python3" })
python := if windows == "yes" { ".venv/Scripts/python.exe" } else { ".venv/bin/python" }

# List the recipes
@default:
    {{ just_executable() }} --list --unsorted

# Make the virtual environment .venv for the fast tests, without the libraries that only cards use
setup:
    {{ system }} -m venv .venv
    {{ python }} -m pip install --quiet --editable ".[dev]"

# Run the fast tests, in a few seconds; arguments go to pytest
fast *arguments:
    {{ python }} -m pytest -n auto --dist worksteal -m "not slow" {{ arguments }}

# Run all tests, in minutes; arguments go to pytest
test *arguments:
    {{ python }} -m pip install --quiet --editable ".[test]"
    {{ python }} -m pytest -n auto --dist worksteal {{ arguments }}

# Run the tests of differences between systems: encodings, ways to start a process
portable:
    {{ python }} -m pytest tests/commands/test_encodings.py tests/pipeline/test_start_methods.py

# Lint, compare the format, check the types
lint:
    {{ python }} -m ruff check .
    {{ python }} -m ruff format --check .
    {{ python }} -m mypy

# Let ruff repair and format the code
fix:
    {{ python }} -m ruff check --fix .
    {{ python }} -m ruff format .

# Check the pages for readers: README, guides, CONTRIBUTING
docs:
    {{ python }} -m pytest -m "not slow" tests/whole/test_readme.py tests/whole/test_docs.py tests/whole/test_contributing.py

# Write the help and the outputs of the examples into the README and the guides
examples:
    {{ python }} -m tests.whole.docs

# Run everything that CI runs on Linux, in a clean clone (half an hour)
ci:
    #!/usr/bin/env bash
    set -euo pipefail
    clone=$(mktemp -d)
    trap 'rm -rf "$clone"' EXIT
    git clone --quiet . "$clone/deckbuilder"
    "$clone/deckbuilder/.ci/run"
