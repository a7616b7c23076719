"""Stories beside the numbers: told with consent, shown after review, erased on request."""
