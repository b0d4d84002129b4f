"""Attacks that got through once. Each test plays one, and it fails now."""
