"""The page of `--trace-html`: the data that each test sends for it, and its file."""
