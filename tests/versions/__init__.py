"""The same updates with old Anki libraries; ``story.py`` runs in the Python of each library, 3.8 or later."""
