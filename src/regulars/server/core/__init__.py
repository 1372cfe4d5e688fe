"""What every feature stands on: people and their scope, the company, audit, jobs."""
