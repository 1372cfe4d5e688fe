"""The pages of the base, of the key figures and of the scores."""
