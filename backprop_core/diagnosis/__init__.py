"""Diagnosis of a network: findings in words and numbers."""
