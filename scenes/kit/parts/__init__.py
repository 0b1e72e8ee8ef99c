"""Components that serve one picture each."""
