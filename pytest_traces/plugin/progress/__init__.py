"""What a long test does now: the live event stream of document 003, on a terminal with `-v`."""
