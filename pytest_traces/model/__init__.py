"""What a span, an event, a usage, a run is: data, nothing more."""
