"""Results as a view in the database, for any program that reads SQL: one row per attempt as it stands.

A later migration that changes a column named here drops the views, and this makes them anew.
"""

from __future__ import annotations

from sqlalchemy import Connection, inspect, select, text

from phonetui.core.refusal import Refused
from phonetui.server.stored_campaign import known_campaign
from phonetui.server.tables import campaigns

#: The view of the whole server; that of one campaign has the campaign's id behind it.
NAME = "results"

#: An answer may hold the character NUL, which PostgreSQL has no text for: a single one would make the whole view fail.
_POSTGRESQL = r"""
WITH labels AS MATERIALIZED (
  SELECT c.campaign_id, one ->> 'id' AS disposition,
    coalesce(one -> 'label' ->> (c.campaign -> 'languages' ->> 0),
      (SELECT word.value FROM json_each_text(one -> 'label') AS word LIMIT 1)) AS label
  FROM (SELECT campaign_id, convert_from(body, 'UTF8')::json AS campaign FROM campaigns) AS c,
    json_array_elements(c.campaign -> 'dispositions') AS one
), zones AS MATERIALIZED (
  SELECT campaign_id, coalesce(convert_from(body, 'UTF8')::json ->> 'zone', 'America/New_York') AS zone FROM campaigns
), made AS (
  SELECT a.campaign_id, a.attempt_id, a.caller_id, a.at, a.number, a.disposition, a.contact, a.talk, a.same_call,
    a.late, regexp_replace(convert_from(a.body, 'UTF8'), '(?<!\\)((?:\\\\)*)\\u0000', '\1', 'g')::jsonb AS outcome,
    convert_from(v.body, 'UTF8')::json AS voter, v.file_key,
    coalesce(convert_from(v.body, 'UTF8')::json -> 'zones' ->> 0, zones.zone) AS zone
  FROM attempts AS a
  JOIN zones ON zones.campaign_id = a.campaign_id
  LEFT JOIN voters AS v ON v.campaign_id = a.campaign_id AND v.voter_id = a.voter_id
)
SELECT made.campaign_id::text AS campaign, made.attempt_id::text AS attempt_id, made.at AS at_utc, made.zone,
  (made.at AT TIME ZONE made.zone)::date AS local_date,
  to_char(made.at AT TIME ZONE made.zone, 'HH24:MI') AS local_time,
  coalesce(accounts.name, '') AS caller,
  CASE WHEN made.file_key LIKE 'id:%' THEN substr(made.file_key, 4) ELSE '' END AS voter_file_id,
  coalesce(made.voter ->> 'first_name', '') AS first_name, coalesce(made.voter ->> 'last_name', '') AS last_name,
  CASE WHEN made.file_key LIKE 'erased:%' THEN '' ELSE made.number::text END AS number,
  made.disposition::text AS disposition, coalesce(labels.label, '') AS label, made.contact, made.talk,
  made.same_call, made.late,
  coalesce(made.outcome -> 'answers', '{}') AS answers, coalesce(made.outcome ->> 'note', '') AS note,
  (made.outcome ->> 'call_at')::timestamptz AS call_back
FROM made
LEFT JOIN accounts ON accounts.caller_id = made.caller_id
LEFT JOIN labels ON labels.campaign_id = made.campaign_id AND labels.disposition = made.disposition
"""
#: SQLite knows no time zones, so a voter's day and time are not in it.
_SQLITE = """
WITH labels AS MATERIALIZED (
  SELECT c.campaign_id, json_extract(one.value, '$.id') AS disposition,
    coalesce(json_extract(one.value, '$.label.' || json_quote(json_extract(c.campaign, '$.languages[0]'))),
      (SELECT word.value FROM json_each(one.value, '$.label') AS word LIMIT 1)) AS label
  FROM (SELECT campaign_id, CAST(body AS TEXT) AS campaign FROM campaigns) AS c,
    json_each(c.campaign, '$.dispositions') AS one
), zones AS MATERIALIZED (
  SELECT campaign_id, coalesce(json_extract(CAST(body AS TEXT), '$.zone'), 'America/New_York') AS zone FROM campaigns
), made AS (
  SELECT a.campaign_id, a.attempt_id, a.caller_id, a.at, a.number, a.disposition, a.contact, a.talk, a.same_call,
    a.late, CAST(a.body AS TEXT) AS outcome, CAST(v.body AS TEXT) AS voter, v.file_key,
    coalesce(json_extract(CAST(v.body AS TEXT), '$.zones[0]'), zones.zone) AS zone
  FROM attempts AS a
  JOIN zones ON zones.campaign_id = a.campaign_id
  LEFT JOIN voters AS v ON v.campaign_id = a.campaign_id AND v.voter_id = a.voter_id
)
SELECT made.campaign_id AS campaign, made.attempt_id, strftime('%Y-%m-%dT%H:%M:%SZ', made.at) AS at_utc, made.zone,
  coalesce(accounts.name, '') AS caller,
  CASE WHEN made.file_key LIKE 'id:%' THEN substr(made.file_key, 4) ELSE '' END AS voter_file_id,
  coalesce(json_extract(made.voter, '$.first_name'), '') AS first_name,
  coalesce(json_extract(made.voter, '$.last_name'), '') AS last_name,
  CASE WHEN made.file_key LIKE 'erased:%' THEN '' ELSE made.number END AS number, made.disposition,
  coalesce(labels.label, '') AS label, made.contact, made.talk, made.same_call, made.late,
  coalesce(json_extract(made.outcome, '$.answers'), '{}') AS answers,
  coalesce(json_extract(made.outcome, '$.note'), '') AS note,
  strftime('%Y-%m-%dT%H:%M:%SZ', json_extract(made.outcome, '$.call_at')) AS call_back
FROM made
LEFT JOIN accounts ON accounts.caller_id = made.caller_id
LEFT JOIN labels ON labels.campaign_id = made.campaign_id AND labels.disposition = made.disposition
"""


