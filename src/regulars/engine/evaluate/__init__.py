"""How good a forecast was: judged on days it had not seen, against the simple ways."""
