"""What follows a contract: the plan of the implementation, whether it is a success, how the customer is."""
