"""What every feature stands on: database, permissions, errors, clock, web, jobs, audit."""
