"""Tracium's traces: what a run is, what it says of itself, where it begins and ends."""

import asyncio
import threading
from functools import partial
from queue import SimpleQueue
from typing import Any

import pytest
import tracium

from pytest_traces.trace.trace import Trace

client = tracium.init(auto_instrument_llm_clients=False, auto_instrument_langchain=False, workspace_id="w1")


def step(name: str = "step") -> Any:
    return tracium.span(span_type="action", name=name)


@tracium.agent_trace(client=client, agent_name="decorated")
def decorated() -> None:
    with step():
        pass


@tracium.agent_trace(client=client, agent_name="decorated")
async def decorated_async() -> None:
    with step():
        pass


async def managed_async() -> None:
    async with client.agent_trace(agent_name="decorated"):
        with step():
            pass


def started() -> None:
    with tracium.start_trace(agent_name="decorated"), step():
        pass


@pytest.mark.parametrize(
    "run", [decorated, started, lambda: asyncio.run(decorated_async()), lambda: asyncio.run(managed_async())]
)
def test_every_way_to_trace_makes_one_run_with_an_agent_at_its_root(trace: Trace, run: Any) -> None:
    run()
    assert str(trace) == "agent decorated\n└─ action step"
    assert len(trace.runs) == 1


def test_a_trace_says_what_it_was_given(trace: Trace) -> None:
    given: Any = {"model_id": "small-1", "tags": ["demo"], "version": "1.2", "workspace_id": "w2"}
    with client.agent_trace(agent_name="desk", trace_id="trace-1", **given):
        pass
    root = trace.one("desk")
    assert (root.call_id, root.run_id, root.model, root.tags) == ("trace-1", "trace-1", "small-1", ("demo",))
    assert root.metadata == {"version": "1.2", "workspace_id": "w2"}


def test_two_traces_of_one_id_are_both_kept(trace: Trace) -> None:
    for _ in range(3):
        with client.agent_trace(agent_name="desk", trace_id="trace-1"), step():
            pass
    assert [root.call_id for root in trace.roots] == ["trace-1", "trace-1#2", "trace-1#3"]
    assert [root.children.names for root in trace.roots] == [["step"]] * 3


def test_metadata_of_a_trace_is_kept_although_the_sdk_drops_it(trace: Trace) -> None:
    with client.agent_trace(agent_name="desk", metadata={"via": "web"}) as desk:
        desk.update_metadata({"user": 7})
        desk.add_metadata_kv("plan", "pro")
        desk.mark_failed("no seat", metadata={"seat": "12A"})
    assert trace.one("desk").metadata == {"via": "web", "user": 7, "plan": "pro", "seat": "12A"}


def test_a_trace_keeps_what_it_says_at_its_end(trace: Trace) -> None:
    with client.agent_trace(agent_name="desk") as desk:
        desk.set_summary({"booked": 1})
        desk.add_tags(["vip"])
        desk.finish(summary={"booked": 2}, metadata={"seat": "12A"}, tags=["done"])
    root = trace.one("desk")
    assert root.metadata == {"seat": "12A", "summary": {"booked": 2}}
    assert root.tags == ("vip", "done")
    assert root.status == "success"
    assert root.elapsed is not None


def test_a_trace_marked_as_failed_fails_with_its_own_words(trace: Trace) -> None:
    with client.agent_trace(agent_name="marked") as desk:
        desk.mark_failed("no seat left")
    with client.agent_trace(agent_name="failed") as desk:
        try:
            raise TimeoutError("upstream")
        except TimeoutError as problem:
            desk.fail(error=f"gave up: {problem}", metadata={"tries": 3})
    assert [(root.status, str(root.error)) for root in trace.roots] == [
        ("error", "Error: no seat left"),
        ("error", "TimeoutError: gave up: upstream"),
    ]
    assert trace.status == "failed"


def test_an_exception_that_escapes_fails_the_trace_and_a_handled_one_does_not(trace: Trace) -> None:
    with client.agent_trace(agent_name="handled"):
        try:
            with step():
                raise KeyError("order 7")
        except KeyError:
            pass
    with pytest.raises(ValueError, match="bad order"), client.agent_trace(agent_name="escaped"):
        raise ValueError("bad order")
    assert [(root.name, root.status) for root in trace.roots] == [("handled", "success"), ("escaped", "error")]
    assert trace.one("escaped").error.traceback.endswith("ValueError: bad order\n")


async def test_a_cancelled_trace_is_cancelled_although_the_sdk_says_failed(trace: Trace) -> None:
    async def endless() -> None:
        async with client.agent_trace(agent_name="endless"):
            with step():
                await asyncio.sleep(60)

    task = asyncio.create_task(endless())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    assert [span.status for span in trace.spans] == ["cancelled", "cancelled"]
    assert trace.one("endless").attributes["status"] == "failed"


