"""A value over several lines, one path a line, a text as a block; and read back from them."""
