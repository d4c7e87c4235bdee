"""What a provider sends if its model says or calls what a test lets it: whole, or as a stream of events."""
