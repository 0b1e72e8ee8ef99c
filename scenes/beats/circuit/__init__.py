"""The beats of the film `circuit`, by acts."""
