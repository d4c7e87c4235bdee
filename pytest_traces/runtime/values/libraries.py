"""Values of numpy and pandas by their own plain form; neither is imported."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any

from pytest_traces.runtime.values.inspection import module_of, name_of_class
from pytest_traces.runtime.values.nodes import Summary

LARGEST = 100_000
"""How many cells of a table are copied one by one; of a larger one its digest is kept."""

Reader = Callable[[Any], Any]


def library_reader(base: type) -> Reader | None:
    """Return what reads instances of a class of these libraries, by its name; `None` for other classes."""
    library, name = module_of(base).partition(".")[0], name_of_class(base)
    make = _READERS.get(library, {}).get(name)
    if make is None or library not in sys.modules:
        return None
    own = vars(sys.modules[library]).get(name, base)  # another class of the same name
    return make(base) if own is base else None


def _array(base: Any) -> Reader:
    def read(array: Any) -> Any:
        if base.size.__get__(array) <= LARGEST:
            return base.tolist(array)
        kind, shape = base.dtype.__get__(array), base.shape.__get__(array)
        content = base.tolist(array) if kind.hasobject else base.tobytes(array)
        return Summary(f"{name_of_class(base)} {kind} {shape}", content)

    return read


def _frame(base: Any) -> Reader:
    def read(frame: Any) -> Any:
        shape = base.shape.__get__(frame)
        if shape[0] * shape[1] <= LARGEST:
            return base.to_dict(frame)
        return Summary(f"DataFrame {shape}", [[name, column.tolist()] for name, column in base.items(frame)])

    return read


def _series(base: Any) -> Reader:
    def read(series: Any) -> Any:
        if base.size.__get__(series) <= LARGEST:
            return base.to_dict(series)
        return Summary(f"Series ({base.size.__get__(series)},)", base.tolist(series))

    return read


_READERS: Mapping[str, Mapping[str, Callable[[Any], Reader]]] = {
    "numpy": {"ndarray": _array, "generic": lambda base: base.item},
    "pandas": {
        "DataFrame": _frame,
        "Series": _series,
        "Index": lambda base: base.tolist,
        "Interval": lambda base: base.__str__,
        "Period": lambda base: base.__str__,
        "Timestamp": lambda base: base.isoformat,
        "NaTType": lambda base: lambda value: "NaT",
        "NAType": lambda base: lambda value: "<NA>",
    },
}
