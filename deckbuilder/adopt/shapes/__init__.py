"""The shapes of question lists and the dialects of other tools: one module each, a page -> the questions in it."""
