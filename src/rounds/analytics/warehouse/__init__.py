"""The numbers out of the house: a star schema for Tableau, Power BI and whoever else reads Parquet or SQL (docs/warehouse.md)."""
