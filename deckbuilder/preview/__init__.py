"""A deck in the browser, as Anki shows it, while its files are being written."""
