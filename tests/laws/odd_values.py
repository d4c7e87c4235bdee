"""Values that break, hang or act when they are touched."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, ClassVar


def breaks(*_: Any) -> Any:
    raise RuntimeError("touched")


def nothing_but_errors() -> Any:
    methods = ("__repr__", "__str__", "__eq__", "__bool__", "__len__", "__iter__", "__getattr__", "__format__")
    return type("Broken", (), {**dict.fromkeys(methods, breaks), "__hash__": None})()


def a_proxy_that_sends_requests() -> Any:
    class Proxy:
        touched: ClassVar[list[str]] = []

        def __getattr__(self, name: str) -> Any:
            self.touched.append(name)
            return lambda *_: self.touched.append(name)

    return Proxy()


def a_mapping_of_its_own() -> Any:
    return type("Own", (dict,), dict.fromkeys(("items", "keys", "__getitem__", "__iter__"), breaks))(x=1)


def a_descriptor() -> Any:
    return type("Owner", (), {"field": property(breaks), "__slots__": ("other",)})()


def a_cycle() -> Any:
    cycle: list[Any] = []
    cycle.append({"again": cycle})
    return cycle


def deep_lists() -> Any:
    value: Any = 1
    for _ in range(5_000):
        value = [value]
    return value


def a_million_numbers() -> Any:
    return list(range(1_000_000))


def half_a_character() -> Any:
    return "\ud800"


def no_number() -> Any:
    return float("nan")


def bytes_that_are_no_text() -> Any:
    return b"\xff\x00" * 10


def a_lock() -> Any:
    return threading.Lock()


def a_class() -> Any:
    return type("Meta", (type,), {"__iter__": breaks, "__len__": breaks})("Made", (), {})


ODD: list[Callable[[], Any]] = [
    nothing_but_errors,
    a_proxy_that_sends_requests,
    a_mapping_of_its_own,
    a_descriptor,
    a_cycle,
    deep_lists,
    a_million_numbers,
    half_a_character,
    no_number,
    bytes_that_are_no_text,
    a_lock,
    a_class,
]
