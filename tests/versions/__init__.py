"""The same update on old Anki libraries; ``story.py`` runs inside their Python, down to 3.8."""
