"""Watches methods of all subclasses of a class, including subclasses that are defined later."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pytest_traces.adapters.toolkit.patches import Patches


def watch_subclasses(
    made: Patches,
    base: type,
    methods: Mapping[str, Callable[[Any], Any]],
    *,
    unless: Callable[[type], bool] = lambda kind: False,
) -> None:
    """Wrap the methods that subclasses of `base` define themselves, unless a class is exempt."""

    def watch_class(kind: type) -> None:
        for name, wrapped in methods.items():
            if name in vars(kind) and not unless(kind):
                made.wrap(kind, name, wrapped)

    own = vars(base).get("__init_subclass__")

    def __init_subclass__(cls: type, /, **options: Any) -> None:  # noqa: N807
        if own is None:
            super(base, cls).__init_subclass__(**options)  # type: ignore[arg-type]
        else:
            own.__get__(None, cls)(**options)
        watch_class(cls)

    for kind in _below(base):
        watch_class(kind)
    made.swap(base, "__init_subclass__", classmethod(__init_subclass__))


def _below(base: type) -> Iterator[type]:
    direct: list[type] = type.__subclasses__(base)
    for kind in direct:
        yield kind
        yield from _below(kind)
