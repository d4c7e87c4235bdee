"""OpenTelemetry: spans and log records, with or without its SDK, whatever providers and samplers the program has.

Nothing is added to the program's providers: the functions that start and end a span are wrapped. Without a provider,
with a sampler that drops, or with a disabled SDK, spans keep nothing. In place of such a span the program gets
one that records for the test and looks the same. Exporters, propagators and samplers see no difference.
"""
