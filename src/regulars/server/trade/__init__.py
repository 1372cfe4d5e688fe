"""What an organisation buys on: its contact persons, quotes, terms and payments."""
