"""What a committed text is: the file, its lines, the paths in them."""
