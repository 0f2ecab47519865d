"""One transaction of one team."""

from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Connection, text

from core.ids import TeamId
from storage.blocking import SqlBlockers, SqlDependencies
from storage.board_pages import SqlBoardPages
from storage.calendars import SqlCalendars
from storage.checks import SqlChecks, SqlDeployments
from storage.commits import SqlCommits, SqlRepositories
from storage.deliveries import SqlDeliveries
from storage.digests import SqlDigests, SqlImages
from storage.findings import SqlFindings
from storage.glossary import SqlGlossary
from storage.hooks import SqlHooks
from storage.jobs import SqlJobs
from storage.local_chat import SqlLocalMessages
from storage.log import SqlAuditLog, SqlEventLog
from storage.members import SqlMembers
from storage.messages import SqlMessages
from storage.model_versions import SqlVersions
from storage.prepared import Prepared
from storage.production import SqlProduction, SqlSpans
from storage.projects import SqlChannels, SqlProjects
from storage.pull_requests import SqlPullRequests
from storage.reports import SqlReports
from storage.task_details import SqlLinks, SqlMetrics, SqlNotes
from storage.tasks import SqlTasks
from storage.timeboxes import SqlDecisions, SqlTimeboxes
from storage.watches import SqlReceipts, SqlWatches

_ADVISORY_LOCK = Prepared(text("SELECT pg_advisory_xact_lock(:team, hashtext(:name))"))


@dataclass(frozen=True)
class SqlUnitOfWork:
    """Every collection sees only the rows of `team_id`."""

    connection: Connection
    team_id: TeamId

    def lock(self, name: str) -> None:
        # SQLite has one writer, so there every unit holds every lock already.
        if self.connection.dialect.name == "postgresql":
            _ADVISORY_LOCK.later(self.connection, {"team": self.team_id, "name": name})

    @cached_property
    def projects(self) -> SqlProjects:
        return SqlProjects(self.connection, self.team_id)

    @cached_property
    def channels(self) -> SqlChannels:
        return SqlChannels(self.connection, self.team_id)

    @cached_property
    def members(self) -> SqlMembers:
        return SqlMembers(self.connection, self.team_id)

    @cached_property
    def tasks(self) -> SqlTasks:
        return SqlTasks(self.connection, self.team_id)

    @cached_property
    def board(self) -> SqlBoardPages:
        return SqlBoardPages(self.connection, self.team_id)

    @cached_property
    def blockers(self) -> SqlBlockers:
        return SqlBlockers(self.connection, self.team_id)

    @cached_property
    def dependencies(self) -> SqlDependencies:
        return SqlDependencies(self.connection, self.team_id)

    @cached_property
    def metrics(self) -> SqlMetrics:
        return SqlMetrics(self.connection, self.team_id)

    @cached_property
    def links(self) -> SqlLinks:
        return SqlLinks(self.connection, self.team_id)

    @cached_property
    def notes(self) -> SqlNotes:
        return SqlNotes(self.connection, self.team_id)

    @cached_property
    def events(self) -> SqlEventLog:
        return SqlEventLog(self.connection, self.team_id)

    @cached_property
    def audit(self) -> SqlAuditLog:
        return SqlAuditLog(self.connection, self.team_id)

    @cached_property
    def jobs(self) -> SqlJobs:
        return SqlJobs(self.connection, self.team_id)

    @cached_property
    def deliveries(self) -> SqlDeliveries:
        return SqlDeliveries(self.connection, self.team_id)

    @cached_property
    def messages(self) -> SqlMessages:
        return SqlMessages(self.connection, self.team_id)

    @cached_property
    def watches(self) -> SqlWatches:
        return SqlWatches(self.connection, self.team_id)

    @cached_property
    def receipts(self) -> SqlReceipts:
        return SqlReceipts(self.connection, self.team_id)

    @cached_property
    def hooks(self) -> SqlHooks:
        return SqlHooks(self.connection, self.team_id)

    @cached_property
    def repositories(self) -> SqlRepositories:
        return SqlRepositories(self.connection, self.team_id)

    @cached_property
    def commits(self) -> SqlCommits:
        return SqlCommits(self.connection, self.team_id)

    @cached_property
    def pull_requests(self) -> SqlPullRequests:
        return SqlPullRequests(self.connection, self.team_id)

    @cached_property
    def checks(self) -> SqlChecks:
        return SqlChecks(self.connection, self.team_id)

    @cached_property
    def deployments(self) -> SqlDeployments:
        return SqlDeployments(self.connection, self.team_id)

    @cached_property
    def timeboxes(self) -> SqlTimeboxes:
        return SqlTimeboxes(self.connection, self.team_id)

    @cached_property
    def decisions(self) -> SqlDecisions:
        return SqlDecisions(self.connection, self.team_id)

    @cached_property
    def findings(self) -> SqlFindings:
        return SqlFindings(self.connection, self.team_id)

    @cached_property
    def calendars(self) -> SqlCalendars:
        return SqlCalendars(self.connection, self.team_id)

    @cached_property
    def digests(self) -> SqlDigests:
        return SqlDigests(self.connection, self.team_id)

    @cached_property
    def images(self) -> SqlImages:
        return SqlImages(self.connection, self.team_id)

    @cached_property
    def local_messages(self) -> SqlLocalMessages:
        return SqlLocalMessages(self.connection, self.team_id)

    @cached_property
    def spans(self) -> SqlSpans:
        return SqlSpans(self.connection, self.team_id)

    @cached_property
    def production(self) -> SqlProduction:
        return SqlProduction(self.connection, self.team_id)

    @cached_property
    def reports(self) -> SqlReports:
        return SqlReports(self.connection, self.team_id)

    @cached_property
    def glossary(self) -> SqlGlossary:
        return SqlGlossary(self.connection, self.team_id)

    @cached_property
    def versions(self) -> SqlVersions:
        return SqlVersions(self.connection, self.team_id)
