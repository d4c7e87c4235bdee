"""How spans, events and usage become the text of a snapshot."""
