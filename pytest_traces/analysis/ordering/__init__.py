"""Which span precedes which, and how siblings are arranged."""
