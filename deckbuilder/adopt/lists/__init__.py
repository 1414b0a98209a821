"""Question lists in Markdown -> drafts of questions, and an account of each question that was found.

``dialects`` has one module for each way to write questions. ``recognise`` chooses a dialect. A new dialect is a new module.
"""
