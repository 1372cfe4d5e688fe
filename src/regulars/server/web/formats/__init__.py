"""How numbers are written where Django's habits of a language are not its readers'."""
