"""Pages of what goes out."""
