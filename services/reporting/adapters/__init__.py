"""Documents, the other services, and the templates of bulletins: one file per outside system."""
