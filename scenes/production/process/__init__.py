"""Worker processes: started, listened to, and never left behind."""
