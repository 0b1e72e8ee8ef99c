"""What lies beside a film: captions, transcripts, tables."""
