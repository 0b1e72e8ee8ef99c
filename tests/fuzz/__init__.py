"""Files and words that nobody would write, by the thousand."""
