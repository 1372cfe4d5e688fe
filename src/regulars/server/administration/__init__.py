"""Administration: people, branches, books, settings, jobs, the audit trail, the night."""
