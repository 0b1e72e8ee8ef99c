"""Videos as files: encoded, verified, made smaller."""
