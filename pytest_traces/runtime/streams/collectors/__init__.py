"""What becomes of the pieces of a stream: which of them are told, and what they amount to."""
