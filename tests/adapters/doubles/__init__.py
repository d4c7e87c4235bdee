"""What stands for a model or its server, and programs that several adapters are tested with."""
