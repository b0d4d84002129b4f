"""Promises to participants, a package each: screening, help lines, erasing, and what goes by itself."""
