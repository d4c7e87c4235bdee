"""The tools of adapters: sources, spans, patches, acts."""
