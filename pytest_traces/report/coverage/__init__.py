"""Coverage of behaviour: which tools were offered, called or failed, and which arguments no test gave."""
