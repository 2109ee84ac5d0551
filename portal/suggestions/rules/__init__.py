"""What suggestions decide: the way of a case, working days and due dates, rates. Pure."""
