"""Fixtures: a real Anki collection, the real command line, golden files."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, settings

from deckbuilder.cli import main
from tests.running import Running, Start

if TYPE_CHECKING:
    from anki.collection import Collection, ImportLogWithChanges

settings.register_profile("any speed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any speed")  # a busy machine is no fault of the code: tests/whole/test_linear.py measures time

CASES = Path(__file__).parent / "cases"
SLOW = re.compile(r"(?m)^pytestmark = .*\bslow\b")
"""Matches the mark of a module whose tests are all slow."""


if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell lets a process in the background ignore Ctrl-C, and the processes of that one, too. Some tests end these by Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def lacking(message: str) -> NoReturn:
    """Skip the test, because this machine has no such program. In CI, fail."""
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-goldens", action="store_true", help="rewrite the golden files with the results of this run")
    parser.addoption("--versions", action="store_true", help="run the tests on old libraries, too; downloads them")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Skip slow modules without an import, with ``-m "not slow"``: imports and the making of cases take seconds."""
    if config.option.markexpr == "not slow" and collection_path.match("test_*.py"):
        return bool(SLOW.search(collection_path.read_text(encoding="utf-8"))) or None
    return None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.get_closest_marker("first") is None)
    if not config.getoption("--versions"):
        for item in items:
            if item.get_closest_marker("versions"):
                item.add_marker(pytest.mark.skip(reason="downloads old libraries; run with --versions"))


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Compare a text with its golden file. A failure prints the command that accepts the change."""

    def compare(path: Path, text: str) -> None:
        if request.config.getoption("--update-goldens"):
            path.write_text(text, encoding="utf-8")
        expected = path.read_text(encoding="utf-8") if path.exists() else ""
        assert text == expected, f"{path.name} differs; to accept it: pytest --update-goldens {request.node.nodeid!r}"

    return compare


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each test its own cache, not the cache of the user."""
    monkeypatch.setenv("DECKBUILDER_CACHE", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture
def invoke() -> Callable[..., Result]:
    """Run ``deckbuilder`` in this process. Print the output and the traceback, so that a failure explains itself."""

    def run(*arguments: object, **options: object) -> Result:
        result = CliRunner().invoke(main, [str(argument) for argument in arguments], **options)  # type: ignore[arg-type]
        print("$ deckbuilder", *arguments, "->", result.exit_code)  # noqa: T201
        print(result.output)  # noqa: T201
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture(scope="module")
def running() -> Iterator[Start]:
    """Start ``deckbuilder`` in a folder with some arguments. After the module's tests, end each process that still runs."""
    if sys.platform == "win32":
        pytest.skip("Windows cannot send Ctrl-C to one process alone")
    started: list[Running] = []

    def start(folder: Path, *arguments: str) -> Running:
        started.append(Running(folder, *arguments))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
            one.end()


@pytest.fixture
def collection(tmp_path: Path) -> Iterator[Collection]:
    """Open a real, empty Anki collection. The import is here because Anki takes long to import."""
    from anki.collection import Collection  # noqa: PLC0415

    folder = tmp_path / "anki"
    folder.mkdir()
    opened = Collection(str(folder / "collection.anki2"))
    yield opened
    opened.close()


@pytest.fixture
def import_package(collection: Collection) -> Callable[[Path | bytes], ImportLogWithChanges.Log]:
    """Import a package with Anki's default options, and return Anki's import log."""
    from anki.collection import ImportAnkiPackageOptions, ImportAnkiPackageRequest  # noqa: PLC0415

    def run(package: Path | bytes) -> ImportLogWithChanges.Log:
        path = Path(collection.path).parent / "import.apkg"
        path.write_bytes(package if isinstance(package, bytes) else package.read_bytes())
        request = ImportAnkiPackageRequest(package_path=str(path), options=ImportAnkiPackageOptions())
        return collection.import_anki_package(request).log

    return run
