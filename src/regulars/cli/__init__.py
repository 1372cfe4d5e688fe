"""The `regulars` command: one file per verb."""
