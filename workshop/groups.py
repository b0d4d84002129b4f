"""The groups a participant may say to belong to, once and only if they like."""

GROUPS = {
    "jongere": "Jongere",
    "ouder": "Ouder",
    "uitvoering": "Professional uitvoering",
    "beleid": "Beleid of bestuur",
    "liever-niet": "Liever niet zeggen",
}

PLURALS = {
    "jongere": "Jongeren",
    "ouder": "Ouders",
    "uitvoering": "Professionals uitvoering",
    "beleid": "Beleid en bestuur",
    "liever-niet": "Anderen",
}

YOUNG = "jongere"


def checked(group: str | None) -> str | None:
    """The group, or None where nothing was chosen. Raises `ValueError` for a group that is not there."""
    if not group:
        return None
    if group not in GROUPS:
        raise ValueError("Deze groep bestaat niet. Kies er een uit de lijst, of sla het over.")
    return group
