"""The tracing API that programs use."""
