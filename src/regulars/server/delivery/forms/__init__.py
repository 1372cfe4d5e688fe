"""What people may type about lines and mailings, and the words that pages use."""
