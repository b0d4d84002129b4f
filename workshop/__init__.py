"""Kompas Live: live workshops whose results stay in the partnership's record."""
