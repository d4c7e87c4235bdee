"""The OpenAI Agents SDK: its spans, recorded or disabled, and every call of a model."""
