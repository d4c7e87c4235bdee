"""TraceLLM (`tracellm-cli`): its traces and tools as they run, every attempt a span, without database."""
