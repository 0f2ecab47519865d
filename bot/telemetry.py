"""What is counted and timed, for `/metrics`."""

from prometheus_client import Counter, Gauge, Histogram

COMMANDS = Counter("labkeeper_commands_total", "Commands answered", ["command", "outcome"])
COMMAND_SECONDS = Histogram(
    "labkeeper_command_seconds",
    "From the parsed line to the answer",
    ["command"],
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5),
)
DELIVERIES = Counter("labkeeper_deliveries_total", "Messages to chats, by what came of them", ["kind", "outcome"])
LOOKS = Counter(
    "labkeeper_delivery_looks_total",
    "Searches for an interrupted message: found, missing (posted again), blind (posted again, perhaps twice)",
    ["outcome"],
)
FORGED = Counter("labkeeper_forged_requests_total", "Requests whose signature did not hold", ["source"])
FANNED_OUT = Counter("labkeeper_events_fanned_out_total", "Events that were turned into deliveries")
TICKS = Counter("labkeeper_ticks_total", "Runs of a periodic task", ["tick", "outcome"])
TICK_SECONDS = Histogram("labkeeper_tick_seconds", "Length of a periodic task", ["tick"])
WEBHOOKS = Counter("labkeeper_webhooks_total", "Webhooks, by what came of them", ["provider", "event", "outcome"])
JOBS = Counter("labkeeper_jobs_total", "Promised network work, by what came of it", ["kind", "outcome"])
JOBS_DUE = Gauge("labkeeper_jobs_due", "Jobs that wait for a worker")
DATABASE_UP = Gauge("labkeeper_database_up", "Whether the database answered last time")
ENVELOPES = Counter("labkeeper_slack_envelopes_total", "What came over Socket Mode, by outcome", ["type", "outcome"])
SOCKETS = Gauge("labkeeper_slack_connections", "Connections of Socket Mode that are open")
SOCKETS_LOST = Counter(
    "labkeeper_slack_reconnects_total",
    "Connections of Socket Mode that ended or could not be had, by what came in between",
    ["reason"],
)
INTERACTIONS = Counter(
    "labkeeper_discord_interactions_total", "Interactions, by what came of their first answer", ["outcome"]
)
GATEWAYS = Gauge("labkeeper_discord_gateways", "Shards of Discord's gateway that are connected here")
GATEWAYS_LOST = Counter(
    "labkeeper_discord_gateway_losses_total", "Connections to Discord's gateway that ended, by reason", ["reason"]
)
UNREADABLE = Counter("labkeeper_discord_unreadable_total", "What the gateway sent and nobody could read", ["event"])
