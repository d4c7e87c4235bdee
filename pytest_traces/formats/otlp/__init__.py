"""OTLP/JSON: the traces of OpenTelemetry."""
