"""anyio: it has no spans, but its groups spawn tasks, wait for them, and pass items between them."""
