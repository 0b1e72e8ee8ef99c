"""The beats of `layer`."""
