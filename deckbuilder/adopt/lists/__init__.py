"""Question lists in Markdown -> drafts of questions, and an account of each question that was found.

``dialects`` has one module a way of writing questions; ``recognise`` chooses among them. A new dialect is a new module there.
"""
