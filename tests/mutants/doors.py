# SPDX-License-Identifier: EUPL-1.2
"""Faults in who may come in and what is recorded of it."""

from tests.mutants.mutant import Mutant

TOKENS = "tests/shared/access/test_tokens.py"
RECORD = "tests/shared/http/test_record.py"
OWN_KERN = "tests/services/initiatives/test_own_kern.py"
SESSIONS = "tests/services/initiatives/sessions/test_sessions.py"
CELLS = "tests/every_service/test_access.py::test_each_route_lets_in_who_may_and_nobody_else"
DOORS = (
    Mutant(
        "nobody is somebody", "shared/access/rules.py", 'if actor.kind == "nobody":', "if False:", (CELLS,)
    ),
    Mutant(
        "every official may everything",
        "shared/access/rules.py",
        "not self.who.isdisjoint(actor.roles | actor.scopes)",
        "bool(actor.roles)",
        (CELLS,),
    ),
    Mutant(
        "a route lets in everybody",
        "shared/http/router.py",
        "            access.check(actor)\n",
        "",
        (CELLS,),
    ),
    Mutant(
        "a handler asks nobody who they are",
        "shared/access/rules.py",
        "            access.check(transaction.actor)\n",
        "",
        ("tests/shared/access/test_rules.py",),
    ),
    Mutant(
        "the signature is not looked at",
        "shared/access/tokens.py",
        "    if _fits(token, key, algorithm):\n        return True\n",
        "    return True\n",
        (TOKENS,),
    ),
    Mutant(
        "a token is for anybody", "shared/access/tokens.py", 'raise BadToken("audience")', "pass", (TOKENS,)
    ),
    Mutant(
        "a token never ends",
        "shared/access/tokens.py",
        'raise BadToken("expired")',
        "pass",
        (TOKENS,),
    ),
    Mutant(
        "a token lives for ever",
        "shared/access/tokens.py",
        'raise BadToken("life")',
        "pass",
        (TOKENS,),
    ),
    Mutant(
        "any token will do", "shared/access/tokens.py", 'raise BadToken("type")', "pass", (TOKENS, SESSIONS)
    ),
    Mutant(
        "the last of two claims counts",
        "shared/access/tokens.py",
        'raise BadToken("a name twice")',
        "pass",
        (TOKENS,),
    ),
    Mutant(
        "every algorithm is taken",
        "shared/access/tokens.py",
        'header.get("alg") not in issuer.algorithms or "crit" in header',
        '"crit" in header',
        (TOKENS,),
    ),
    Mutant(
        "a new key under an old id waits for a restart",
        "shared/access/tokens.py",
        "await keys.refresh() and _fits(",
        "_fits(",
        (TOKENS,),
    ),
    Mutant(
        "a provider is asked for every token of nobody's",
        "shared/access/keys.py",
        "monotonic() - self._fetched < AT_MOST_EVERY",
        "False",
        (TOKENS,),
    ),
    Mutant(
        "a remembered token does not end",
        "shared/access/door.py",
        "if ends > now.timestamp():",
        "if ends:",
        (TOKENS,),
    ),
    Mutant(
        "a role that was not named counts",
        "shared/access/door.py",
        "& SCOPES & issuer.scopes",
        "& SCOPES",
        (TOKENS,),
    ),
    Mutant(
        "an act is not recorded",
        "shared/http/endpoint.py",
        '(location or "").rpartition("/")[2])',
        '"x") if False else None',
        (RECORD,),
    ),
    Mutant(
        "a key is everybody's",
        "shared/http/endpoint.py",
        'query if sender.kind == "nobody" else f"{query}\\n{sender.issuer}\\n{sender.subject}"',
        "query",
        (RECORD,),
    ),
    Mutant(
        "every kern is everybody's own",
        "services/initiatives/kernen/handlers.py",
        "    raise NotAllowed(",
        "    return\n    raise NotAllowed(",
        (OWN_KERN,),
    ),
    Mutant(
        "history is for everybody",
        "shared/messaging/transaction.py",
        "            IMPORTER.check(self.actor, ",
        "            (lambda *_: None)(self.actor, ",
        (OWN_KERN,),
    ),
    Mutant(
        "who weighs decides",
        "services/budget/grants/handlers.py",
        "store.was_weighed_by(tx.connection, grant.initiative_id, mine)",
        "False",
        ("tests/services/budget/test_four_eyes.py",),
    ),
    Mutant(
        "who orders sends",
        "services/budget/payments/store.py",
        "    return connection.execute(mine.limit(1)).first() is not None\n",
        "    return False\n",
        ("tests/services/budget/test_four_eyes.py",),
    ),
    Mutant(
        "a session never ends",
        "services/initiatives/sessions/store.py",
        "session.c.id == session_id, session.c.ends_at > now)\n    row",
        "session.c.id == session_id)\n    row",
        (SESSIONS,),
    ),
    Mutant(
        "a session is not looked at again",
        "shared/http/router.py",
        'request.method == "GET" and now',
        "False and now",
        (SESSIONS,),
    ),
    Mutant(
        "who logs in is sent anywhere",
        "services/initiatives/sessions/pages.py",
        'return naar if WORK.fullmatch(naar) and "//" not in naar else ""',
        "return naar",
        (SESSIONS,),
    ),
    Mutant(
        "everybody chooses a role where real people work",
        "services/initiatives/sessions/pages.py",
        "return not await http.load(store.has_real_appointments)",
        "return True",
        (SESSIONS,),
    ),
)
