"""What the rows mean."""

VERSION = "2"  # of the code that makes values; raised with any change that can change a number
