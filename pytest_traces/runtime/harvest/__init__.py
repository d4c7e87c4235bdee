"""From records to the canonical model."""
