"""Monday's digest: verdict, what changed, quality, coaching beside pipeline, by mail and as a page for oneself."""
