"""From a job to the pictures of its film."""
