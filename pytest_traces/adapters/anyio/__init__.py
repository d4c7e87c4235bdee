"""anyio has no spans, but it spawns what has, waits for it, and hands items from task to task."""
