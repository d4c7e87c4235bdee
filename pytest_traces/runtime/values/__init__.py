"""What values are made of, read by their types: no code of the program runs."""
