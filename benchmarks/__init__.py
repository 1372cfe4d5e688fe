"""One file per question; each prints a ratio measured in one run on one machine."""
