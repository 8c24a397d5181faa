"""What a flow is made of: six verbs on top, the rooms they call below."""
