"""Row security: the second gate, in the database, generated from what each model says of its sight.

Applied after every migration and safe to apply again. The run-time roles own nothing: they are granted SELECT
and INSERT everywhere they need it, UPDATE and DELETE only on rows that may change, and never UPDATE of a key.
"""

from __future__ import annotations

from django.apps import apps
from django.db import connection
from django.db.models import Model

from rounds.access.scope import named, noun_of

SETTING = "(SELECT current_setting('rounds.{}', true))"
EVERYTHING = (
    "(SELECT current_setting('rounds.sight', true) = 'all' OR (current_setting('rounds.sight', true) = 'system'"
    " AND current_user <> 'rounds_web'))"
)
HANDS_FREE = "(SELECT current_setting('rounds.hands', true) IS DISTINCT FROM 'tied')"
VIEWER = "(SELECT nullif(current_setting('rounds.viewer', true), '')::uuid)"


PARTITIONS_ARE_CLOSED = """
DO $$
DECLARE part regclass;
BEGIN
    FOR part IN SELECT inhrelid::regclass FROM pg_inherits JOIN pg_class ON pg_class.oid = inhparent AND relkind = 'p' LOOP
        EXECUTE format('REVOKE ALL ON %s FROM rounds_web, rounds_worker', part);
    END LOOP;
END $$"""
"""A partition is reached through its table, whose grants and policies hold; by its own name it would pass both."""


HISTORY_IS_NOT_SWITCHED_OFF = """
CREATE OR REPLACE FUNCTION _pgtrigger_should_ignore(trigger_name name) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    RETURN current_user NOT IN ('rounds_web', 'rounds_worker')
       AND coalesce(trigger_name = ANY (nullif(current_setting('pgtrigger.ignore', true), '')::text[]), false);
END $$"""
"""Whether a trigger of field history stands aside: anybody may set the setting it reads, so for the run-time roles it
never does. The functions of ours that may (keys.sql, erase.sql, retention.sql) run as the owner."""


NAMES_ARE_OURS = """
DO $$
DECLARE f regprocedure;
BEGIN
    FOR f IN SELECT p.oid::regprocedure FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
        AND (p.prosecdef OR p.proname LIKE 'pgtrigger%' OR p.proname LIKE '\\_pg%')
        AND p.proowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)
    LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = public, pg_temp', f);
    END LOOP;
END $$"""
"""A session may put a table of its own before ours: pg_temp is searched first wherever it is not named. What runs as the
owner, and what writes field history, looks at ours first."""


FUNCTIONS_ARE_NOBODYS = """
DO $$
DECLARE f regprocedure; theirs boolean;
BEGIN
    ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
    FOR f, theirs IN SELECT p.oid::regprocedure, p.prorettype <> 'trigger'::regtype AND p.proname !~ '^rounds_' FROM pg_proc p
        WHERE p.pronamespace = 'public'::regnamespace AND p.proowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)
    LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
        IF theirs THEN
            EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO rounds_web, rounds_worker', f);
        END IF;
    END LOOP;
END $$"""
"""PostgreSQL opens every new function to everybody. Ours are granted beside where they are written (models/ground), to the
roles that need them; those of the queue and of field history to both run-time roles. A trigger fires without a grant."""


UNITS = "SELECT unnest(string_to_array(current_setting('rounds.accounts', true), ',')::uuid[])"
"""The units of a viewer as rows: thousands of them are hashed once, where an array would be walked for every row."""


def _ids(name: str, kind: str = "uuid") -> str:
    # Cast within the sub-select, which is asked once; the cast around it only says that it is an array and does nothing.
    return f"ANY ((SELECT string_to_array(current_setting('rounds.{name}', true), ',')::{kind}[])::{kind}[])"


def _listed(setting: str, noun: str) -> str:
    return f"'{noun}' = ANY (string_to_array(coalesce(current_setting('rounds.{setting}', true), ''), ','))"


def _whole(noun: str) -> str:
    """Whether the viewer sees every row of `noun`."""
    return f"(SELECT {EVERYTHING} OR {_listed('whole', noun)})"


