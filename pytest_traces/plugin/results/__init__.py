"""What becomes of a run when it is over: the page, a saved file, a comparison, coverage."""
