"""Drafts of protocols played in the background, before anyone signs: begun, carried on, shown, published."""
