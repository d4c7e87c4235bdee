"""What the attributes of other tools mean: read and written in one place, for files and live spans alike."""
