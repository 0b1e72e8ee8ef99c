"""Worker processes: they are started, listened to, and never left behind."""
