"""The page of `--trace-html`: what each test sends for it, and where it is written."""
