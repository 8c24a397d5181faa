"""The outbox at work: entries are claimed, sent and receipted, once each."""
