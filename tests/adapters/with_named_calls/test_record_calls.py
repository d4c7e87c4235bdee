import asyncio
import inspect
import pickle
import sys
import threading
from types import FrameType
from typing import Any

import pytest

from pytest_traces import TracesError
from pytest_traces.adapters.named_calls.watched_functions import _WATCHED
from pytest_traces.runtime import agent_trace
from pytest_traces.trace.fixture import TraceFixture
from tests.adapters.with_named_calls import shop
from tests.adapters.with_named_calls.shop import TOOLS, bound, search

HERE = "tests.adapters.with_named_calls.shop"

CODE = {name: vars(shop)[name].__code__ for name in ("search", "fetch", "read", "listen", "add")}


@pytest.fixture(autouse=True)
def nothing_is_left_of_the_last_test() -> None:
    assert _WATCHED == {}
    assert {name: vars(shop)[name].__code__ for name in CODE} == CODE


def test_a_function_is_recorded_however_the_program_reaches_it(trace: TraceFixture) -> None:
    trace.record_calls(f"{HERE}:search")
    asked = [shop.search("a"), search("b"), TOOLS["search"]("c"), shop.PARTIAL("d")]
    assert asked == [["a 0", "a 1", "a 2"], ["b 0", "b 1", "b 2"], ["c 0", "c 1", "c 2"], ["d 0"]]
    assert trace.tools.names == ["search"] * 4
    assert [call.input for call in trace.tools] == [
        {"query": "a"},
        {"query": "b"},
        {"query": "c"},
        {"query": "d", "limit": 1},
    ]
    assert trace.tools.last().output == ["d 0"]
    assert trace.tools.first().source == "record_calls"


def test_before_and_after_the_recording_nothing_is_recorded(trace: TraceFixture) -> None:
    search("a")
    trace.record_calls(f"{HERE}:search")
    search("b")
    assert trace.tools.count == 1


async def test_functions_of_every_kind_stay_what_they_are(trace: TraceFixture) -> None:
    trace.record_calls(f"{HERE}:fetch", f"{HERE}:read", f"{HERE}:listen")
    assert inspect.iscoroutinefunction(shop.fetch)
    assert inspect.isgeneratorfunction(shop.read)
    assert inspect.isasyncgenfunction(shop.listen)
    assert await shop.fetch("x") == "<x>"
    assert list(shop.read("it is warm")) == ["it", "is", "warm"]
    assert [word async for word in shop.listen("it is warm")] == ["it", "is", "warm"]
    assert [call.output for call in trace.tools] == ["<x>", "itiswarm", "itiswarm"]
    assert [event.chunk for event in trace.tools.last().events if event.type == "chunk"] == ["it", "is", "warm"]


def test_a_function_looks_as_it_did(trace: TraceFixture) -> None:
    before = [str(inspect.signature(search)), search.__defaults__, search.__doc__, inspect.getsource(search)]
    trace.record_calls(f"{HERE}:search")
    assert [str(inspect.signature(search)), search.__defaults__, search.__doc__, inspect.getsource(search)] == before
    assert pickle.loads(pickle.dumps(search)) is search


def test_a_signature_is_not_left_behind() -> None:
    assert not hasattr(search, "__signature__")


def test_methods_of_every_kind_are_recorded(trace: TraceFixture) -> None:
    trace.record_calls(f"{HERE}:Cart.*")
    cart = shop.Cart()
    assert (cart.put("tea"), cart.dust(), shop.Cart.named("big"), cart.price("tea")) == (1, "clean cart", "Cart big", 3)
    assert cart.size == 1
    assert [(call.name, call.input) for call in trace.tools] == [
        ("put", {"item": "tea"}),
        ("dust", {}),
        ("named", {"label": "big"}),
        ("price", {"item": "tea"}),
    ]


def test_a_method_may_be_named_through_an_object(trace: TraceFixture) -> None:
    trace.record_calls(f"{HERE}:cart.put")
    shop.cart.put("tea")
    assert trace.one("put").input == {"item": "tea"}


def test_a_glob_takes_what_a_module_defines_itself(trace: TraceFixture) -> None:
    trace.record_calls(f"{HERE}:[rs]e*")
    list(shop.read("a"))
    search("b")
    assert trace.tools.names == ["read", "search"]


def test_closures_and_decorated_functions_are_recorded(trace: TraceFixture) -> None:
    trace.record_calls(f"{HERE}:add", f"{HERE}:greet")
    before = shop.add(1)
    assert shop.add(2) == before + 2
    assert shop.greet("Ada") == "HELLO ADA"
    assert [(call.name, call.input) for call in trace.tools][1:] == [("add", {"amount": 2}), ("greet", {"name": "Ada"})]


