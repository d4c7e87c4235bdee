"""The objects of users: a trace, its spans, a selection of them."""
