"""Changes made at the front door and by the clock: entries, set-up, the night's work."""
