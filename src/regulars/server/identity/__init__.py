"""Who is the same customer twice: duplicates proposed with evidence, merged, un-merged."""
