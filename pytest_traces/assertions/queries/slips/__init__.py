"""What a query says by mistake: where nothing matches, a slip proves nothing."""
