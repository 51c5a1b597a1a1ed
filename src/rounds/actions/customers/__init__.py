"""What is done with customers: the project, the readings, health, surveys, and what grows of it."""
