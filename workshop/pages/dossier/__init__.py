"""The pages of one partnership's record, for its members."""
