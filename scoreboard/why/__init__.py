"""Why a number changed: which members of a dimension carried the change, in steps that add up to it exactly."""
