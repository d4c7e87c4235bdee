"""The committed text: the file, its lines, the paths in them."""
