"""Import packages one after the other into a collection of this Anki; print the collection after each import as JSON.

Usage: story.py FOLDER EDIT_TIME PACKAGE...   After the first package, the learner studies every card. The learner also
edits and tags the note "lifetime" at EDIT_TIME (seconds since 1970). Runs on Python 3.8 and Anki 2.1.35.
"""

import importlib
import json
import os
import sys

from anki.collection import Collection


def import_package(col, path):
    """Import the package at ``path`` into ``col`` with the defaults of this Anki version."""
    for module in ("anki.collection", "anki.import_export_pb2"):
        try:
            found = importlib.import_module(module)
            request = found.ImportAnkiPackageRequest(package_path=path, options=found.ImportAnkiPackageOptions())
        except (ImportError, AttributeError, ValueError):
            continue
        col.import_anki_package(request)
        return
    if hasattr(col, "import_anki_package"):
        col.import_anki_package(path)
    else:
        importlib.import_module("anki.importing.apkg").AnkiPackageImporter(col, path).run()


def main():
    """Run the story."""
    folder, edited, packages = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
    col = Collection(os.path.join(folder, "collection.anki2"))
    states = []
    for number, path in enumerate(packages):
        import_package(col, path)
        rows = col.db.all("select guid, flds, tags from notes order by guid")
        cards = col.db.all("select id, nid, did, ord, type, queue, due, ivl, factor, reps, lapses from cards order by id")
        names = [kind["name"] for kind in col.models.all()]
        states.append({"notes": rows, "cards": cards, "copies": [name for name in names if name.endswith("+") or "-" in name]})
        if number == 0:
            col.db.execute("update cards set type = 2, queue = 2, due = 40, ivl = 20, factor = 2300, reps = 5, lapses = 1")
            (guid,) = [guid for guid, fields, _ in rows if "\x1flifetime\x1f" in fields]
            col.db.execute(
                "update notes set flds = replace(flds, 'One context.', 'One context. MINE'), tags = ' mine ', mod = ? where guid = ?",
                edited,
                guid,
            )
    col.close()
    json.dump(states, sys.stdout)


main()
