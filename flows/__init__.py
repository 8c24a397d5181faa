"""What runs on a schedule, and the `keepwell` command."""
