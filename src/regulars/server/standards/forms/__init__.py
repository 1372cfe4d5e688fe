"""What the pages of the standard say, and what a person may type there."""
