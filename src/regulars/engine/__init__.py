"""The analytics engine: tables in, tables out."""
