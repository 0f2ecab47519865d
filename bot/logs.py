"""Logging: one line an event, on stderr; coloured for a person, JSON for a machine."""

import logging
import sys

import structlog


def configure_logs(*, level: int = logging.INFO) -> None:
    is_terminal = sys.stderr.isatty()
    # Not the default traceback: it shows every local, secrets among them, and holds up the loop for seconds.
    console = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    renderer = console if is_terminal else structlog.processors.JSONRenderer()
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    # The renderer for people shows a traceback itself.
    shown = [renderer] if is_terminal else [structlog.processors.format_exc_info, renderer]
    structlog.configure(
        processors=[*shared, *shown],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    formatter = structlog.stdlib.ProcessorFormatter(processors=[_forget_record, *shown], foreign_pre_chain=shared)
    handler.setFormatter(formatter)
    # Libraries speak only when something is wrong: their information is not about the team's board.
    logging.basicConfig(handlers=[handler], level=max(level, logging.WARNING), force=True)


def _forget_record(logger: object, name: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    return structlog.stdlib.ProcessorFormatter.remove_processors_meta(logging.getLogger(), name, event)
