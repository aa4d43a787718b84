"""Documents, the county's files, templates and SMTP: one file per outside system."""
