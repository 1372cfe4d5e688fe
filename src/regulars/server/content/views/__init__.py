"""Pages of what is said: the library, one text, writing, files, words."""
