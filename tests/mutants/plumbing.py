# SPDX-License-Identifier: EUPL-1.2
"""Faults of the plumbing, each with the tests that must see it."""

from tests.mutants.mutant import Mutant

ROOM, TESTS = "shared/messaging", "tests/shared/messaging"
DUPLICATES = "tests/every_service/test_duplicates.py"
MARKED_LATE = """        crash.here("CP2")
        stored = await publish(connection, rows, self.taken)
        crash.here("CP4")

        def mark(connection: Connection) -> None:
            guard(connection)
            outbox.mark_published(connection, stored, self.clock())

        await self.database.write(mark)
"""
MARKED_EARLY = """        crash.here("CP2")

        def mark(connection: Connection) -> None:
            guard(connection)
            outbox.mark_published(connection, {row.id: 0 for row in rows}, self.clock())

        await self.database.write(mark)
        stored = await publish(connection, rows, self.taken)
        crash.here("CP4")
"""
COMMITTED_FIRST = """        taken = await self._commit(batch, guard)
        crash.here("CP7")
        for message in messages:
            await message.ack()
"""
ACKNOWLEDGED_FIRST = """        for message in messages:
            await message.ack()
        taken = await self._commit(batch, guard)
        crash.here("CP7")
"""
PLUMBING = (
    Mutant(
        "the older version of an event takes a number of its own",
        f"{ROOM}/outbox.py",
        "            rows.append(_row(origin, twin, last[subject]))",
        "            rows.append(_row(origin, twin, last[subject] + 1))",
        (f"{TESTS}/test_twins.py::test_twins_share_a_number_and_the_new_one_comes_first",),
    ),
    Mutant(
        "one event of several is dropped",
        f"{ROOM}/outbox.py",
        "connection.execute(_APPEND, rows)",
        "connection.execute(_APPEND, rows[:1])",
        (f"{TESTS}/test_outbox.py::test_two_events_of_one_command_follow_each_other",),
    ),
    Mutant(
        "the events of a command change places",
        f"{ROOM}/outbox.py",
        "connection.execute(_APPEND, rows)",
        "connection.execute(_APPEND, rows[::-1])",
        (f"{TESTS}/test_outbox.py::test_two_events_of_one_command_follow_each_other",),
    ),
    Mutant(
        "two subjects count together",
        f"{ROOM}/outbox.py",
        '{"version": aggregates.c.version + new.version}',
        '{"version": new.version}',
        (
            f"{TESTS}/test_outbox.py::test_every_subject_counts_from_one_without_gaps_however_many_write_at_once",
        ),
    ),
    Mutant(
        "an event too large is let through",
        f"{ROOM}/outbox.py",
        "if len(payload) > MAX_BYTES:",
        "if len(payload) > 2 * MAX_BYTES:",
        (f"{TESTS}/test_outbox.py::test_an_event_above_64_kilobytes_is_refused_before_the_commit",),
    ),
    Mutant(
        "the relay goes by the last id",
        f"{ROOM}/outbox.py",
        """        .where(outbox.c.published_at.is_(None))
        .order_by(outbox.c.id)""",
        """        .where(
            outbox.c.id
            > select(func.coalesce(func.max(outbox.c.id), 0))
            .where(outbox.c.published_at.is_not(None))
            .scalar_subquery()
        )
        .order_by(outbox.c.id)""",
        (f"{TESTS}/test_relay.py::test_a_low_id_that_commits_last_is_published",),
        on_postgresql=True,
    ),
    Mutant(
        "marked before it is published",
        f"{ROOM}/relay.py",
        MARKED_LATE,
        MARKED_EARLY,
        (f"{TESTS}/test_relay.py::test_a_death_on_the_way_neither_loses_nor_doubles",),
    ),
    Mutant(
        "published without its id",
        f"{ROOM}/relay.py",
        '"Nats-Msg-Id": message_id}',
        '"Nats-Msg-Id": random_id()}',
        (f"{TESTS}/test_relay.py::test_what_was_published_but_not_marked_is_not_doubled",),
    ),
    Mutant(
        "the relay does not check that it leads",
        f"{ROOM}/relay.py",
        "            guard(connection)\n",
        "",
        (f"{TESTS}/test_lease.py::test_a_leader_that_slept_past_its_term_is_refused",),
        on_postgresql=True,
    ),
    Mutant(
        "a commit does not wake the relay",
        f"{ROOM}/transaction.py",
        "                if recorded:\n",
        "                if recorded < 0:\n",
        (f"{TESTS}/test_relay.py::test_a_commit_wakes_the_relay",),
    ),
    Mutant(
        "acknowledged before the commit",
        f"{ROOM}/consumer.py",
        COMMITTED_FIRST,
        ACKNOWLEDGED_FIRST,
        (f"{TESTS}/test_consumer.py::test_an_event_is_acknowledged_after_its_commit_only",),
    ),
    Mutant(
        "the consumer does not check that it leads",
        f"{ROOM}/consumer.py",
        "        guard(connection)\n",
        "",
        (f"{TESTS}/test_lease.py::test_a_leader_that_slept_past_its_term_is_refused",),
        on_postgresql=True,
    ),
    Mutant(
        "the last event of a subject has its effect twice",
        f"{ROOM}/intake.py",
        "if sequence <= reached:",
        "if sequence < reached:",
        (f"{DUPLICATES}::test_delivered_again_and_again_has_one_effect",),
    ),
    Mutant(
        "how far a subject is, is not saved",
        f"{ROOM}/intake.py",
        "{a: n for a, n in last.items() if before.get(a) != n}",
        "{}",
        (f"{DUPLICATES}::test_the_whole_stream_again_has_no_effect",),
    ),
    Mutant(
        "what comes too early is taken",
        f"{ROOM}/intake.py",
        "if sequence > reached + 1:",
        "if sequence > reached + 2:",
        (f"{TESTS}/test_parking.py::test_what_comes_too_early_waits_for_what_is_missing",),
    ),
    Mutant(
        "an unknown type is skipped",
        f"{ROOM}/intake.py",
        "return Parking(incoming, str(incoming.reason), incoming.error)\n        handler",
        "return None\n        handler",
        (f"{TESTS}/test_parking.py::test_an_unknown_type_waits_for_the_upgrade",),
    ),
    Mutant(
        "a subject is not held within its batch",
        f"{ROOM}/intake.py",
        "held[aggregate] = Head(0, sequence, parking.reason)",
        "pass",
        (f"{TESTS}/test_parking.py",),
    ),
    Mutant(
        "a subject is not held after its batch",
        f"{ROOM}/intake.py",
        "held = parked.heads(connection, about)",
        "held: dict[Aggregate, Head] = {}",
        (f"{TESTS}/test_parking.py",),
    ),
    Mutant(
        "no savepoint around an event",
        f"{ROOM}/intake.py",
        "with connection.begin_nested():",
        "if True:",
        (f"{TESTS}/test_parking.py::test_one_failure_amid_a_batch_neither_doubles_nor_loses_the_others",),
    ),
    Mutant(
        "an outage of the database is taken for a bad event",
        f"{ROOM}/intake.py",
        """        except Exception as error:
            if is_outage(error):
                raise
            if not guarded:""",
        """        except Exception as error:
            if not guarded:""",
        (f"{TESTS}/test_outages.py::test_a_database_that_fails_amid_a_handler_parks_nothing",),
    ),
    Mutant(
        "the first one to come is not the first one to be tried again",
        f"{ROOM}/retry.py",
        "if row.sequence > reached + 1:",
        "if row.sequence > reached + 9:",
        (f"{TESTS}/test_parking.py",),
    ),
    Mutant(
        "a retry does not count as taken",
        f"{ROOM}/retry.py",
        "            versions.save(connection, self.intake.consumer, {aggregate: row.sequence})\n",
        "",
        (f"{TESTS}/test_parking.py::test_a_handler_that_fails_once_is_tried_again",),
    ),
    Mutant(
        "what fails for ever is never dead",
        f"{ROOM}/parked.py",
        "if attempts > len(RETRY_AFTER)",
        "if attempts > 99",
        (f"{TESTS}/test_parking.py::test_what_always_fails_dies_holds_its_subject_and_is_replayed",),
    ),
    Mutant(
        "what lies behind is not woken",
        f"{ROOM}/parked.py",
        "    wake(connection, following.scalar_subquery(), now)\n",
        "",
        (f"{TESTS}/test_parking.py::test_what_always_fails_dies_holds_its_subject_and_is_replayed",),
    ),
    Mutant(
        "a flood is parked",
        f"{ROOM}/flood.py",
        "worst[0][1] >= TOO_MANY",
        "worst[0][1] >= 2 * LOOK_BACK",
        (
            f"{TESTS}/test_outages.py::test_software_that_fails_on_nearly_everything_stops_rather_than_park_the_stream",
        ),
    ),
    Mutant(
        "a new leader has the fence of the last one",
        f"{ROOM}/lease.py",
        '"fence": fence + 1, "expires_at"',
        '"fence": fence, "expires_at"',
        (f"{TESTS}/test_lease.py",),
        on_postgresql=True,
    ),
    Mutant(
        "the lease is not checked",
        f"{ROOM}/lease.py",
        "if held is None or (not ALONE[connection.dialect.name] and held <= _now(connection)):",
        "if False:",
        (f"{TESTS}/test_lease.py::test_a_leader_that_slept_past_its_term_is_refused",),
        on_postgresql=True,
    ),
    Mutant(
        "what lies aside waits for a clock that was set back",
        f"{ROOM}/parked.py",
        "(parked.c.next_at <= now) | ((parked.c.next_at > now + least) & too_far)",
        "parked.c.next_at <= now",
        (f"{TESTS}/test_parking.py::test_a_clock_that_was_set_back_holds_nothing",),
    ),
    Mutant(
        "only a clock set back by half a day is noticed",
        f"{ROOM}/parked.py",
        "(parked.c.next_at <= now) | ((parked.c.next_at > now + least) & too_far)",
        "(parked.c.next_at <= now) | (parked.c.next_at > now + 2 * RETRY_AFTER[-1])",
        (f"{TESTS}/test_clocks.py",),
    ),
    Mutant(
        "a dead leader leads until the clock has caught up",
        f"{ROOM}/lease.py",
        "0 < expires_at - _now(connection) <= SECONDS",
        "0 < expires_at - _now(connection)",
        (f"{TESTS}/test_clocks.py::test_nobody_seems_to_lead_because_a_clock_was_set_back",),
    ),
    Mutant(
        "a part that fails ends all others",
        f"{ROOM}/leader.py",
        "if ends(error):",
        "if name != TERM:",
        (f"{TESTS}/test_process.py::test_a_broken_consumer_stops_neither_what_is_told_nor_the_operators",),
    ),
    Mutant(
        "a lost lease ends nothing but the part that found it out",
        f"{ROOM}/leader.py",
        "isinstance(error, LeaseLost) or connection.is_closed",
        "False",
        (f"{TESTS}/test_process.py::test_a_lost_lease_or_connection_ends_every_part",),
    ),
    Mutant(
        "headers that are empty stop the consumer",
        f"{ROOM}/parked.py",
        "json.dumps(incoming.headers) if incoming.headers else None",
        "incoming.headers and json.dumps(incoming.headers)",
        (f"{TESTS}/test_parking.py::test_headers_that_are_empty_stop_nothing",),
    ),
    Mutant(
        "what a timer brings about is told twice",
        f"{ROOM}/timers.py",
        "    tx.record(events)\n",
        "    tx.record([*events, *events])\n",
        ("tests/every_service/test_crash_timers.py::test_a_death_changes_nothing",),
    ),
    Mutant(
        "an item of a timer that fails stops the others",
        f"{ROOM}/timers.py",
        "if is_outage(error) or not await self._one_by_one(timer, guard):",
        "if True:",
        (f"{TESTS}/test_items.py",),
    ),
    Mutant(
        "an item that was given up is tried again",
        f"{ROOM}/items.py",
        "            if left := [item for item in due if item not in gone]:\n",
        "            if left := list(due):\n",
        (f"{TESTS}/test_items.py",),
    ),
    Mutant(
        "a stream that was set back goes unseen",
        f"{ROOM}/watch.py",
        "or self.messages < before.messages",
        "or self.messages + 9 < before.messages",
        (f"{TESTS}/test_gaps.py::test_what_counts_as_set_back",),
    ),
    Mutant(
        "a restored store is not given what it lacks",
        f"{ROOM}/watch.py",
        "await redeliver_from(connection, self.consumer, acknowledged + 1)",
        "await redeliver_from(connection, self.consumer, now.acknowledged + 1)",
        (f"{TESTS}/test_gaps.py::test_a_store_restored_while_stopped_is_given_what_it_lacks",),
    ),
    Mutant(
        "a stream that lost its end goes unseen",
        f"{ROOM}/restored.py",
        "ends_as_recorded = not last",
        "ends_as_recorded = True",
        (f"{TESTS}/test_restored.py::test_a_stream_that_lost_its_end_is_seen_though_others_went_beyond_it",),
    ),
    Mutant(
        "reconcile does not see the last loss",
        f"{ROOM}/reconcile.py",
        "for row_id in expected if row_id not in seen]",
        "for row_id in expected[:-1] if row_id not in seen]",
        (f"{TESTS}/test_reconcile.py::test_what_the_stream_lost_is_seen_and_given_back",),
    ),
    Mutant(
        "an altered event passes for the same",
        f"{ROOM}/reconcile.py",
        "if payload != message.data:",
        "if len(payload) != len(message.data):",
        (f"{TESTS}/test_reconcile.py",),
    ),
    Mutant(
        "a reason quotes a poison message",
        f"{ROOM}/decode.py",
        "    if isinstance(error, ValidationError):\n",
        "    if False:\n",
        (f"{TESTS}/test_decode.py::test_a_reason_does_not_quote_the_input",),
    ),
    Mutant(
        "a write on SQLite begins as a read",
        "shared/store.py",
        '"kernpuls_begin", "BEGIN IMMEDIATE")',
        '"kernpuls_begin", "BEGIN")',
        ("tests/shared/test_store.py",),
    ),
    Mutant(
        "SQLite does not wait for the disk",
        "shared/store.py",
        '"synchronous=FULL"',
        '"synchronous=OFF"',
        ("tests/shared/test_store.py",),
    ),
    Mutant(
        "a commit that got no answer is run again",
        "shared/outage.py",
        "return error.connection_invalidated and error.statement is not None",
        "return error.connection_invalidated",
        ("tests/shared/http/test_lost_connections.py",),
        on_postgresql=True,
    ),
    Mutant(
        "a command ends with its connection",
        "shared/outage.py",
        "return error.connection_invalidated and error.statement is not None",
        "return False",
        ("tests/shared/http/test_lost_connections.py",),
        on_postgresql=True,
    ),
    Mutant(
        "the key of a command is ignored",
        "shared/http/endpoint.py",
        "            if key:\n                idempotency.keep",
        "            if not key:\n                idempotency.keep",
        ("tests/shared/http/test_idempotency.py::test_the_same_key_has_one_effect_and_one_answer",),
    ),
    Mutant(
        "another request under the same key is answered as the first",
        "shared/http/idempotency.py",
        "if before.request_hash != key.request_hash:",
        "if False:",
        ("tests/shared/http/test_idempotency.py::test_another_request_under_the_same_key_is_refused",),
    ),
)
