"""What can be measured on a style without a GPU."""
