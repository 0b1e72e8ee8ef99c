"""The files beside a film: captions, transcripts, tables."""
