"""JSON that somebody else may have written -> values that can be written again."""

from __future__ import annotations

import json
import re
from typing import Any

_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def loads(text: str) -> Any:
    r"""The values in ``text``. Raises ValueError if it is no JSON, is nested too deeply, or has a lone surrogate.

    ``"\ud800"`` is JSON, but no character: no file and no package could hold it.
    """
    try:
        values = json.loads(text)
        if _SURROGATE.search(text):
            json.dumps(values, ensure_ascii=False).encode()
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return values
