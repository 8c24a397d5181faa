"""What is told about a period: which findings, grouped how, in which words."""
