# SPDX-License-Identifier: EUPL-1.2
"""Faults at the edges: who may say what on the bus, and at the doors."""

from tests.mutants.mutant import Mutant

ROOM, TESTS = "shared/messaging", "tests/shared/messaging"
SERVER, BODIES = "tests/shared/http/test_server.py", "tests/shared/http/test_bad_bodies.py"
ACCOUNTS = "tests/shared/test_bus_accounts.py"
FORGED = f"{TESTS}/test_ownership.py::test_what_is_forged_has_no_place_in_a_history"
EDGES = (
    Mutant(
        "whose event it is is not looked at",
        f"{ROOM}/decode.py",
        "    if label.source != source_of(ours.oin, owner):",
        "    if False:",
        (FORGED, "tests/services/analytics/overview/test_left_out.py::test_an_event_in_the_name_of_another"),
    ),
    Mutant(
        "any service of ours may say anything",
        f"{ROOM}/decode.py",
        "OWNERS.get(tokens[3], label.source",
        "str(label.source",
        (FORGED,),
    ),
    Mutant(
        "an event need not be of the type of its subject on the bus",
        f"{ROOM}/decode.py",
        'label.type != TYPE_PREFIX + ".".join(tokens[3:])',
        "False",
        (FORGED,),
    ),
    Mutant(
        "the municipality of the subject on the bus is not looked at",
        f"{ROOM}/decode.py",
        "(label.gemeente, label.kern) != (tokens[1], tokens[2])",
        "label.kern != tokens[2]",
        (f"{TESTS}/test_ownership.py::test_ours_at_the_subject_of_another_municipality_is_foreign",),
    ),
    Mutant(
        "a foreign event is parked as any other, and holds its subject",
        f"{ROOM}/decode.py",
        "reason=FOREIGN, error=why)",
        "aggregate=Aggregate(label.source, label.subject), sequence=int(label.subjectsequence),"
        " reason=FOREIGN, error=why)",
        (f"{TESTS}/test_ownership.py::test_it_is_parked_and_the_owners_next_event_is_handled", FORGED),
    ),
    Mutant(
        "foreign events are not counted",
        f"{ROOM}/parked.py",
        "row.reason: row.open for row in rows\n",
        "row.reason: row.open for row in rows if row.reason != FOREIGN\n",
        (f"{TESTS}/test_ownership.py::test_it_is_counted_shown_and_given_up_by_a_person",),
    ),
    Mutant(
        "consumers receive every municipality's events",
        f"{ROOM}/stream.py",
        'f"kernpuls.{gemeente}.*.{entity}.>"',
        'f"kernpuls.*.*.{entity}.>"',
        (f"{TESTS}/test_ownership.py::test_events_of_another_municipality_do_not_reach_us",),
    ),
    Mutant(
        "an event is marked that somebody else's was stored for",
        f"{ROOM}/relay.py",
        "if found.get(place) == (row.nats_subject, row.payload):",
        "if place:",
        (f"{TESTS}/test_relay.py::test_an_id_that_somebody_else_used_silences_nobody",),
    ),
    Mutant(
        "a page elsewhere posts where the browser names no site",
        "shared/http/security.py",
        "                origin is None\n",
        "                True\n",
        ("tests/shared/http/test_security.py::test_a_browser_that_names_no_site_names_an_origin",),
    ),
    Mutant(
        "any text is a correlation id",
        "shared/http/cause.py",
        "sent if CORRELATION.fullmatch(sent) else",
        "sent if sent else",
        ("tests/shared/http/test_edge.py::test_a_correlation_id_that_is_none_is_replaced",),
    ),
    Mutant(
        "a key is for the bytes of a request",
        "shared/http/endpoint.py",
        "idempotency.meaning_of(scope[JSON]) if JSON in scope else body)",
        "body)",
        ("tests/shared/http/test_idempotency.py::test_the_same_request_written_differently_is_the_same",),
    ),
    Mutant(
        "null is not among the values of what may be absent (ED-7)",
        "shared/http/openapi.py",
        '[*given["enum"], None]',
        'given["enum"]',
        ("tests/shared/http/test_openapi.py::test_what_may_be_absent_may_be_null_whatever_its_values",),
    ),
    Mutant(
        "of two models of one name the last describes both (ED-7)",
        "shared/http/openapi.py",
        '.count(schema["title"]) > 1',
        '.count(schema["title"]) > 2',
        ("tests/shared/http/test_openapi.py::test_two_models_of_one_name_stop_the_start",),
    ),
    Mutant(
        "a filter that nobody reads answers with everything (ED-2)",
        "shared/http/router.py",
        "    if unknown:\n",
        "    if False:\n",
        ("tests/shared/http/test_openapi.py::test_an_unknown_query_parameter_is_refused",),
    ),
    Mutant(
        "a large body is read on the event loop (ED-3)",
        "shared/http/bodies.py",
        "    if size <= SMALL:\n",
        "    if True:\n",
        ("tests/shared/http/test_bad_bodies.py::test_a_large_body_is_read_off_the_loop",),
    ),
    Mutant(
        "a body may hold any number of values (ED-3)",
        "shared/http/bodies.py",
        "    if many:\n",
        "    if False:\n",
        (f"{BODIES}::test_more_values_than_any_command_has_are_refused_before_they_are_made",),
    ),
    Mutant(
        "every request that arrives at once is read at once (ED-3)",
        "shared/http/server.py",
        "if len(self.pipeline) == MOST_AHEAD:",
        "if False:",
        (f"{SERVER}::test_of_requests_sent_all_at_once_only_a_few_are_read",),
    ),
    Mutant(
        "headers have no bounds (ED-3)",
        "shared/http/server.py",
        "if self._size > MOST_HEAD or len(self.headers) == MOST_HEADERS:",
        "if False:",
        (f"{SERVER}::test_headers_and_addresses_are_bounded",),
    ),
    Mutant(
        "half a head is waited for without end (ED-3)",
        "shared/http/server.py",
        'self._refuse(408, f"The request',
        'print(408, f"The request',
        (f"{SERVER}::test_half_a_head_is_not_waited_for",),
    ),
    Mutant(
        "those who wait keep everybody out (ED-3)",
        "shared/http/server.py",
        "            self._make_room()\n",
        "            self.transport.close()\n",
        (f"{SERVER}::test_many_that_wait_keep_nobody_out",),
    ),
    Mutant(
        "a service answers under any name (ED-10)",
        "shared/http/security.py",
        "if name not in self.hosts and not _is_loopback(name):",
        "if False:",
        ("tests/shared/http/test_security.py::test_the_names_on_the_list_are_answered_and_no_others",),
    ),
    Mutant(
        "others may read a store that was made open (ED-10)",
        "shared/store.py",
        '        close(*(Path(f"{path}{end}") for end in ("", "-wal", "-shm")))\n',
        "        print()\n",
        ("tests/shared/test_store.py::test_a_store_that_others_could_read_is_closed",),
    ),
    Mutant(
        "the stream may still be changed when the services run (ED-6)",
        "services/suite/bus.py",
        "    server.signal(signal.SIGHUP)\n",
        "    return\n",
        (f"{ACCOUNTS}::test_a_stream_is_strengthened_while_the_bus_starts_and_not_afterwards",),
    ),
    Mutant(
        "who makes the stream may change it (ED-6)",
        "deploy/nats/create.conf",
        '"$JS.API.STREAM.CREATE.KERNPULS" ]',
        '"$JS.API.STREAM.*.KERNPULS" ]',
        (f"{ACCOUNTS}::test_who_provisions_changes_no_stream_that_is_there",),
    ),
    Mutant(
        "who listens may speak (ED-6)",
        "deploy/nats/accounts.conf",
        'publish: { deny: ">" }',
        'publish: { allow: ">" }',
        (f"{ACCOUNTS}::test_who_gives_no_name_comes_in_to_listen_at_most",),
    ),
    Mutant(
        "a bus that takes less than an event is used (ED-1)",
        "shared/messaging/stream.py",
        "if connection.max_payload < LARGEST:",
        "if False:",
        (f"{TESTS}/test_stream.py::test_a_bus_that_takes_less_than_an_event_is_refused_with_a_sentence",),
    ),
    Mutant(
        "of two sources with one id the second event is dropped (ED-1)",
        f"{ROOM}/parked.py",
        """        connection.execute(_ADD[connection.dialect.name], rows)
""",
        """        taken = set(connection.execute(select(parked.c.event_id)).scalars())
        rows = [row for row in rows if row["event_id"] not in taken]
        connection.execute(_ADD[connection.dialect.name], rows[:1])
""",
        (f"{TESTS}/test_parking.py::test_two_sources_that_use_one_id_lose_neither_event",),
    ),
    Mutant(
        "a whole number with a point is refused, though the schema accepts it (ED-7)",
        "shared/http/bodies.py",
        "return int(number) if number.is_integer() and abs(number) <= LARGEST else number",
        "return number",
        ("tests/shared/http/test_bad_bodies.py::test_a_whole_number_is_one_however_it_is_written",),
    ),
    Mutant(
        "a line of history ends where it does not",
        "services/initiatives/imports/history_file.py",
        'enumerate(re.split(r"\\r\\n|\\r|\\n", text), 1)',
        "enumerate(text.splitlines(), 1)",
        ("tests/services/initiatives/imports/test_imports.py::test_a_line_ends_at_a_line_end_only",),
    ),
    Mutant(
        "what somebody wrote beside their request is not on their page",
        "services/initiatives/persons/store.py",
        "    for place in PLACES:\n        for row in connection.execute(select(place.table)",
        "    for place in PLACES[:2]:\n        for row in connection.execute(select(place.table)",
        (
            "tests/services/initiatives/persons/test_erasing.py::test_every_column_that_tells_of_somebody_is_on_their_page",
        ),
    ),
)
