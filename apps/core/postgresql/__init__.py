"""PostgreSQL backend: BEGIN carries the scope, keys between tenant tables are composite."""
