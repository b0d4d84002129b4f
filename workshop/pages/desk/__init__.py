"""What a facilitator opens for one session: to make, lead and review it, and to tell what became of it."""
