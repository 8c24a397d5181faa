"""``python -m tests.faults`` prints what came of the whole fault matrix; see report.py."""

if __name__ == "__main__":  # senders are forked, and each looks in here first
    import sys

    from tests.faults.report import main

    sys.exit(main())
