"""What touches a live workspace: preflight, plan, deploy, drift, pull, record; and what is made for one, as templates."""
