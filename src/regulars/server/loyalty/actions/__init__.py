"""Every change of the programme, its members and its points. Only here."""
