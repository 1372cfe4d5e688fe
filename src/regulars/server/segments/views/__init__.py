"""Pages of lists, segments and groups."""
