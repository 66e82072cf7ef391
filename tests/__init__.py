"""The checks. `./test.sh` runs them all."""
