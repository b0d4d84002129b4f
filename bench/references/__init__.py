"""Servers to stand beside: each does one thing, as well as it can be done."""
