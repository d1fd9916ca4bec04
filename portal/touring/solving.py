"""Solving the model of a tour with HiGHS. Only a process of the worker imports this: it is large.

What a route is and what it is worth is `routes`’; here stands only how the model is handed over and read back.
"""

from __future__ import annotations

import highspy
import numpy

from portal.touring import routes
from portal.touring.routes import END, START, Choice, Model, Task

MOST_SECONDS = 20.0
"""After so long the best route that was found counts."""


def best(task: Task, most_seconds: float = MOST_SECONDS) -> tuple[Choice, ...]:
    """The stops of the best route, in the order of their days; none where no meeting is worth its way.

    Raises `RuntimeError` where the solver gives no answer.
    """
    model = routes.model(task)
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("time_limit", most_seconds)
    solver.setOptionValue("mip_rel_gap", 0.0)
    # All values are whole: what is less than one away is the best. Paths are nearly whole by themselves, and presolving
    # them takes ten times as long as solving them.
    solver.setOptionValue("mip_abs_gap", 0.99)
    solver.setOptionValue("presolve", "off")
    solver.passModel(_program(model))
    solver.run()
    if solver.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        raise RuntimeError(f"no route: {solver.modelStatusToString(solver.getModelStatus())}")
    taken = solver.getSolution().col_value
    steps = [step for step, share in zip(model.steps, taken, strict=True) if share > 0.5 and step.target != END]
    places = [model.choice_of[step.target] for step in steps]
    return tuple(sorted((task.choices[place] for place in places), key=lambda choice: choice.day))


def _program(model: Model) -> highspy.HighsLp:
    """The steps as columns of nought or one. What comes to a node leaves it; no request is visited twice."""
    several = [nodes for nodes in model.nodes_of.values() if len(nodes) > 1]
    limit_of = {node: model.nodes + place for place, nodes in enumerate(several) for node in nodes}
    rows = model.nodes + len(several)
    starts, index, value = [0], [], []
    for step in model.steps:
        index += [step.source, step.target]
        value += [-1.0, 1.0]
        if step.target in limit_of:
            index.append(limit_of[step.target])
            value.append(1.0)
        starts.append(len(index))
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = len(model.steps), rows
    program.col_cost_ = numpy.array([step.value for step in model.steps], dtype=numpy.double)
    program.col_lower_, program.col_upper_ = numpy.zeros(len(model.steps)), numpy.ones(len(model.steps))
    lower, upper = numpy.zeros(rows), numpy.zeros(rows)
    lower[START] = upper[START] = -1.0
    lower[END] = upper[END] = 1.0
    upper[model.nodes :] = 1.0
    program.row_lower_, program.row_upper_ = lower, upper
    program.sense_ = highspy.ObjSense.kMaximize
    program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    program.a_matrix_.start_ = numpy.array(starts, dtype=numpy.int32)
    program.a_matrix_.index_ = numpy.array(index, dtype=numpy.int32)
    program.a_matrix_.value_ = numpy.array(value, dtype=numpy.double)
    program.integrality_ = [highspy.HighsVarType.kInteger] * len(model.steps)
    return program
