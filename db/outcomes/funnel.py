"""The way from report to judgment: each case once, at the furthest stage that it reached, and how it left."""

from typing import NamedTuple

import polars as pl
from polars import col

from db.outcomes.endings import STOPS
from db.outcomes.shares import Share, share

STAGES = ("reported", "examined", "arrested", "file_to_odpp", "odpp_decided", "charged", "plea", "heard", "judged")
SILENT = ("closed_silently", "dormant")
# What each exit is to the directive, and the exits of each kind in the order in which they are shown.
EXITS = {
    "judged": ("convicted", "acquitted"),
    "lawful": ("not_charged", "collapsed", "lawful_discontinuance", "closed_lawfully"),
    "reclassified": ("reclassified",),
    "stopped": STOPS,
    "silent": SILENT,
    "open": ("open",),
}
# What shows a case that the directive is about is never hidden behind its reclassification.
NEVER_HIDDEN = ("unlawful_stop", *SILENT)


class Stage(NamedTuple):
    """`reached`: the cases that came at least so far; `left`: those that came no further, by exit (every one of EXITS,
    in its order)."""

    code: str
    reached: int
    left: tuple[tuple[str, int], ...]

    @property
    def here(self) -> int:
        """The cases that came no further."""
        return sum(number for _, number in self.left)

    @property
    def by_kind(self) -> tuple[int, ...]:
        """The cases that went on, and those that left here by each kind of exit, in the order of EXITS."""
        left = dict(self.left)
        return self.reached - self.here, *(sum(left[code] for code in part) for part in EXITS.values())


class Funnel(NamedTuple):
    """`reclassified`: all cases reclassified from defilement to another offence, also those that left otherwise."""

    cases: int
    reclassified: int
    stages: tuple[Stage, ...]

    @property
    def by_kind(self) -> dict[str, int]:
        """The cases that left, at whatever stage, by each kind of exit."""
        return {kind: sum(self.left_by(code) for code in part) for kind, part in EXITS.items()}

    def left_by(self, exit_code: str) -> int:
        """The cases that left by this exit, at whatever stage."""
        return sum(dict(stage.left)[exit_code] for stage in self.stages)

    def share_leaving(self, exit_code: str, minimum: int) -> Share:
        """The same as a share of all cases."""
        return share(self.left_by(exit_code), self.cases, minimum)

    def share_reaching(self, stage: Stage, minimum: int) -> Share:
        """Those that came at least to `stage`, as a share of all cases."""
        return share(stage.reached, self.cases, minimum)


def exit_of() -> pl.Expr:
    """The exit by which a case counts, once: an unlawful stop by its route (`how`), a silent exit, a reclassification,
    and else the state in which it is; a judged case by `how` it was judged.

    So a reclassification goes before what came of the lesser offence, and an unlawful stop or a silence before it.
    """
    return (
        pl.when(col("reclassified_on").is_not_null() & ~col("state").is_in(NEVER_HIDDEN))
        .then(pl.lit("reclassified"))
        .otherwise(pl.coalesce(col("how").cast(pl.String), col("state").cast(pl.String)))
    )


def funnel(cases: pl.DataFrame) -> Funnel:
    """Cases by furthest stage and exit. A step passed over on the record counts as passed by whoever came further."""
    counted = cases.group_by(col("stage").cast(pl.String), exit=exit_of()).len()
    numbers = {(stage, left_by): number for stage, left_by, number in counted.iter_rows()}
    reached = cases.height
    stages = []
    for code in STAGES:
        left = tuple((name, numbers.get((code, name), 0)) for part in EXITS.values() for name in part)
        stages.append(Stage(code, reached, left))
        reached -= stages[-1].here
    return Funnel(cases.height, int(cases["reclassified_on"].is_not_null().sum()), tuple(stages))
