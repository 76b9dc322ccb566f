"""The log itself: entries appended in the store's own transaction, signed, published as files that anyone can check."""
