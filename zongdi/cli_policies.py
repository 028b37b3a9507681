"""The commands on rule packs: list, show, diff, check, new."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from policies import load_policy, pack_ids
from policies.compare import diff_policies, diff_topics
from policies.describe import describe_pack, list_packs
from policies.schema import ID
from policies.template import new_pack
from policies.text import Text
from zongdi.cli_shared import AsOf, parse_date, voice_of

__all__ = ["policies_app"]

policies_app = typer.Typer(
    name="policies", help="规则包。 The rule packs.", no_args_is_help=True, rich_markup_mode=None
)

PackId = Annotated[
    str, typer.Argument(metavar="ID", help="规则包代号或路径。 A pack's id or path.")
]


@policies_app.command("list")
def policies_list(context: typer.Context, as_of: AsOf = None) -> None:
    """列出规则包。 List the rule packs."""
    voice = voice_of(context)
    voice.table(list_packs(voice.lang, as_of=parse_date(as_of)))


@policies_app.command("show")
def policies_show(context: typer.Context, pack: PackId, as_of: AsOf = None) -> None:
    """显示一个规则包的条款与参数。 Show the clauses and parameters of one pack."""
    voice = voice_of(context)
    policy = load_policy(pack, base=Path.cwd())
    voice.say(describe_pack(policy, voice.lang, as_of=parse_date(as_of)))


@policies_app.command("diff")
def policies_diff(
    context: typer.Context,
    one: Annotated[
        str, typer.Argument(metavar="A", help="规则包代号或路径。 A pack's id or path.")
    ],
    other: Annotated[str, typer.Argument(metavar="B", help="另一个。 Another.")],
) -> None:
    """逐主题比较两个规则包，再列出不同的规则与参数。 Compare two packs: topics, then rules and parameters."""
    voice = voice_of(context)
    folder = Path.cwd()
    left, right = load_policy(one, base=folder), load_policy(other, base=folder)
    topics, rows = diff_topics(left, right, voice.lang), diff_policies(left, right, voice.lang)
    same = Text("相同", "same").get(voice.lang)
    if not rows and all(row["differs"] == same for row in topics):
        voice.say(Text("两个规则包没有差别。", "The two packs do not differ."))
        return
    heading = Text("主题", "topic").get(voice.lang), left.id, right.id
    voice.table([(*heading, ""), *((*list(row.values())[1:4], row["differs"]) for row in topics)])
    if rows:
        names = Text("规则", "rule").get(voice.lang), Text("参数", "parameter").get(voice.lang)
        voice.table([(*names, left.id, right.id), *(tuple(row.values()) for row in rows)])


@policies_app.command("check")
def policies_check(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="规则包文件。 A pack's file.")],
) -> None:
    """检查一个规则包文件。 Check the file of a pack: every mistake at once."""
    policy = load_policy(file.absolute(), base=Path.cwd())
    voice_of(context).say(
        Text(f"规则包 {policy.id} 没有错误。", f"The pack {policy.id} has no mistake.")
    )


@policies_app.command("new")
def policies_new(
    context: typer.Context,
    pack: Annotated[str, typer.Argument(metavar="ID", help="新规则包的代号。 Its id.")],
    extends: Annotated[
        str, typer.Option("--from", metavar="ID", help="其下的规则包。 The pack beneath.")
    ] = "national",
) -> None:
    """在当前文件夹新建一个规则包。 Start a pack of one's own in this folder."""
    if ID.fullmatch(pack) is None or pack in pack_ids():
        message = (
            "代号只能用小写字母、数字和 - _ .，且不得与自带规则包相同 / "
            "an id holds small letters, digits, - _ . only, and is not that of a shipped pack"
        )
        raise typer.BadParameter(message, param_hint="ID")
    path = Path(f"{pack}.toml")
    text = new_pack(pack, extends)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except FileExistsError as error:
        message = f"{path} 已存在，未覆盖 / exists and was left as it is"
        raise typer.BadParameter(message, param_hint="ID") from error
    voice_of(context).say(Text(f"已新建 {path.absolute()}", f"Made {path.absolute()}"))
