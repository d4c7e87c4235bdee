"""Reads a trace from a file; its content tells the format."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from pytest_traces.errors import CorruptFile
from pytest_traces.formats import jaeger
from pytest_traces.formats.document import Document, Malformed, read_documents, too_deep
from pytest_traces.formats.jsonl import reading as jsonl
from pytest_traces.formats.otlp import reading as otlp
from pytest_traces.formats.translation import translate
from pytest_traces.formats.tree import tree_of
from pytest_traces.model.tree import SpanTree
from pytest_traces.wording import compose

_KNOWN = "pytest-traces JSON lines, OTLP/JSON, Jaeger JSON"


def load_tree(path: str | os.PathLike[str]) -> SpanTree:
    """Return the tree of a file, which stays unchanged; raises `CorruptFile` if the file is no trace."""
    try:
        return _read(read_documents(Path(path)))
    except RecursionError:
        raise _corrupt(path, too_deep()) from None
    except Malformed as error:
        raise _corrupt(path, error) from None


def _corrupt(path: str | os.PathLike[str], error: Malformed) -> CorruptFile:
    place = f"{os.fspath(path)}{'' if error.line is None else f', line {error.line}'}"
    return CorruptFile(compose(f"{place}: {error}", hint=error.hint))


def _read(documents: Sequence[Document]) -> SpanTree:
    first = documents[0]
    if jsonl.recognises(first.body):
        return tree_of(jsonl.read(documents))
    for exporter in (otlp, jaeger):
        if exporter.recognises(first.body):
            return tree_of(translate(exporter.read(documents)))
    raise Malformed("it has no known trace format", line=first.line, hint=f"known are {_KNOWN}")
