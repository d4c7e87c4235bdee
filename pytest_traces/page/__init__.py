"""The page of a session: one HTML file that holds every test with its traces, and needs no network."""
