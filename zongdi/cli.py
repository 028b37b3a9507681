"""The command line. Each command is short: it calls a door and says what came of it."""

from __future__ import annotations

import logging
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geo.errors import GeoError
from layers.project import ProjectError, load_project
from policies import PolicyError
from policies.text import Lang, Text
from zongdi import __version__
from zongdi.cli_compare import compare_command
from zongdi.cli_map import map_command
from zongdi.cli_notices import notices_command
from zongdi.cli_policies import policies_app
from zongdi.cli_shared import AsOf, parse_date, voice_of
from zongdi.console import Voice, console_language, survive_any_console
from zongdi.errors import ProgramError
from zongdi.problem_report import say_problems

if TYPE_CHECKING:
    from datetime import date

__all__ = ["app", "main"]

app = typer.Typer(
    name="zongdi",
    help="综合保税区土地利用与规划分析（辅助分析，不作为认定依据）。 Land use and planning in comprehensive bonded zones.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(policies_app)
app.command("map")(map_command)
app.command("notices")(notices_command)
app.command("compare")(compare_command)

ProjectPath = Annotated[
    Path,
    typer.Argument(
        metavar="PROJECT", help="project.toml 或其所在文件夹。 project.toml or its folder."
    ),
]
OutFolder = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", help="成果文件夹，默认为 <项目>/results。 Output folder."),
]
Strict = Annotated[bool, typer.Option("--strict", help="警告按错误处理。 Warnings are errors.")]
PolicyId = Annotated[
    str | None,
    typer.Option("--policy", metavar="ID", help="规则包代号或路径。 A pack's id or path."),
]
Only = Annotated[
    str | None,
    typer.Option(
        "--only",
        metavar="NAME,...",
        help="只做所列分析。 Only these analyses: idle, far, mixed, green, supply.",
    ),
]

PlanFile = Annotated[
    Path | None,
    typer.Option(
        "--plan",
        metavar="FILE",
        help="编辑过的供地计划（工作簿或 CSV）。 A supply plan as a planner edited it.",
    ),
]
ScenarioFile = Annotated[
    Path | None,
    typer.Option(
        "--scenario",
        metavar="FILE",
        help="情景文件（TOML）：在现状成果旁另写情景成果和差异表。 A scenario, written beside the base case.",
    ),
]


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"zongdi {__version__}")
        raise typer.Exit


@app.callback()
def _program(
    context: typer.Context,
    lang: Annotated[
        str | None, typer.Option("--lang", metavar="zh|en", help="界面语言。 Language of messages.")
    ] = None,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="版本。 The version."),
    ] = False,
) -> None:
    del version  # answered by its callback
    if lang not in {None, "zh", "en"}:
        msg = "zh / en"
        raise typer.BadParameter(msg, param_hint="--lang")
    asked: Lang | None = "zh" if lang == "zh" else "en" if lang == "en" else None
    context.obj = Voice(console_language(asked))


@app.command()
def demo(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="文件夹。 A folder.")] = Path(
        "zongdi-demo"
    ),
) -> None:
    """写出内置演示项目（虚构）并运行。 Write the built-in invented project, run it, say where the map is."""
    from zongdi.demo import write_demo  # noqa: PLC0415 -- only this command generates

    voice = voice_of(context)
    project_file = write_demo(folder)
    voice.say(
        Text(
            f"演示项目（虚构）已写入：{project_file}",
            f"The demo project (invented) is in {project_file}",
        )
    )
    _run(voice, project_file, out=None)


@app.command()
def init(
    context: typer.Context,
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="新文件夹或空文件夹。 A new or empty folder.")
    ],
    crs: Annotated[
        str, typer.Option("--crs", help="空图层的坐标系。 The CRS of the empty layers.")
    ] = "EPSG:4490",
) -> None:
    """写出项目骨架：项目文件、空图层、台账模板。 Write a skeleton: project file, empty layers, a ledger."""
    from zongdi.init_project import init_project  # noqa: PLC0415 -- help stays quick

    voice = voice_of(context)
    paths = init_project(folder, lang=voice.lang, crs=crs)
    voice.say(
        Text(
            f"项目骨架已写入 {folder}：{'、'.join(path.name for path in paths)}。先在 {paths[0].name} 中填写 as_of。",
            f"The skeleton is in {folder}: {', '.join(path.name for path in paths)}. Fill in as_of in {paths[0].name} first.",
        )
    )


