"""A program of its own, which sets limits and becomes the command: ``python limited.py MEMORY SECONDS COMMAND…``.

MEMORY is in megabytes. A system without such limits runs the command without them.
"""

import os
import sys

LARGEST_FILE = 64 * 1024 * 1024
"""Bytes of each file that the code may write, the output included."""


def limit(memory: int, seconds: int) -> None:
    """Limit the memory in megabytes, the seconds of the processor, and the size of files."""
    try:
        import resource  # noqa: PLC0415  Windows has no such module
    except ImportError:
        return
    for kind, value in (("RLIMIT_AS", memory * 1024 * 1024), ("RLIMIT_CPU", seconds), ("RLIMIT_FSIZE", LARGEST_FILE)):
        try:
            most = resource.getrlimit(getattr(resource, kind))[1]
            value = value if most == resource.RLIM_INFINITY else min(value, most)  # noqa: PLW2901
            resource.setrlimit(getattr(resource, kind), (value, most))
        except (AttributeError, OSError, ValueError):  # macOS has no limit of memory
            continue


if __name__ == "__main__":
    limit(int(sys.argv[1]), int(sys.argv[2]))
    try:
        os.execvp(sys.argv[3], sys.argv[3:])  # noqa: S606  the author of the deck chose the command
    except OSError as error:
        sys.exit("%s: %s" % (sys.argv[3], error.strerror))  # noqa: UP031
