"""How one condition matches: texts, values, whole arguments, and the rule of each condition."""
