"""What can be read of consultations."""
