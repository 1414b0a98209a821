"""``deckbuilder diff``."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path

import click

from deckbuilder.commands import common
from deckbuilder.library import Change, Comparison, NotAPackageError, NoteChange, compare_packages
from deckbuilder.model.anki_text import plain
from deckbuilder.model.diagnostics import plural
from deckbuilder.package.trial_import import NoAnkiError, RefusedError, Trial, trial

_TITLES = {
    "conflicting": "conflicting: never updated again, because the note type has other fields or templates",
    "doubled": "doubled: a second copy without a schedule, because the GUID is different",
    "stuck": "stuck: changed, but never updated, because the time is not newer",
    "restamped": "re-stamped: not changed, but learners lose their own edits",
    "moved": "moved: the cards that learners have stay in their old deck",
    "changed": "changed",
    "new": "new",
    "gone": "gone: learners keep them",
}
_HURTS = ("conflicting", "doubled", "stuck", "restamped", "moved")
"""The fields of ``Comparison`` for changes that hurt learners."""
_AROUND, _LONGEST = 60, 1000
"""The most characters shown before and after a difference, and of the difference itself."""
_EXACTLY = 300
"""The most characters of a difference whose equal parts are searched."""
_SHOWN = 20
"""The most notes that are listed for one change."""

package = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command
@click.argument("old", type=package)
@click.argument("new", type=package)
@click.option(
    "--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Both go to stdout."
)
@click.option("--anki", "tried", is_flag=True, help="Also import both into a temporary collection, with Anki's own library.")
def command(old: Path, new: Path, style: str, tried: bool) -> None:
    """Show the effect of importing NEW on a learner who has OLD.

    Both are packages by any tool, in any format of Anki. The exit code is 1 if NEW is not safe for learners:
    if learners lose edits for no reason, do not get a change, or get a note twice.

    \b
    Example:
      deckbuilder diff flask-zh-1.0.apkg dist/flask-zh.apkg --anki
    """
    found = _compared(old, new)
    really = _tried(old, new) if tried else None
    common.echo(*(as_json(found, really).split("\n") if style == "json" else as_text(found, really)), err=False)
    sys.exit(found.hurts or (really is not None and bool(really.conflicting or really.schedules_changed or really.copied_types)))


def _tried(old: Path, new: Path) -> Trial:
    try:
        return trial(old, new)
    except NoAnkiError:
        message = '--anki needs Anki\'s library; install it with: pip install "anki-deckbuilder[anki]"'
        raise click.ClickException(message) from None
    except RefusedError as error:
        raise click.ClickException(f"Anki refuses one of the packages: {error}") from None


def _compared(old: Path, new: Path) -> Comparison:
    """Compare the packages. Raises ClickException with the path of a package that cannot be read."""
    try:
        return compare_packages(old, new)
    except NotAPackageError as error:
        raise click.ClickException(f"{error.path} is not an Anki package, or is damaged: {error}") from None
    except OSError as error:
        raise click.ClickException(f"{error.filename} cannot be read: {error.strerror or error}") from None


def as_json(found: Comparison, really: Trial | None = None) -> str:
    """Return a JSON object: the fields of a Comparison, ``hurts``, and the fields of a Trial under ``anki``."""
    values = dataclasses.asdict(found) | {"hurts": found.hurts}
    return common.json_text(values | ({"anki": dataclasses.asdict(really)} if really else {}))


def as_text(found: Comparison, really: Trial | None = None) -> Iterator[str]:
    """Yield the lines that a person reads. Changes that hurt come first."""
    for key, title in _TITLES.items():
        notes: tuple[NoteChange, ...] = getattr(found, key)
        if notes:
            yield common.styled(f"{len(notes):,} {title}", bold=True, fg="red" if key in _HURTS else None)
            for note in notes[:_SHOWN]:
                yield f"  {note.title}" + (f"  (+{plural(note.cards_added, 'card')})" if note.cards_added else "")
                yield from (f"    {line}" for change in note.changes if key != "moved" for line in _lines(change))
            if len(notes) > _SHOWN:
                yield f"  … and {len(notes) - _SHOWN:,} more"
    for about, names in (("other fields or templates", found.schemas), ("new look", found.styles)):
        yield from (f"note type '{name}': {about}" for name in names)
    for about, names in (
        ("new", found.media_new),
        ("gone", found.media_gone),
        ("replaced under the same name", found.media_changed),
    ):
        yield from (f"media {about}: {name}" for name in names[:_SHOWN])
    yield f"{found.untouched:,} untouched; " + ("not safe for learners" if found.hurts else "safe for learners")
    if really:
        yield (
            f"in Anki: {really.new:,} new, {really.updated:,} updated, {really.untouched:,} untouched, {really.conflicting:,} conflicting; "
            f"edits lost on {really.edits_lost:,} of {really.edits:,} notes, {really.schedules_changed:,} schedules changed"
        )
        yield from (f"in Anki: a second note type '{name}'" for name in really.copied_types)


def _lines(change: Change) -> Iterator[str]:
    """Yield a field's old and new text, with the difference in colour. If only the HTML differs, yield the HTML."""
    old, new = (" ".join(plain(text).split()) for text in (change.old, change.new))
    if old == new:
        old, new = change.old, change.new
    same = _common(old, new)
    tail = min(_common(old[same:][::-1], new[same:][::-1]), min(len(old), len(new)) - same)
    begin, end = old[max(0, same - _AROUND) : same], old[len(old) - tail : len(old) - tail + _AROUND]
    old, new = (text[same : len(text) - tail][:_LONGEST] for text in (old, new))
    one, other = [], []
    for kind, a, b, c, d in _parts(old, new):
        one.append(old[a:b] if kind == "equal" else common.styled(old[a:b], fg="red", underline=True))
        other.append(new[c:d] if kind == "equal" else common.styled(new[c:d], fg="green", underline=True))
    begin, end = ("…" if same > _AROUND else "") + begin, end + ("…" if tail > _AROUND else "")
    one, other = [begin, *one, end], [begin, *other, end]
    name = change.field or "tags"
    yield f"{name} - {''.join(one)}"
    yield f"{' ' * len(name)} + {''.join(other)}"


def _parts(old: str, new: str) -> Sequence[tuple[str, int, int, int, int]]:
    """Return the equal and other parts of two texts. Long texts are one part: a stranger's texts could take minutes."""
    if max(len(old), len(new)) > _EXACTLY:
        return [("replace", 0, len(old), 0, len(new))]
    return SequenceMatcher(None, old, new, autojunk=False).get_opcodes()


def _common(one: str, other: str) -> int:
    """Return the number of equal characters at the beginning of two texts."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
