"""A chain of stores whose members buy what runs out, and more before the festivals."""
