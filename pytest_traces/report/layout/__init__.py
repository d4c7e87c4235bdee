"""How figures are laid out: words for numbers, tables, lists, and the room of a terminal."""
