"""What Linkbot keeps: SQLModel tables, the engine, and one module of queries per table group."""
