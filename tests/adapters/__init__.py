"""One folder a framework: `with_openai`, not `openai`, because Tracium skips frames whose path holds `/openai/`."""
