"""What the operating system gives: files written whole, processes, threads, folders."""
