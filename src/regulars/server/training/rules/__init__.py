"""Pure rules of training: whether an item is due, what a sample scores, what is weak."""
