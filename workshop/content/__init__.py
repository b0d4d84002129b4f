"""The worksheets of `sessions/*.toml`: their shapes, how they are read, and what can be wrong with them."""
