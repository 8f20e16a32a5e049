"""From the tables of an enrolment to its problems, as planning does it for a City; apart from planning, whose solvers it does not need."""
