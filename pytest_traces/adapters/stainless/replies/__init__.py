"""What models answer: one class for each kind of endpoint, whole or piece by piece."""
