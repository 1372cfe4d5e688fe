"""Where everything is wired: the home folder, its database, settings, addresses, processes."""
