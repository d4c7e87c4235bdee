"""Coverage of tools: which were offered, called or failed, and which arguments no test gave."""
