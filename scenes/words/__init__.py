"""Numbers as people read them, sentences, and the record of what was shown. No Manim."""
