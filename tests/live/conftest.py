"""Two real processes, for what this floor does with them."""

from tests.processes import pair

__all__ = ["pair"]
