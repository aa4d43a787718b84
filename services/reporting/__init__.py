"""The reporting service: one fact per finding, made of what all services say; ledger, statistics, bulletins, balance.

Events in: every type of all four exchanges, kept in an archive from which the facts can be made again. Events out:
`bulletin.*`.
"""
