"""A tour guide on pydantic-ai: two concurrent tools, of which one raises `ModelRetry`; a function is the model."""

from pydantic_ai import Agent, ModelRetry
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models.function import AgentInfo, FunctionModel
from pydantic_ai.usage import RequestUsage

CITY = {"city": "Paris"}


def script(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
    """Ask for the museum and the weather, for the weather again, then answer."""
    turns = [
        [ToolCallPart("find_museum", CITY, "call_1"), ToolCallPart("get_weather", CITY, "call_2")],
        [ToolCallPart("get_weather", CITY, "call_3")],
        [TextPart("It rains: go to the Louvre.")],
    ]
    done = sum(isinstance(message, ModelResponse) for message in messages)
    return ModelResponse(turns[done], usage=RequestUsage(input_tokens=40, output_tokens=10))


def tour_guide() -> Agent:
    agent = Agent(FunctionModel(script, model_name="gpt-4o-mini"), name="tour_guide")
    outages = [TimeoutError("weather service is slow")]

    @agent.tool_plain
    def find_museum(city: str) -> str:
        return "Louvre"

    @agent.tool_plain
    def get_weather(city: str) -> dict[str, str]:
        if outages:
            raise ModelRetry("try again") from outages.pop()
        return {"sky": "rain"}

    return agent


def ask(question: str) -> str:
    return tour_guide().run_sync(question).output
