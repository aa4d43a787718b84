"""The accountability service: owns who answers for a finding, and what follows from it.

Registers of cadres 责任人 and duties 职责, assignments, warnings 预警提醒, cases 问责事项, measures 处理措施,
talks 谈话, appeals and statutory clocks. Events in: `finding.*`, `notice.signed.v1`, `notice.refused.v1`. Events out:
`cadre.registered.v1`, `responsibility.*`, `warning.*`, `case.*`, `measure.*`, `talk.*`, `appeal.*`, `clock.due.v1`.
"""