@app.command()
def check(
    context: typer.Context, project: ProjectPath, out: OutFolder = None, strict: Strict = False
) -> None:
    """读取并检查所有图层，列出全部问题。 Read and check every layer, list all problems."""
    from zongdi.outputs import check_target, write_problems  # noqa: PLC0415
    from zongdi.pipeline import check_project  # noqa: PLC0415

    voice = voice_of(context)
    loaded = load_project(project)
    target = out or loaded.folder / "results"
    check_target(target, loaded)
    with voice.steps() as steps:
        log = check_project(loaded, progress=steps)
    if strict:
        log = log.strict()
    say_problems(voice, log.frame())
    path = write_problems(log.frame(), target)
    voice.say(Text(f"问题清单：{path}", f"The list of problems: {path}"))
    if log.has_errors:
        raise typer.Exit(1)


@app.command()
def run(  # noqa: PLR0913, PLR0917 - each is an option of the command
    context: typer.Context,
    project: ProjectPath,
    out: OutFolder = None,
    as_of: AsOf = None,
    policy: PolicyId = None,
    only: Only = None,
    plan: PlanFile = None,
    scenario: ScenarioFile = None,
    strict: Strict = False,
) -> None:
    """检查、分析并写出全部成果。 Check, analyse and write every result."""
    _run(
        voice_of(context),
        project,
        out=out,
        as_of=parse_date(as_of),
        policy=policy and _from_here(policy),
        only=() if only is None else tuple(name.strip() for name in only.split(",")),
        plan=plan,
        scenario=scenario,
        strict=strict,
    )


def _from_here(policy: str) -> str:
    """Take the path of a pack from the folder where the command is given, if a file is there."""
    here = policy.endswith(".toml") and Path(policy).is_file()
    return str(Path(policy).absolute()) if here else policy


def _run(  # noqa: PLR0913 - as many as the command has
    voice: Voice,
    path: Path,
    *,
    out: Path | None,
    as_of: date | None = None,
    policy: str | None = None,
    only: tuple[str, ...] = (),
    plan: Path | None = None,
    scenario: Path | None = None,
    strict: bool = False,
) -> None:
    from zongdi.edited_plan import with_plan  # noqa: PLC0415
    from zongdi.outputs import check_target, write_results  # noqa: PLC0415 -- help stays quick
    from zongdi.pipeline import run_project  # noqa: PLC0415
    from zongdi.scenario import read_scenario  # noqa: PLC0415
    from zongdi.scenario_run import run_scenario, write_scenario  # noqa: PLC0415

    project = load_project(path, as_of=as_of, policy=policy)
    if plan is not None:
        project = with_plan(project, plan)
    target = out or project.folder / "results"
    check_target(target, project)
    assumed = None if scenario is None else read_scenario(scenario)
    beside: Path | None = None
    with voice.steps() as steps:
        if assumed is None:
            results = run_project(project, only=only, strict=strict, progress=steps)
        else:
            results, other, changes = run_scenario(
                project, assumed, only=only, strict=strict, progress=steps
            )
        map_path = write_results(results, target, progress=steps)
        if assumed is not None:
            folder = map_path.parent / assumed.folder
            beside = write_scenario(results, other, changes, folder, progress=steps)
    say_problems(voice, results.problems, most=5)
    voice.say(
        Text("辅助分析，不作为认定依据。", "Assisting analysis; not a basis for any finding.")
    )
    voice.say(Text(f"成果：{map_path.parent}", f"Results: {map_path.parent}"))
    voice.say(Text(f"地图：{map_path}", f"Map: {map_path}"))
    if beside is not None:
        voice.say(
            Text(
                f"情景成果及差异表 differences.csv：{beside.parent}",
                f"Results of the scenario, with differences.csv: {beside.parent}",
            )
        )


def main() -> None:
    """Run the program: errors are one paragraph, the exit status says of which kind."""
    survive_any_console()
    # Asked to end, as by a scheduler, the program takes its scratch files with it.
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    logging.basicConfig(level=logging.ERROR, format="%(name)s: %(message)s")
    voice = Voice(console_language(_asked_language(sys.argv[1:])))
    try:
        app()
    except ProgramError as error:
        voice.warn(error.text)
        sys.exit(error.exit_code)
    except (ProjectError, PolicyError, GeoError) as error:
        voice.warn(str(error))
        sys.exit(1)
    except OSError as error:
        why = error.strerror or type(error).__name__
        place = f" {error.filename}" if error.filename else ""
        voice.warn(
            Text(
                f"读写失败{place}：{why}。请核对该处是否可读写、磁盘是否已满，然后重试。",
                f"Reading or writing failed{place}: {why}. Check that the place can be read and written and that the disk is not full, then try again.",
            )
        )
        sys.exit(1)


def _asked_language(arguments: list[str]) -> Lang | None:
    """Find ``--lang`` for messages that arise before the command line is understood."""
    for place, argument in enumerate(arguments):
        value = argument.partition("=")[2] if argument.startswith("--lang=") else ""
        if argument == "--lang" and place + 1 < len(arguments):
            value = arguments[place + 1]
        if value in {"zh", "en"}:
            return "zh" if value == "zh" else "en"
    return None
