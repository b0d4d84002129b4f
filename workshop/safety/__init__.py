"""Promises to participants, a package each: screening, help lines, and what was erased stays erased."""
