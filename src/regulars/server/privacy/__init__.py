"""What a person may ask of us: a copy, a correction, erasure; and how long anything is kept."""
