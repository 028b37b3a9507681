/*
 * On paper the list cannot scroll: it is written out as a table before printing and taken away after.
 */
(function (zd) {
  "use strict";

  const MOST = 1000;

  function table(model) {
    const { advice } = model;
    const head = ["rank", "parcel", "holder", "zoneArea", "theme", "recommendations", "clause"];
    const body = zd.el("tbody");
    model.order.slice(0, MOST).forEach((i, place) => {
      const rows = advice.rowsOf(i).sort((a, b) => zd.priority(advice, a) - zd.priority(advice, b));
      const todo = rows.map((row) => {
        const title = zd.pick([advice.get("title_zh", row), advice.get("title_en", row)]) || "";
        const due = advice.get("due_on", row);
        return due ? `${title} (${zd.t("due", { value: due })})` : title;
      });
      const clauses = new Set(rows.map((row) => advice.get("clause", row)).filter(Boolean));
      const cells = [
        String(place + 1),
        model.id(i),
        model.table.shown("holder", i),
        model.table.shown("area_m2", i),
        zd.pick(model.classOf(i).label),
        todo.join("; "),
        Array.from(clauses).join("; "),
      ];
      body.append(zd.el("tr", {}, ...cells.map((text) => zd.el("td", { text }))));
    });
    return zd.el(
      "table",
      {},
      zd.el("thead", {}, zd.el("tr", {}, ...head.map((key) => zd.el("th", { text: zd.t(key) })))),
      body,
    );
  }

  function install(model) {
    const place = document.getElementById("zd-print");
    window.addEventListener("beforeprint", () => {
      const rest = model.order.length - MOST;
      place.replaceChildren(
        zd.el("h2", { text: `${zd.t("printList")} · ${zd.t("disclaimer")}` }),
        table(model),
        ...(rest > 0 ? [zd.el("p", { text: zd.t("printRest", { n: rest }) })] : []),
      );
    });
    window.addEventListener("afterprint", () => place.replaceChildren());
  }

  zd.print = { install };
})((window.zongdi = window.zongdi || {}));
