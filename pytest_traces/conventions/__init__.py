"""What the attributes of others mean: read and written in one place, with no file and no framework in sight."""
