"""One folder a framework, `with_timbal`, `with_tracium`: Tracium takes each path with `/openai/` in it for the SDK's own."""
