"""Objects that notice whatever is done with them: each access is written down."""

import dataclasses
import datetime
import enum
from collections import UserDict, deque, namedtuple
from types import MappingProxyType, SimpleNamespace

import attrs
from pydantic import BaseModel, ConfigDict

NOTICED = []
"""What was done with the objects of this module."""

_ASKED = (
    *("__repr__", "__str__", "__eq__", "__hash__", "__len__", "__iter__", "__bool__", "__format__", "__bytes__"),
    *("__getitem__", "__contains__", "__call__", "__int__", "__float__", "__index__", "__fspath__", "__next__"),
    *("__copy__", "__deepcopy__", "__reduce_ex__", "__enter__", "__await__", "__get__", "__dir__", "__lt__"),
)


def _noticing(name, base):
    def asked(self, *given):
        NOTICED.append(name)
        return getattr(base, name)(self, *given) if hasattr(base, name) else NotImplemented

    return asked


def _looked_up(self, name):
    NOTICED.append(name)
    return object.__getattribute__(self, name)


def spy_on(base):
    """Return a class that notices each special method, attribute, property, and look at its class."""
    body = {name: _noticing(name, base) for name in _ASKED if name != "__hash__"}
    body["__hash__"] = lambda self: id(self)  # Python's own containers ask for it when the program fills them
    body["__getattribute__"] = _looked_up
    body["__getattr__"] = _looked_up
    body["secret"] = property(lambda self: NOTICED.append("secret"))
    return Watched(f"Spy{base.__name__.title()}", (base,), body)


class Watched(type):
    """A class of classes that notices what is asked of its classes."""

    def __getattribute__(cls, name):
        NOTICED.append(f"class.{name}")
        return type.__getattribute__(cls, name)

    def __eq__(cls, other):
        NOTICED.append("class.__eq__")
        return cls is other

    def __hash__(cls):
        NOTICED.append("class.__hash__")
        return id(cls)


SpyObject, SpyDict, SpyList, SpyStr = map(spy_on, (object, dict, list, str))
SpyTuple, SpySet, SpyInt, SpyFloat, SpyBytes = map(spy_on, (tuple, set, int, float, bytes))
SpyError = type(
    "SpyError", (ValueError,), {"__getattribute__": _looked_up, "__repr__": _noticing("__repr__", ValueError)}
)


class Remote:
    """A proxy of another process: each name that it does not have is a request."""

    def __getattr__(self, name):
        NOTICED.append(f"request {name}")
        return lambda *args, **kwargs: {"answer": name}


class Zone(datetime.tzinfo):
    def utcoffset(self, moment):
        NOTICED.append("utcoffset")
        return datetime.timedelta(0)


class Lazy(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True)
    held: object

    def model_dump(self, **options):
        NOTICED.append("model_dump")
        return {}


@dataclasses.dataclass
class Data:
    held: object

    @property
    def dear(self):
        NOTICED.append("property")

    def to_dict(self):
        NOTICED.append("to_dict")


@attrs.define
class Slotted:
    held: object


Named = namedtuple("Named", "held")


class Kind(enum.Enum):
    SPY = SpyObject()


def containers_of(one):
    """Return one value inside of everything that can hold it."""
    try:
        keys = [{one: "key"}, {one}, frozenset([one])]
    except TypeError:  # a list, or the like
        keys = []
    return [
        *keys,
        [one],
        (one,),
        {"held": one},
        deque([one]),
        {"held": one}.values(),
        UserDict(held=one),
        MappingProxyType({"held": one}),
        SimpleNamespace(held=one),
        Data(one),
        Slotted(one),
        Named(one),
        Lazy.model_construct(held=one),
        ValueError(one),
        KeyError("text", one),
        ExceptionGroup("several", [ValueError(one)]),
        SpyDict(held=one),
        SpyList([one]),
        SpyTuple([one]),
    ]


def leaves():
    """Return one of each object that notices."""
    return [
        SpyObject(),
        Remote(),
        SpyStr("text"),
        SpyInt(7),
        SpyFloat(1.5),
        SpyBytes(b"ab"),
        SpySet(["x"]),
        SpyError("boom"),
        Kind.SPY,
        datetime.datetime(2025, 1, 2, tzinfo=Zone()),
        datetime.time(3, 4, tzinfo=Zone()),
        SpyObject,
        Remote().ask,
    ]
