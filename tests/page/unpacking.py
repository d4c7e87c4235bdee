"""Reads what the page holds packed, as a browser does."""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any


def unpack(packed: str) -> Any:
    """Return what was packed, secrets masked."""
    return json.loads(zlib.decompress(base64.b64decode(packed)))
