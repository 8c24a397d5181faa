"""What a person can type after `keepwell`: one file per command."""
