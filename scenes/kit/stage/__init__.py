"""Components that fill the stage, and that own the motions that a film plays."""
