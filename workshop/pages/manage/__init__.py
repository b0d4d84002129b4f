"""The installation, for its managers: `/beheer`."""