def _read(noun: str) -> str:
    """Whether the viewer's role reads `noun` at all."""
    return f"(SELECT NOT {_listed('unread', noun)})"


def _own(model: type[Model]) -> str:
    columns = {field.column for field in model._meta.local_concrete_fields}
    unit = f" OR buying_unit_id IN ({UNITS})" if "buying_unit_id" in columns else ""
    noun = noun_of(model)
    return (
        f"{_read(noun)} AND ({_whole(noun)} OR territory = {_ids('territories', 'text')} OR owner_id = {_ids('owners')}"
        f" OR team_id = {_ids('teams')}{unit})"
    )


def _through(parent: str, column: str) -> str:
    return f"EXISTS (SELECT 1 FROM rounds_{parent} seen WHERE seen.id = {column})"


def _below(parent: str, column: str) -> str:
    """Seen with the row it stands below; asked by row only where the viewer does not see all of those."""
    return f"({_read(parent)} AND ({_whole(parent)} OR {_through(parent, column)}))"


def _ones_own(model: type[Model], account: str, lead: str) -> str:
    """A person's own rows and nobody else's, whoever looks; about an account or a lead, while they see that. Only the
    worker, asking for nobody, sees them all."""
    columns = {field.column for field in model._meta.local_concrete_fields}
    seen = "".join(f" AND ({column} IS NULL OR {shown})" for column, shown in (("account_id", account), ("lead_id", lead))
                   if column in columns)  # fmt: skip
    worker = "(SELECT current_setting('rounds.sight', true) = 'system' AND current_user <> 'rounds_web')"
    return f"{worker} OR (user_id = {VIEWER}{seen})"


def _pair(model: type[Model]) -> str:
    """Seen by whoever sees both rows it is about."""
    names = ("account", "contact", "lead")
    columns = {field.column for field in model._meta.local_concrete_fields}
    each = [f"({side}{noun}_id IS NULL OR {_below(noun, f'{side}{noun}_id')})" for noun in names for side in ("", "other_")
            if f"{side}{noun}_id" in columns]  # fmt: skip
    return " AND ".join(each)


def _hands(model: type[Model]) -> str:
    """Who may write a row: roles that change records, and of what is personal its owner."""
    return f"{HANDS_FREE} OR owner_id = {VIEWER}" if getattr(model, "personal", False) else HANDS_FREE


def predicate(model: type[Model]) -> str | None:
    """The SQL condition under which a run-time role sees a row of `model`; None where all rows are open."""
    tracked = getattr(model, "pgh_tracked_model", None)
    if tracked is not None:
        return _below(tracked._meta.model_name, "pgh_obj_id")
    sight = getattr(model, "sight", "open")
    account, lead, deal = (_below(noun, f"{noun}_id") for noun in ("account", "lead", "opportunity"))
    # What is about a lead is seen with that lead alone, even where it stands on the account's page as well.
    either = f"(lead_id IS NULL AND account_id IS NOT NULL AND {account}) OR (lead_id IS NOT NULL AND {lead})"
    # And what is about a deal with that deal alone.
    any_of = f"(opportunity_id IS NULL AND ({either})) OR (opportunity_id IS NOT NULL AND {deal})"
    found = {
        "own": lambda: _own(model),
        "account": lambda: account,
        "lead": lambda: lead,
        "opportunity": lambda: deal,
        "paper": lambda: f"(opportunity_id IS NULL AND {account}) OR (opportunity_id IS NOT NULL AND {deal})",
        "contract": lambda: _below("contract", "contract_id"),
        "about": lambda: any_of,
        "subject": lambda: either,
        "pair": lambda: _pair(model),
        "customer": lambda: _below("customer", "customer_id"),
        "viewer": lambda: _ones_own(model, account, lead),
        "event": lambda: (
            f"({EVERYTHING} AND (lead_id IS NULL OR {_read('lead')}) AND (account_id IS NULL OR {_read('account')})"
            f" AND (opportunity_id IS NULL OR {_read('opportunity')})) OR {any_of} OR by_id = {VIEWER}"
        ),
    }.get(sight, lambda: None)()
    noun = named(model)
    return f"{_read(noun)} AND ({found})" if found and noun and sight != "own" else found


