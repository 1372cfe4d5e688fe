"""Pages of training: one's own items, the team's, the list of items, samples, weak spots."""
