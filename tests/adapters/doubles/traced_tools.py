"""Tools of a program that is written with our own API."""

from pytest_traces.runtime import trace_tool


@trace_tool
async def geocode(city: str) -> dict[str, float]:
    return {"lat": 48.85, "lon": 2.35}


@trace_tool
async def get_time(city: str) -> str:
    return "12:00"
