"""The beats of the film `leak`, in the order of its acts."""
