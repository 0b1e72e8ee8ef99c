"""The symptoms of a training run that was recorded: a file for every part of a run."""
