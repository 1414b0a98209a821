"""What HTML may be on a card: ``safe_list`` says it, ``sanitise`` removes the rest.

In: HTML and the deck's own list. Out: HTML that runs and loads nothing, and what was removed.
"""
