"""What people type about consents and policy, and the words of the rules."""