def test_a_failure_passes_through(trace: TraceFixture) -> None:
    trace.record_calls(f"{HERE}:fail")
    with pytest.raises(TimeoutError, match="too late"):
        shop.fail("too late")
    assert str(trace.one("fail").error) == "TimeoutError: too late"


async def until_it_fails(name: str) -> None:
    called = getattr(shop, name)("stop")
    if name == "generator":
        list(called)
    elif name == "async_generator":
        [piece async for piece in called]
    elif name == "coroutine":
        await called


@pytest.mark.parametrize("name", ["plain", "coroutine", "generator", "async_generator"])
async def test_the_locals_of_each_frame_of_a_failed_closure_can_be_read(trace: TraceFixture, name: str) -> None:
    trace.record_calls(f"{HERE}:{name}")
    with pytest.raises(ValueError, match="stopped") as failed:
        await until_it_fails(name)
    around, own = [entry.frame.f_locals for entry in failed.traceback if entry.name == name]
    assert "stop" in around.values()
    assert own["word"] == "stop"
    assert trace.tools.names == [name]


def test_a_debugger_may_read_the_locals_of_a_closure_over_args(trace: TraceFixture) -> None:
    def read_locals(frame: FrameType, event: str, arg: object) -> Any:
        assert frame.f_locals is not None
        return read_locals

    trace.record_calls(f"{HERE}:bound")
    before = sys.gettrace()
    sys.settrace(read_locals)
    try:
        answered = bound(3)
    finally:
        sys.settrace(before)
    assert answered == ((1, 2), (3,))


def test_arguments_that_do_not_fit_are_a_failed_call(trace: TraceFixture) -> None:
    trace.record_calls(f"{HERE}:search")
    with pytest.raises(TypeError, match=r"search\(\) got an unexpected keyword argument 'city'"):
        search(city="Paris")  # type: ignore[call-arg]
    assert trace.one("search").input == {"city": "Paris"}
    assert trace.one("search").status == "error"


async def test_calls_that_were_gathered_are_side_by_side(trace: TraceFixture) -> None:
    trace.record_calls(f"{HERE}:fetch")
    with agent_trace(agent_name="desk"):
        await asyncio.gather(shop.fetch("a"), shop.fetch("b"))
    assert str(trace) == "agent desk\n├─ ∥ tool fetch\n└─ ∥ tool fetch"


def test_another_type_may_be_asked_for(trace: TraceFixture) -> None:
    trace.record_calls(f"{HERE}:search", type="retrieval")
    search("a")
    assert trace.retrievals.names == ["search"]


def test_a_function_that_is_named_twice_is_recorded_once(trace: TraceFixture) -> None:
    trace.record_calls(f"{HERE}:search", f"{HERE}:se*")
    search("a")
    assert trace.tools.count == 1


def test_work_in_threads_is_recorded(trace: TraceFixture) -> None:
    trace.record_calls(f"{HERE}:search")
    thread = threading.Thread(target=search, args=["a"])
    thread.start()
    thread.join()
    assert trace.tools.count == 1


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("search", "expected a function as in 'shop.tools:search', got 'search'"),
        (f"{HERE}:serach", f"module '{HERE}' has no 'serach'; did you mean 'search'?"),
        (f"{HERE}:Cart.putt", "class 'Cart' has no 'putt'; did you mean 'put'?"),
        (f"{HERE}:Crat.put", f"module '{HERE}' has no 'Crat'; did you mean 'Cart'?"),
        (f"{HERE}:serach*", f"module '{HERE}' has no function 'serach*'; did you mean 'search'?"),
        (f"{HERE}:Cart", f"'Cart' of module '{HERE}' is a class; its methods are 'Cart.*'"),
        (f"{HERE}:PARTIAL", f"'PARTIAL' of module '{HERE}' is a partial, no function of Python's"),
        (f"{HERE}:cached", f"'cached' of module '{HERE}' is a _lru_cache_wrapper, no function of Python's"),
        ("tests.adapters.with_named_calls.shopp:search", f"no module '{HERE}p'; did you mean '{HERE}'?"),
        ("tests.adapterz.shop:search", "no module 'tests.adapterz'; did you mean 'tests.adapters'?"),
        ("testss:search", "no module 'testss'; did you mean 'tests'?"),
    ],
)  # fmt: skip
def test_a_name_that_does_not_exist_is_an_error_with_the_nearest(trace: TraceFixture, name: str, told: str) -> None:
    with pytest.raises(TracesError) as raised:
        trace.record_calls(f"{HERE}:search", name)
    assert str(raised.value) == told
    assert _WATCHED == {}
