"""The door: a scoring run takes facts and records to the engine and brings scores back."""
