"""What row security costs: the same queries as the application's role, and as the owner, whom no policy binds."""

from uuid import uuid4

import psycopg

from benchmarks.database import NAME, migrated
from benchmarks.timing import compare, say
from pole.runtime.postgres import Cluster

SERVICES, CASES = 20, 2_000
QUERIES = {
    "list of 20 cases": "SELECT id FROM cases_case WHERE service_id = %(service)s ORDER BY active_at DESC LIMIT 20",
    "one case": "SELECT * FROM cases_case WHERE id = %(case)s",
    "count of a service's cases": "SELECT count(*) FROM cases_case WHERE service_id = %(service)s",
}


def run() -> None:
    with migrated() as cluster:
        _measure(cluster)


def _measure(cluster: Cluster) -> None:
    urls = [cluster.url(role, NAME) for role in ("pole_owner", "pole_app")]
    with psycopg.connect(urls[0]) as owner, psycopg.connect(urls[1]) as app:
        values = _fill(owner)
        app.execute("SELECT set_config('pole.service_id', %s, false)", [str(values["service"])])
        say(f"{SERVICES} services of {CASES} cases")
        for what, query in QUERIES.items():
            compare(
                f"walled: {what}",
                lambda q=query: _ask(app, q, values),
                lambda q=query: _ask(owner, q, values),
                rounds=15,
            )


def _fill(owner: psycopg.Connection) -> dict[str, object]:
    services = [uuid4() for _ in range(SERVICES)]
    for number, service in enumerate(services):
        owner.execute(
            "INSERT INTO tenancy_service (id, slug, name, kind, colour, duty_email, urgent_phone, round_the_clock,"
            " is_active) VALUES (%s, %s, 'x', 'police', '#000000', 'x@x.example', '0', false, true)",
            [service, f"s{number}"],
        )
        owner.execute(
            "INSERT INTO cases_case (id, service_id, reference, summary, is_restricted, opened_on, active_at,"
            " closing_motive, has_reading) SELECT gen_random_uuid(), %s, n::text, '', false, current_date,"
            " now() - n * interval '1 minute', '', false FROM generate_series(1, %s) n",
            [service, CASES],
        )
    owner.commit()
    owner.execute("ANALYZE cases_case")
    row = owner.execute("SELECT id FROM cases_case WHERE service_id = %s LIMIT 1", [services[7]]).fetchone()
    assert row is not None
    return {"service": services[7], "case": row[0]}


def _ask(connection: psycopg.Connection, query: str, values: dict[str, object]) -> None:
    for _ in range(200):
        connection.execute(query, values).fetchall()
