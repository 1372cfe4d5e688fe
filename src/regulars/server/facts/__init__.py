"""Facts: what happened. Parquet files that are only ever added to; the manifest in
PostgreSQL alone says which of them live."""
