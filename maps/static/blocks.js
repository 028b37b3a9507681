/*
 * The green balance block by block: by the block of the control plan where the parcels have one, else by
 * use. Only balances that are known are added up, surplus and deficit apart, so that neither hides the other.
 */
(function (zd) {
  "use strict";

  const MOST = 12;
  const ROW = 34;
  const FILLS = { surplus: "#35978f", deficit: "#bf812d" };

  /** Surplus and deficit of each block of the parcels that are listed. */
  function sums(model) {
    const balance = model.table.numbers("green_balance_m2");
    const by = ["plan_id", "land_use"].find(
      (name) => model.table.has(name) && model.table.columns.get(name).column.enc !== "none",
    );
    const blocks = new Map();
    let unknown = 0;
    for (const i of model.order) {
      if (Number.isNaN(balance[i])) {
        /* A road has no balance to know. */
        unknown += model.table.get("land_use", i) === "road" ? 0 : 1;
        continue;
      }
      const name = by ? model.table.shown(by, i) : zd.t("allParcels");
      if (!blocks.has(name)) {
        blocks.set(name, { name, surplus: 0, deficit: 0 });
      }
      const block = blocks.get(name);
      block[balance[i] < 0 ? "deficit" : "surplus"] += Math.abs(balance[i]);
    }
    const sorted = Array.from(blocks.values());
    sorted.sort((a, b) => b.deficit - a.deficit || b.surplus - a.surplus);
    return { by, blocks: sorted, unknown };
  }

  /** The figure, or null where no balance is known; `tools` are those of the page of charts. */
  function figure(model, tools) {
    if (!model.table.has("green_balance_m2")) {
      return null;
    }
    const { by, blocks, unknown } = sums(model);
    if (!blocks.length) {
      return null;
    }
    const { svg, hectares, width } = tools;
    const shown = blocks.slice(0, MOST);
    const most = Math.max(...shown.flatMap((block) => [block.surplus, block.deficit]), 1);
    const half = (width - 96) / 2;
    const middle = width / 2;
    const picture = svg("svg", { viewBox: `0 0 ${width} ${shown.length * ROW}` });
    shown.forEach((block, at) => {
      const y = at * ROW;
      picture.append(
        svg("text", { x: 0, y: y + 11, class: "zd-chart-label", text: block.name }),
        svg("line", { x1: middle, x2: middle, y1: y + 14, y2: y + 30, class: "zd-chart-axis" }),
      );
      for (const [kind, sign] of [
        ["deficit", -1],
        ["surplus", 1],
      ]) {
        const long = (block[kind] / most) * half;
        picture.append(
          svg("rect", {
            x: sign < 0 ? middle - long : middle,
            y: y + 16,
            width: long,
            height: 12,
            fill: FILLS[kind],
          }),
          svg("text", {
            x: middle + sign * (long + 5),
            y: y + 26,
            "text-anchor": sign < 0 ? "end" : "start",
            class: "zd-chart-value",
            text: block[kind] ? hectares(block[kind]) : "",
          }),
        );
      }
    });
    const word = { plan_id: "byPlan", land_use: "byUse" }[by];
    const note = [
      zd.t("hectares"),
      zd.t("balanceSides"),
      ...(blocks.length > MOST ? [zd.t("blocksRest", { n: MOST })] : []),
      ...(unknown ? [zd.t("chartUnknown", { n: unknown })] : []),
    ];
    const title = zd.t("chartBlocks", { by: word ? zd.t(word) : zd.t("zone") });
    return tools.figure(
      title,
      note.join(" · "),
      picture,
      [word ? zd.t(word) : zd.t("zone"), zd.t("deficit"), zd.t("surplusWord")],
      blocks.map((block) => [
        block.name,
        zd.format("area", block.deficit),
        zd.format("area", block.surplus),
      ]),
    );
  }

  zd.blocks = { sums, figure };
})((window.zongdi = window.zongdi || {}));
