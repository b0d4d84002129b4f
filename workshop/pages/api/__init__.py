"""For machines: the dossier as JSON, the calendar, health, and where to report a weakness."""
