"""One framework each, strangers to one another, activated when the framework is imported."""
