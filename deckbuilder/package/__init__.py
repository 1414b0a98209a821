"""Notes <-> ``.apkg``: ``write_package`` makes one, ``read_package`` reads those of any tool, ``comparison`` compares two.

In: notes, or bytes of strangers. Out: bytes, or plain records. It knows nothing of Markdown.
"""
