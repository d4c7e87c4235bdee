"""The SDKs that Stainless generates (openai, anthropic, groq, together): one client class carries every call.

Each call of an endpoint where a model works is a span, with its attempts, its stream and its reply. The SDKs are
alike down to their private names, so one room serves them all; the entry of the registry says which SDK it is.
"""
