/*
 * On paper the map fills a sheet, and the list, which cannot scroll there, is a table after it.
 */
(function (zd) {
  "use strict";

  const MOST = 1000;

  function table(model) {
    const { advice } = model;
    const head = ["rank", "parcel", "holder", "zoneArea"].map((word) => zd.t(word));
    head.push(zd.pick(model.theme.title), zd.t("recommendations"), zd.t("clause"));
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
      zd.el("thead", {}, zd.el("tr", {}, ...head.map((text) => zd.el("th", { text })))),
      body,
    );
  }

  /** Lay the map out for the sheet, and after printing put everything back where it was. */
  function install(model, chart) {
    const { page } = model;
    const place = document.getElementById("zd-print");
    const legend = document.querySelector(".zd-legend");
    let before = null;
    window.addEventListener("beforeprint", () => {
      before = { open: legend.open };
      legend.open = true;
      document.body.classList.add("zd-printing");
      if (chart) {
        before.centre = chart.map.getCenter();
        before.zoom = chart.map.getZoom();
        chart.map.invalidateSize({ animate: false });
        chart.fitAll();
        chart.flatten();
      }
      const rest = model.order.length - MOST;
      const title = [zd.t("printList"), page.name, page.asOf, page.label, zd.t("disclaimer")];
      place.replaceChildren(
        zd.el("h2", { text: title.filter(Boolean).join(" · ") }),
        table(model),
        ...(rest > 0 ? [zd.el("p", { text: zd.t("printRest", { n: rest }) })] : []),
      );
    });
    window.addEventListener("afterprint", () => {
      if (!before) {
        return;
      }
      document.body.classList.remove("zd-printing");
      legend.open = before.open;
      place.replaceChildren();
      if (chart) {
        chart.unflatten();
        chart.map.invalidateSize({ animate: false });
        chart.map.setView(before.centre, before.zoom, { animate: false });
      }
      before = null;
    });
  }

  zd.print = { install };
})((window.zongdi = window.zongdi || {}));
