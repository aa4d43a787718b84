"""Official documents as DOCX and PDF, in the layout of GB/T 9704-2012, set in a child process that lives long.

The api's side: `process` keeps the child and asks it. The child's side: `child`, which knows `docx` and `pdf`. Between
them: `wire`.
"""
