"""Words every layer shares. Imports the standard library, borax and holidays only."""
