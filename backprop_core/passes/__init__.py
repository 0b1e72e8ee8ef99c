"""Networks and passes through them: activations, losses, forward, backward."""
