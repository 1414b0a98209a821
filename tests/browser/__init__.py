"""Cards as Anki's clients show them, in a real browser."""
