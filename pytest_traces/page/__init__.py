"""The page of a session: one HTML file with every test and its traces, which needs no network."""
