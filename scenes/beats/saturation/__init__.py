"""The beats of the film `saturation`, in the order of its acts."""