def test_a_lazy_trace_without_a_span_never_was(trace: Trace) -> None:
    with client.agent_trace(agent_name="idle", lazy_start=True):
        pass
    with client.agent_trace(agent_name="busy", lazy_start=True), step():
        pass
    assert str(trace) == "agent busy\n└─ action step"


def test_a_trace_within_a_span_is_a_run_of_its_own_linked_to_the_outer_one(trace: Trace) -> None:
    with client.agent_trace(agent_name="outer"), step("delegate"), client.agent_trace(agent_name="inner"), step():
        pass
    assert str(trace).splitlines()[2:] == ["   └─ agent inner", "      └─ action step"]
    outer, inner = trace.runs
    assert inner.started_by == trace.one("delegate").call_id
    assert (outer.root.name, inner.root.name) == ("outer", "inner")


def test_spans_of_the_outer_trace_stay_with_it_while_an_inner_one_is_open(trace: Trace) -> None:
    outer, inner = (client.agent_trace(agent_name=name) for name in ("outer", "inner"))
    with outer as trip, inner, trip.span(span_type="tool", name="lookup"):
        pass
    assert trace.one("lookup").parent.name == "outer"
    assert trace.one("lookup").run_id == trace.one("outer").run_id


def test_a_context_from_another_process_makes_an_external_run(trace: Trace) -> None:
    with tracium.with_trace_context("trace-9", parent_span_id="span-4", agent_name="remote"), step():
        pass
    span = trace.one("step")
    assert (span.run_id, span.parent_call_id, span.parent) == ("trace-9", "span-4", None)


def test_a_context_sent_to_a_thread_finds_its_parent_again(trace: Trace) -> None:
    def worker(context: dict[str, Any]) -> None:
        with tracium.with_trace_context(**context), step("remote"):
            pass

    with client.agent_trace(agent_name="desk"), step("send"):
        sent = tracium.get_current_trace_context()
        thread = threading.Thread(target=worker, args=[sent])
        thread.start()
        thread.join()
    assert trace.one("remote").parent.name == "send"
    assert len(trace.runs) == 1


def test_a_tenant_is_kept_with_each_span_and_stays_set(trace: Trace) -> None:
    tracium.set_tenant("acme")
    try:
        with client.agent_trace(agent_name="desk"), step():
            pass
    finally:
        tracium.set_tenant(None)
    assert trace.one("step").metadata == {"tenant_id": "acme"}


def test_model_calls_are_listed_in_the_metadata_of_their_trace(trace: Trace) -> None:
    with client.agent_trace(agent_name="desk") as desk, desk.span(span_type="llm", name="chat", model_id="m") as call:
        call.record_input([{"role": "system", "content": "Be brief."}])
    assert trace.one("desk").metadata["llm_steps"] == [{"name": "chat", "model": "m", "system_prompt": "Be brief."}]


def test_a_manager_used_twice_makes_two_runs(trace: Trace) -> None:
    manager = client.agent_trace(agent_name="desk", metadata={"via": "web"})
    for user in (1, 2):
        with manager as desk, step():
            desk.add_metadata_kv("user", user)
    assert str(trace) == "agent desk\n└─ action step\nagent desk\n└─ action step"
    assert [root.metadata["user"] for root in trace.roots] == [1, 2]


@pytest.fixture(scope="module")
def around_several_tests() -> Any:
    with client.agent_trace(agent_name="around"):
        yield


@pytest.mark.parametrize("test", ["first", "second"])
def test_a_trace_around_several_tests_stays_open(around_several_tests: None, trace: Trace, test: str) -> None:
    with step():
        pass
    assert trace.roots.names == ["step"]


def test_no_way_to_make_a_client_needs_a_key(trace: Trace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRACIUM_API_KEY", raising=False)
    with tracium.TraciumClient.init().agent_trace(agent_name="desk"):
        pass
    assert trace.roots.names == ["desk"]


@pytest.fixture(scope="module")
def jobs() -> Any:
    """Give a queue whose thread began before the test."""
    queue: SimpleQueue[Any] = SimpleQueue()
    thread = threading.Thread(target=lambda: [job() for job in iter(queue.get, None)])
    thread.start()
    yield queue
    queue.put(None)
    thread.join()


def test_a_context_sent_to_a_thread_that_began_before_finds_its_parent_again(jobs: Any, trace: Trace) -> None:
    done = threading.Event()

    def worker(context: dict[str, Any]) -> None:
        with tracium.with_trace_context(**context), step("remote"):
            pass
        done.set()

    with client.agent_trace(agent_name="desk"), step("send"):
        jobs.put(partial(worker, tracium.get_current_trace_context()))
        done.wait()
    assert trace.one("remote").parent.name == "send"
    assert len(trace.runs) == 1
