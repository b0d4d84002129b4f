"""From a session to the dossier: what it proposes, the review, what is saved, and what people hear later."""
