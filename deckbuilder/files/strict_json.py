"""JSON from any source -> values that can be written again, and values -> JSON in one line."""

from __future__ import annotations

import json
import re
from typing import Any

_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def loads(text: str) -> Any:
    r"""Return the values in ``text``. Raises ValueError if ``text`` is not JSON, is nested too deeply, or has a lone surrogate.

    ``"\ud800"`` is JSON, but not a character: no file and no package can hold it.
    """
    try:
        values = json.loads(text)
        if _SURROGATE.search(text):
            json.dumps(values, ensure_ascii=False).encode()
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return values


def dumps(values: Any) -> str:
    r"""Return ``values`` as JSON without control characters: JSON allows U+007F, but a reader of text files may remove it."""
    return json.dumps(values, ensure_ascii=False).replace("\x7f", "\\u007f")
