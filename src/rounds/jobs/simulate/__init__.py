"""The simulated company, written into a database by the real actions, or as a load set into Parquet files."""
