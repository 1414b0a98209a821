"""One module a way in which people write questions in Markdown. Each turns a ``Page`` into the questions it finds there."""
