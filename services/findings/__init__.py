"""The findings service: owns every finding 问题 from posting to close-out 销号, and its evidence 佐证材料.

Events in: `responsibility.assigned.v1`, `responsibility.corrected.v1` (who answers for a finding) and `case.*`
(whether it is in a case). Events out: `finding.*`, the whole public state after each move, and `clock.due.v1`.
"""
