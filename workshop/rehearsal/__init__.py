"""Rehearsals: a facilitator practises with a plan and twelve simulated phones, and nothing of it stays."""
