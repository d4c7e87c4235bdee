"""Parts of one test: its recording, limits, leftovers, snapshots, repetitions."""