def make(connection: Connection, campaign_id: str = "") -> str:
    """Makes the view, or makes it anew, of one campaign or of all; its name. What a role may do with it stays.

    Raises `Refused` for a campaign that is not known, and where something else has the name.
    """
    name = _free(connection, campaign_id)
    if connection.dialect.name == "sqlite":
        connection.execute(text(f"DROP VIEW IF EXISTS {name}"))
        connection.exec_driver_sql(f"CREATE VIEW {name} AS {_of(_SQLITE, campaign_id)}")
    else:  # the barrier keeps a role's own functions from rows that the view leaves out
        whole = f"CREATE OR REPLACE VIEW {name} WITH (security_barrier) AS {_of(_POSTGRESQL, campaign_id)}"
        connection.exec_driver_sql(whole.replace("%", "%%"))
    return name


def drop(connection: Connection, campaign_id: str = "") -> str:
    """Takes the view away, if it is there; its name. Raises `Refused` as `make` does."""
    name = _free(connection, campaign_id)
    connection.execute(text(f"DROP VIEW IF EXISTS {name}"))
    return name


def view_name(campaign_id: str = "") -> str:
    """What the view is called, which needs no quotes in any program."""
    return f"{NAME}_{campaign_id.lower().replace('-', '_')}" if campaign_id else NAME


def _free(connection: Connection, campaign_id: str) -> str:
    name = view_name(campaign_id)
    if campaign_id:
        known_campaign(connection, campaign_id)
        others = connection.scalars(select(campaigns.c.campaign_id).where(campaigns.c.campaign_id != campaign_id))
        if twin := next((other for other in others if view_name(other) == name), ""):
            raise Refused(
                f"The views of {campaign_id} and {twin} would both be called {name}; use that of all campaigns."
            )
    if inspect(connection).has_table(name) and name not in inspect(connection).get_view_names():
        raise Refused(f"The database has a table {name} that is not phonetui's; rename it, then try again.")
    return name


def _of(whole: str, campaign_id: str) -> str:
    """The rows of one campaign; its id is of letters, digits, - and _, as every id in a campaign file is."""
    return f"{whole}WHERE made.campaign_id = '{campaign_id}'" if campaign_id else whole