def is_append_only(model: type[Model]) -> bool:
    """True where the run-time roles may only add rows: evidence, score history, field history."""
    return bool(getattr(model, "append_only", False) or getattr(model, "pgh_tracked_model", None))


def _rights(model: type[Model]) -> list[str]:
    """The run-time roles write the columns the model knows, and its key once. What else stands in the table
    (`written_at`) the database says itself. Evidence may be closed, lifted, decided; it goes by retention alone."""
    table, key = model._meta.db_table, model._meta.pk.column
    names = [f'"{field.column}"' for field in model._meta.local_concrete_fields]
    sql = [f"REVOKE INSERT, UPDATE ON {table} FROM rounds_web, rounds_worker",
           f"GRANT INSERT ({', '.join(names)}) ON {table} TO rounds_web, rounds_worker"]  # fmt: skip
    if not is_append_only(model):
        changed = ", ".join(name for name in names if name != f'"{key}"')
        sql.append(f"GRANT UPDATE ({changed}) ON {table} TO rounds_web, rounds_worker")
    if is_append_only(model) or getattr(model, "retention", "") == "evidence":
        sql.append(f"REVOKE DELETE, TRUNCATE ON {table} FROM rounds_web, rounds_worker")
    return sql


def _policies(model: type[Model]) -> list[str]:
    """Which rows they see, and who writes at all."""
    table, condition = model._meta.db_table, predicate(model)
    sql = [f"DROP POLICY IF EXISTS {name} ON {table}" for name in ("sight", "hands_insert", "hands_update", "hands_delete")]
    if condition is None:
        return sql
    sql.append(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    sql.append(f"CREATE POLICY sight ON {table} FOR ALL TO rounds_web, rounds_worker USING ({condition}) WITH CHECK (true)")
    if not is_append_only(model) and model.__dict__.get("sight") != "viewer":
        # What a role that changes no record tries to write is refused here, whatever the code above allows.
        for verb, clause in (("INSERT", "WITH CHECK"), ("UPDATE", "USING"), ("DELETE", "USING")):
            sql.append(
                f"CREATE POLICY hands_{verb.lower()} ON {table} AS RESTRICTIVE FOR {verb}"
                f" TO rounds_web, rounds_worker {clause} ({_hands(model)})"
            )
    return sql


def statements() -> list[str]:
    """Every GRANT and POLICY, in order. Idempotent."""
    sql = [
        "GRANT USAGE ON SCHEMA public TO rounds_web, rounds_worker",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO rounds_web, rounds_worker",
        "GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO rounds_web, rounds_worker",
        "REVOKE ALL ON django_migrations FROM rounds_web, rounds_worker",
        "GRANT SELECT ON django_migrations TO rounds_web, rounds_worker",
        "REVOKE ALL ON rounds_auditseal, rounds_auditgap, rounds_searchword, rounds_importmade, rounds_subjectfound FROM rounds_web, rounds_worker",
        "GRANT SELECT ON rounds_auditseal, rounds_auditgap TO rounds_web, rounds_worker",
        "REVOKE DELETE ON pghistory_context FROM rounds_web, rounds_worker",
        PARTITIONS_ARE_CLOSED,
        HISTORY_IS_NOT_SWITCHED_OFF,
        NAMES_ARE_OURS,
        FUNCTIONS_ARE_NOBODYS,
    ]
    for model in apps.get_models():
        ours = model._meta.app_label == "rounds" or model._meta.managed  # the package behind field history has a view that is no table
        if model._meta.app_label in ("rounds", "pghistory") and ours and not model._meta.proxy and model.__name__ not in ("AuditSeal", "AuditGap"):
            sql += [*_rights(model), *_policies(model)]
    return sql


def apply() -> None:
    """Put grants and policies in force. Run as the owner, after migrating."""
    with connection.cursor() as cursor:
        for statement in statements():
            cursor.execute(statement)
