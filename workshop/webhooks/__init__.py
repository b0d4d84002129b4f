"""Webhooks: addresses of other systems that hear what changed in a dossier, by ids and never by words."""
