"""How rows get out of files: text of any make, Parquet, JSON lines, and SELECTs over them."""
