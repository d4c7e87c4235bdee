"""What is done with one test: its recording, limits, leftovers, snapshots, repetitions."""
