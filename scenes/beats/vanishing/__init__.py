"""The beats of the film `vanishing`, in the order of its acts."""
