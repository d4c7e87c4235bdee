"""Slips in queries: a query that matches nothing because of a slip would prove nothing."""
