"""OpenTelemetry: spans and log records, with or without its SDK, whatever providers and samplers the program has.

Nothing is added to the program's providers: what starts and ends a span is wrapped. If the program would get a span
that keeps nothing (no provider, a sampler that drops, a disabled SDK), it gets one that keeps everything for the test
and looks otherwise the same: exporters, propagators and samplers see what they would have seen.
"""
