"""Diagrams as text -> drawings as SVG, in colours that also read when a card inverts them by night.

``mermaid`` and ``graphviz`` are the doors of the two libraries. They are in the extra ``diagrams``.
"""
