"""Notes <-> ``.apkg``: ``write_package`` writes, ``read_package`` reads packages of any tool, ``comparison`` compares two.

In: notes, or a package from strangers. Out: bytes, or plain records. No module of this room knows Markdown.
"""
