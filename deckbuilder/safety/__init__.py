"""HTML -> HTML that may be on a card: ``safe_list`` has the rules, ``sanitise`` removes everything else.

In: HTML and the deck's own list. Out: HTML that runs and loads nothing, and the removed parts.
"""
