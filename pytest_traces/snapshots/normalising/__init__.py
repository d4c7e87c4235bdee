"""What a snapshot leaves out because another run would differ in it."""
