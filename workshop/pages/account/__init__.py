"""Signing in, and what belongs to one person: their account and their dossiers."""
