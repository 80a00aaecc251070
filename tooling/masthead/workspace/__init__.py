"""What touches a live workspace: preflight, plan, deploy, drift, pull, record; and templates made for one."""
