"""Pages of imports: files, their way here, sources, taking a file out."""
