"""The accountability service: owns who answers for a finding, and what follows from it.

Registers of cadres 责任人 and duties 职责, assignments, warnings 预警提醒 and cases 问责事项. Events in: `finding.*`.
Events out: `cadre.registered.v1`, `responsibility.*`, `warning.*`, `case.*`.
"""
