"""Charts as PNG, each month against those before, with everything that they show said in words too.

On an opaque ground of their own, so that they read the same on light and dark. Nothing of matplotlib's state is shared.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from typing import TYPE_CHECKING, Any

from core.events import Cause
from core.numbers import Measure, Numbers, value_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_WIDTH, _HEIGHT, _DPI = 7.2, 4.05, 150
_GROUND, _INK, _MUTED, _GRID = "#ffffff", "#1d2733", "#5d6b7a", "#e4e8ed"
# Told apart also by those who do not see red and green as two.
_BLUE, _SKY, _ORANGE, _RED, _GREEN, _GREY = "#2b6cb0", "#8ec3eb", "#e08a1e", "#b83232", "#2f855a", "#a3adb8"
_CAUSES = {
    Cause.DATA: _ORANGE, Cause.INFRA: _BLUE, Cause.REVIEW: _GREEN, Cause.PEOPLE: _SKY, Cause.OTHER: _GREY
}  # fmt: skip
_FONT: dict[str, Any] = {"family": "DejaVu Sans", "parse_math": False}
_TITLE_LIMIT = 70


class ChartKind(StrEnum):
    DECISIONS = "decisions"
    DEPLOYMENTS = "deployments"
    SHARES = "shares"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Chart:
    """`alt` says all that the picture shows."""

    title: str
    alt: str
    png: bytes


def draw_chart(kind: ChartKind, months: Sequence[Numbers], *, subject: str = "") -> Chart:
    """Of months in their order, the last one the one that it is about; `subject` says whose they are."""
    title, draw, words = _KINDS[kind]
    figure = _figure(_WIDTH, _HEIGHT)
    _head(figure, title, words(months[-1:]), subject)
    draw(figure, months)
    return Chart(title, words(months), _png(figure))


def draw_overview(months: Sequence[Numbers], *, subject: str = "") -> Chart:
    """All four in one picture, for a report."""
    figure = _figure(1.55 * _WIDTH, 1.85 * _HEIGHT)
    head, body = figure.subfigures(2, 1, squeeze=False, height_ratios=(0.075, 0.925))[:, 0]
    title = f"{months[-1].period.first:%B %Y} and the months before" if len(months) > 1 else "The month in figures"
    head.text(0.025, 0.72, title, size=15, weight="bold", color=_INK, va="top", **_FONT)
    head.text(0.975, 0.68, subject[:_TITLE_LIMIT], size=10, color=_MUTED, va="top", ha="right", **_FONT)
    for part, kind in zip(body.subfigures(2, 2).flat, ChartKind, strict=True):
        name, draw, _ = _KINDS[kind]
        part.text(0.05, 0.95, name, size=11, weight="bold", color=_INK, va="top", **_FONT)
        draw(part, months)
    return Chart(title, overview_words(months), _png(figure))


def overview_words(months: Sequence[Numbers]) -> str:
    return " ".join(_KINDS[kind][2](months) for kind in ChartKind)


def _figure(width: float, height: float) -> "Figure":
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=_DPI, facecolor=_GROUND)
    FigureCanvasAgg(figure)
    return figure


def _head(figure: "Figure", title: str, said: str, subject: str) -> None:
    figure.text(0.04, 0.955, title, size=13, weight="bold", color=_INK, va="top", **_FONT)
    figure.text(0.96, 0.95, subject[:_TITLE_LIMIT], size=9, color=_MUTED, va="top", ha="right", **_FONT)
    figure.text(0.04, 0.875, said, size=9, color=_MUTED, va="top", **_FONT)


def _png(figure: "Figure") -> bytes:
    out = BytesIO()
    # Without the version that it was made with: the same figures are the same bytes.
    figure.savefig(out, format="png", facecolor=_GROUND, metadata={"Software": None})
    return out.getvalue()


def _decisions(figure: Any, months: Sequence[Numbers]) -> None:
    axes = _axes(figure, months)
    in_time = [float(month.in_time) for month in months]
    late = [float(month.due - month.in_time) for month in months]
    _stack(axes, [("decided in time", _BLUE, in_time), ("late", _ORANGE, late)], whole=True)
    for place, month in enumerate(months):
        if month.extensions:
            axes.annotate(
                f"+{month.extensions}", (place, month.due), textcoords="offset points", xytext=(0, 4), ha="center",
                size=8, color=_MUTED, **_FONT,
            )  # fmt: skip
    axes.plot([], [], linestyle="none", marker="+", color=_MUTED, markersize=6, label="extended")
    _finish(axes, months, 1.06 * _largest(months, lambda month: month.due), counts=True)


def _deployments(figure: Any, months: Sequence[Numbers]) -> None:
    axes = _axes(figure, months, bottom=0.43)
    good = [float(month.deployments - month.failures) for month in months]
    bad = [float(month.failures) for month in months]
    _stack(axes, [("deployments", _BLUE, good), ("of which failed", _RED, bad)], whole=True)
    _finish(axes, months, _largest(months, lambda month: month.deployments), counts=True)
    axes.tick_params(labelbottom=False)
    below = _axes(figure, months, bottom=0.13, top=0.34)
    days = [month.value(Measure.RESEARCH_TO_PRODUCTION) for month in months]
    known = [(place, value) for place, value in enumerate(days) if value is not None]
    places, values = [place for place, _ in known], [value for _, value in known]
    below.plot(places, values, "-o", color=_GREEN, linewidth=1.8, zorder=3)
    for place, value in known:
        below.annotate(
            f"{value:.0f}", (place, value), textcoords="offset points", xytext=(0, 6), ha="center", size=8, color=_INK,
            **_FONT,
        )  # fmt: skip
    name = "days from research to production" if known else "no research reached production in these months"
    below.text(0.0, 1.12, name, transform=below.transAxes, size=8, color=_MUTED, **_FONT)
    _finish(below, months, 1.25 * max(values, default=0.0), has_legend=False)


def _shares(figure: Any, months: Sequence[Numbers]) -> None:
    axes = _axes(figure, months)
    shares = [month.value(Measure.RESEARCH_SHARE) for month in months]
    research = [share * 100 if share is not None else 0.0 for share in shares]
    engineering = [100 - share * 100 if share is not None else 0.0 for share in shares]
    _stack(axes, [("research", _BLUE, research), ("engineering", _SKY, engineering)], unit=" %")
    for place, share in enumerate(shares):
        if share is None:
            axes.text(place, 4, "no work\nyet", ha="center", size=8, color=_MUTED, **_FONT)
    _finish(axes, months, 100)
    axes.set_yticks([0, 50, 100], ["0 %", "50 %", "100 %"])


def _blocked(figure: Any, months: Sequence[Numbers]) -> None:
    axes = _axes(figure, months)
    causes = [cause for cause in Cause if any(month.blocked_days(cause) for month in months)]
    layers = [(str(cause), _CAUSES[cause], [month.blocked_days(cause) for month in months]) for cause in causes]
    _stack(axes, layers)
    if not causes:
        axes.text(0.5, 0.5, "Nothing was blocked.", transform=axes.transAxes, ha="center", color=_MUTED, **_FONT)
    _finish(axes, months, _largest(months, _blocked_days))


def _axes(figure: Any, months: Sequence[Numbers], *, bottom: float = 0.13, top: float = 0.74) -> "Axes":
    axes: Axes = figure.add_axes((0.085, bottom, 0.88, top - bottom))
    axes.set_facecolor(_GROUND)
    axes.grid(axis="y", color=_GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(_GREY)
    axes.tick_params(colors=_MUTED, length=0, labelsize=8.5)
    room = max(0.0, (3 - len(months)) / 2)
    axes.set_xlim(-0.6 - room, len(months) - 0.4 + room)
    return axes


def _stack(
    axes: "Axes", layers: Sequence[tuple[str, str, Sequence[float]]], *, whole: bool = False, unit: str = ""
) -> None:
    """Bars on each other, each part that is high enough with its number in it."""
    if not layers:
        return
    base = [0.0] * len(layers[0][2])
    highest = max(sum(values) for values in zip(*(values for _, _, values in layers), strict=True)) or 1.0
    for name, color, values in layers:
        axes.bar(range(len(values)), values, 0.62, base, color=color, label=name, zorder=3)
        for place, (value, under) in enumerate(zip(values, base, strict=True)):
            if value >= highest * 0.085:
                shown = f"{value:.0f}" if whole or unit else f"{value:.1f}".removesuffix(".0")
                ink = _INK if color in (_SKY, _GREY, _ORANGE) else "#ffffff"
                axes.text(
                    place, under + value / 2, shown + unit, ha="center", va="center", size=8, color=ink, zorder=5,
                    **_FONT,
                )  # fmt: skip
        base = [under + value for under, value in zip(base, values, strict=True)]


def _finish(
    axes: "Axes", months: Sequence[Numbers], highest: float, *, has_legend: bool = True, counts: bool = False
) -> None:
    """Of what is counted there is no half."""
    from matplotlib.ticker import FixedLocator, MaxNLocator

    labels = [f"{month.period.first:%b}" for month in months]
    # The year where it begins, and with the first.
    labels = [
        f"{label}\n{month.period.first.year}" if not place or month.period.first.month == 1 else label
        for place, (label, month) in enumerate(zip(labels, months, strict=True))
    ]
    axes.set_xticks(range(len(months)), labels)
    axes.get_xticklabels()[-1].set(weight="bold", color=_INK)
    axes.set_ylim(0, highest * 1.08 if highest else 1)
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=counts or highest > 3) if highest else FixedLocator([0]))
    handles, names = axes.get_legend_handles_labels()
    if has_legend and handles:
        axes.legend(
            handles, names, loc="lower left", bbox_to_anchor=(-0.01, 1.0), ncols=len(handles), frameon=False,
            fontsize=8, labelcolor=_INK, handlelength=1.0, columnspacing=1.4,
        )  # fmt: skip


def _blocked_days(month: Numbers) -> float:
    return sum(month.blocked_days(cause) for cause in Cause)


def _largest(months: Sequence[Numbers], of: Callable[[Numbers], float]) -> float:
    return max(map(of, months), default=0.0)


def _decision_words(months: Sequence[Numbers]) -> str:
    return "Timeboxes decided in time: " + _listed(
        months,
        lambda month: f"{month.in_time} of {month.due}, {month.extensions} extended" if month.due or month.extensions
        else "none fell due",
    )  # fmt: skip


def _deployment_words(months: Sequence[Numbers]) -> str:
    def words(month: Numbers) -> str:
        said = f"{month.deployments}"
        if month.failures:
            said += f", of which {month.failures} failed"
        days = month.value(Measure.RESEARCH_TO_PRODUCTION)
        way = f", {value_words(Measure.RESEARCH_TO_PRODUCTION, days)} from research" if days is not None else ""
        return said + way

    return "Deployments to production: " + _listed(months, words)


def _share_words(months: Sequence[Numbers]) -> str:
    def words(month: Numbers) -> str:
        share = month.value(Measure.RESEARCH_SHARE)
        return "no work" if share is None else f"{share * 100:.0f} % research, {100 - share * 100:.0f} % engineering"

    return "Working time: " + _listed(months, words)


def _blocked_words(months: Sequence[Numbers]) -> str:
    def words(month: Numbers) -> str:
        parts = [f"{month.blocked_days(cause):.1f} by {cause}" for cause in Cause if month.blocked_days(cause)]
        return ", ".join(parts) or "none"

    return "Days blocked: " + _listed(months, words)


def _listed(months: Sequence[Numbers], words: Callable[[Numbers], str]) -> str:
    if len(months) == 1:
        return words(months[0]) + "."
    return "; ".join(f"{words(month)} in {month.period.first:%B %Y}" for month in months) + "."


_KINDS: dict[ChartKind, tuple[str, Callable[[Any, Sequence[Numbers]], None], Callable[[Sequence[Numbers]], str]]] = {
    ChartKind.DECISIONS: ("Timeboxes and decisions", _decisions, _decision_words),
    ChartKind.DEPLOYMENTS: ("Deployments, and the way there", _deployments, _deployment_words),
    ChartKind.SHARES: ("Research and engineering", _shares, _share_words),
    ChartKind.BLOCKED: ("Days blocked, by cause", _blocked, _blocked_words),
}
