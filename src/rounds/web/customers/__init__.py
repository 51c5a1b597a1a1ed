"""Pages of customers: who they are, how they are, their projects."""
