"""What adapters are written with: sources, spans, patches, acts."""
