"""The results of a run: the page, a saved file, a comparison, coverage."""
