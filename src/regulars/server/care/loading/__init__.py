"""What a demo is filled with."""
