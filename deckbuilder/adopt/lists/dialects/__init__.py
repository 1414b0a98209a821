"""One module for each way to write questions in Markdown. Each module turns a ``Page`` into the questions on that page."""
