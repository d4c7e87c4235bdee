"""How one condition matches: texts, values, whole arguments, and the clause of each word."""
