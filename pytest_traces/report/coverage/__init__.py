"""Coverage of behaviour: which tools were offered, called, seen failing; which arguments no test ever gave."""
