"""What tools call the columns of the feeds, as far as exports have been seen: a word of the export -> a column of ours.

The most telling names stand first. English, and what the localized exports of Jira and others write in Spanish, German
and Dutch. A name that stands nowhere here is proposed for nothing.
"""

from __future__ import annotations


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split(", "))


NAMES: dict[str, dict[str, tuple[str, ...]]] = {
    "interactions": {
        "interaction_id": _names(
            "interaction id, case number, case id, ticket id, ticket number, case enquiry id, contact id, "
            "conversation id, issue key, incident number, number, request id, sr number, clave de "
            "incidencia, case, issue id, call id, session id, reference, id"
        ),
        "customer_id": _names(
            "customer id, requester id, customer, contact email, account id, caller id, caller, member "
            "id, client id, user id, requester, reporter, informador, contact, account name, kunde, klant"
        ),
        "silo": _names(
            "silo, department, group, assignment group, queue, queue name, subject, agency, division, "
            "team, owning team, business unit, departamento, abteilung, afdeling, group id, team assigned"
        ),
        "team": _names("team, assignee, agent, agent name, assigned to, case owner, owner, persona asignada"),
        "touchpoint": _names("touchpoint, type, request type, case title, issue type, category, tipo de incidencia"),
        "channel": _names("channel, source, via, via channel, origin, contact type, initiation method, medium"),
        "reason": _names("reason, contact reason, category, topic, subcategory, case title, close code, motivo, grund"),
        "started_at": _names(
            "started at, created at, created, opened at, open dt, date time opened, created time, opened, "
            "start time, initiation timestamp, sys created at, creada, erstellt, aangemaakt, date "
            "created, created date, open date, date"
        ),
        "answered_at": _names(
            "answered at, first response at, first responded, connected to agent timestamp, first reply "
            "at, initial response time"
        ),
        "promised_at": _names("promised at, due date, target dt, due by, sla target, promised date, due by time"),
        "resolved_at": _names(
            "resolved at, solved at, closed at, closed dt, date time closed, resolved time, resolved, "
            "closed, closed time, disconnect timestamp, resuelta, erledigt, completed at, end time"
        ),
        "wait_seconds": _names("wait seconds, queue duration, wait time, seconds in queue, queue time"),
        "handle_seconds": _names("handle seconds, handle time, agent interaction duration, talk time, duration"),
        "transfers": _names("transfers, reassignment count, transfer count, times transferred"),
        "reopened": _names("reopened, is reopened"),
        "cost": _names("cost, handling cost"),
    },
    "surveys": {
        "response_id": _names("response id, respondent id, survey response id, external id, responseid, uuid, id"),
        "customer_id": _names("customer id, external reference, externalreference, member id, contact id, email"),
        "interaction_id": _names("interaction id, ticket id, case number, request id, ticket"),
        "silo": _names("silo, department, group, team, brand"),
        "touchpoint": _names("touchpoint, survey, survey name, page, location code"),
        "channel": _names("channel, distribution channel, collector"),
        "asked_at": _names("asked at, request sent at, start date, startdate, sent at, invited at"),
        "answered_at": _names(
            "answered at, end date, enddate, recorded date, recordeddate, submitted at, created at, "
            "timestamp, response received at, submit date, date, endtime"
        ),
        "score": _names(
            "score, nps, csat, rating, star rating, satisfaction, satisfaction score, q1, question 1, "
            "likelihood to recommend, nota, bewertung"
        ),
    },
    "loyalty": {
        "event_id": _names("event id, order id, transaction id, invoice number, invoice id, order number, name, id"),
        "customer_id": _names("customer id, customer, customer email, email, account id, member id, user id"),
        "occurred_at": _names(
            "occurred at, paid at, order date, purchase date, created utc, created at, created date utc, "
            "invoice date, transaction date, date"
        ),
        "kind": _names("kind, event, event type, type"),
        "amount": _names("amount, total, order total, revenue, price, value"),
        "currency": _names("currency, currency code"),
        "points": _names("points, loyalty points"),
        "tier": _names("tier, loyalty tier, level"),
        "reason": _names("cancellation reason, cancel reason, churn reason"),
    },
    "customers": {
        "customer_id": _names("customer id, id, account id, member id, user id, email"),
        "segment": _names("segment, customer segment, tier, plan"),
        "region": _names("region, state, province, province code, default address province code, city, country"),
        "joined_at": _names("joined at, customer since, created at, signup date, date joined, created utc"),
        "left_at": _names("left at, cancelled at, canceled at, canceled at utc, churned at, ended at"),
    },
}
# What a feed can't do without, and what stands there where the export has nothing for it: a constant, or None.
NEEDED: dict[str, dict[str, str | None]] = {
    "interactions": {
        "interaction_id": None,
        "started_at": None,
        "silo": "'All of service'",
        "touchpoint": "'Case'",
        "channel": "'unknown'",
    },
    "surveys": {"response_id": None, "score": None, "item": "'csat'"},
    "loyalty": {"event_id": None, "customer_id": None, "occurred_at": None, "kind": "'purchase'"},
    "customers": {"customer_id": None},
}
TIMES = ("_at",)
NUMBERS = ("wait_seconds", "handle_seconds", "transfers", "score", "amount", "points", "cost")
# Columns whose cells are all different in each row, or else it is another column that names the row.
KEYS = {"interactions": "interaction_id", "surveys": "response_id", "loyalty": "event_id", "customers": "customer_id"}
