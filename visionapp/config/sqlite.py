"""Replaces the standard library's SQLite by the newer one of ``pysqlite3``.

SQLite up to 3.51.2 can lose commits when a checkpoint races a reset of the write-ahead log, and
distributions still ship such versions. Must run before Django's database backend is imported.
"""

import sys

import pysqlite3
import pysqlite3.dbapi2

OPTIONS = {
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": (
        "PRAGMA journal_mode=WAL;"
        "PRAGMA synchronous=NORMAL;"
        "PRAGMA cache_size=-8000;"
        "PRAGMA temp_store=MEMORY;"
        "PRAGMA journal_size_limit=67108864;"
    ),
}


def use_pysqlite3() -> None:
    """Make ``import sqlite3`` give pysqlite3 from here on."""
    sys.modules["sqlite3"] = pysqlite3
    sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2
