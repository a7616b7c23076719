"""Pages of a collection, with a link to the next one.

INTERFACE (being implemented): `Page[InitiativeView]` is {items, _links: {self, next?}}; routes take
`paging: PagingDep` with `paging.after` (opaque cursor: last sort key seen, or None) and `paging.limit`
(1 to 200, 50 unless told), query keys `after` and `limit`. The store fetches `limit + 1` rows ordered by a
unique key > after; `page_of(items, paging, key)` cuts the surplus row and makes the link.
"""
