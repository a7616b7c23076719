# SPDX-License-Identifier: EUPL-1.2
"""The requests of a megabyte that cost most, each of a kind: what anybody can send, without a login."""

import json

MB = 1024 * 1024
JSON, CSV, LINES = "application/json", "text/csv", "application/x-ndjson"
FORM = "application/x-www-form-urlencoded"


def filled(before: str, part: str, after: str, between: str = ",", size: int = MB) -> bytes:
    """As many parts as fit in so many bytes; `{}` in one is its number."""
    most = (size - len(before) - len(after)) // (len(part) + len(between) + 4 * ("{}" in part))
    parts = (part.replace("{}", str(number)) for number in range(most))
    return (before + between.join(parts) + after).encode()


def json_bodies(size: int = MB) -> dict[str, bytes]:
    """By name, each about so many bytes."""
    names = filled("", '"{}":1', "", size=size - 20).decode()
    return {
        "a key twice, at the end": f'{{{names},"0":1}}'.encode(),
        "many names": f"{{{names}}}".encode(),
        "many numbers": filled('{"kernen":[', "1", "]}", size=size),
        "many floats": filled('{"kernen":[', "1.5e3", "]}", size=size),
        "many lists": filled("[", "[]", "]", size=size),
        "many objects": filled('{"answers":[', '{"yes":1,"no":2}', "]}", size=size),
        "many open brackets": b"[" * size,
        "one long text": json.dumps({"title": "a" * (size - 20)}).encode(),
        "one text of escapes": filled('{"title":"', "\\u00e9", '"}', "", size),
        "one long number": filled('{"a":', "1", "}", "", size),
        "one long fraction": filled('{"a":1.', "1", "}", "", size),
        "spaces": b"{" + b" " * (size - 2) + b"}",
        "no end": b'{"title":"' + b"a" * (size - 20),
    }


def file_bodies(size: int = MB) -> dict[str, tuple[str, bytes]]:
    """By name: the media type and about so many bytes."""
    head = "key,received,kernen,theme,submitter,channel,title,description\n"
    line = "k{},2020-01-01,ingen,green,resident,web,t,d"
    return {
        "many columns": (CSV, b"a," * (size // 2)),
        "many other columns": (CSV, filled("", "a{}", "", size=size)),
        "many lines": (CSV, filled(head, line, "\n", "\n", size)),
        "quotes": (CSV, b'"' * size),
        "empty lines": (CSV, b"\n" * size),
        "many lines of JSON": (LINES, filled("", "[]", "", "\n", size)),
        "many fields": (FORM, filled("", "a{}=1", "", "&", size)),
        "many empty fields": (FORM, b"&" * size),
        "one field of escapes": (FORM, b"a=" + b"%41" * (size // 3 - 1)),
    }


def heads(size: int = MB) -> dict[str, bytes]:
    """By name: what is sent before or around a body, about so many bytes."""
    ask, post = b"GET /health/live HTTP/1.1\r\n", b"POST /v1/nothing HTTP/1.1\r\n"
    host = b"Host: localhost\r\n"
    chunked = post + host + b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    one = ask + host + b"\r\n"
    return {
        "a long address": b"GET /" + b"%41" * (size // 3) + b" HTTP/1.1\r\n" + host + b"\r\n",
        "a long query": b"GET /?" + b"a=%41&" * (size // 6) + b" HTTP/1.1\r\n" + host + b"\r\n",
        "a long header": ask + host + b"X-A: " + b"a" * size + b"\r\n\r\n",
        "many headers": ask + host + b"a: b\r\n" * (size // 6) + b"\r\n",
        "many chunks": chunked + b"1\r\n \r\n" * (size // 6) + b"0\r\n\r\n",
        "many trailers": chunked + b"0\r\n" + b"a: b\r\n" * (size // 6) + b"\r\n",
        "many requests": one * (size // len(one)),
    }
