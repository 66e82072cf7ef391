"""What is measured on a trained style."""
