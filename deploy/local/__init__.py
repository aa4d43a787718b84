"""The local stack: broker, database, mail sink and the four services on loopback, under one supervisor.

For development, tests and demonstrations. `python -m deploy.local --help`, or the Makefile's targets.
"""
