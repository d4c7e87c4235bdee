"""A hook of mkdocs: what a page links to outside of `docs` is no page of the site, so its name stands there alone."""

import re
from pathlib import PurePosixPath
from typing import Any

_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\((?!https?:|#)([^)#]+)(#[^)]*)?\)")


def on_page_markdown(markdown: str, *, page: Any, **_: Any) -> str:
    """Take out the links that leave the site."""
    folder = PurePosixPath(page.file.src_uri).parent

    def kept(found: re.Match[str]) -> str:
        up = found[2].split("/").count("..")
        return found[1] if up > len(folder.parts) else found[0]

    return _LINK.sub(kept, markdown)
