"""An order in a Timbal workflow: two concurrent checks, then one of two last steps."""

import asyncio
from typing import Any

from timbal import Tool, Workflow
from timbal.state import get_run_context

STOCK = {"lamp": 3, "chair": 0}


def load_order(order_id: int) -> dict[str, Any]:
    return {17: {"item": "lamp", "customer": "ada"}, 18: {"item": "chair", "customer": "ada"}}[order_id]


async def check_stock(item: str) -> bool:
    await asyncio.sleep(0.01)
    return STOCK[item] > 0


async def check_credit(customer: str) -> int:
    await asyncio.sleep(0.005)
    return {"ada": 500}[customer]


def ship(item: str, credit: int) -> str:
    return f"{item} is on its way, {credit} left to spend"


def order_more(item: str) -> str:
    return f"{item} ordered from the maker"


def output_of(step: str) -> Any:
    return get_run_context().step_span(step).output


# Timbal reads from the source which steps wait for which: each name must be in a `step_span("...")` on its own line.
order_flow = (
    Workflow(name="order")
    .step(Tool(handler=load_order))
    .step(Tool(handler=check_stock), item=lambda: get_run_context().step_span("load_order").output["item"])
    .step(Tool(handler=check_credit), customer=lambda: get_run_context().step_span("load_order").output["customer"])
    .step(
        Tool(handler=ship),
        when=lambda: get_run_context().step_span("check_stock").output,
        item=lambda: get_run_context().step_span("load_order").output["item"],
        credit=lambda: get_run_context().step_span("check_credit").output,
    )
    .step(
        Tool(handler=order_more),
        when=lambda: not get_run_context().step_span("check_stock").output,
        item=lambda: get_run_context().step_span("load_order").output["item"],
    )
)


def process(order_id: int) -> None:
    asyncio.run(order_flow(order_id=order_id).collect())
