/*
 * The page of charts: what the list holds, as filtered, in a few pictures. Drawn as SVG, each with its
 * numbers in a table for those who do not see it.
 */
(function (zd) {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";
  const ROW = 22;
  const PLOT = 120;
  const BINS = 12;
  const STEPS = [1, 2, 2.5, 5, 10];
  const LEAST_WIDTH = 240;
  const SUSPECTED = ["found", "suspected_2y", "suspected_1y", "suspended", "gov_cause"];

  /* Drawn one to one for the panel as it is, so that letters keep their size. */
  let plotWidth = 392;

  function svg(tag, attributes, ...children) {
    const node = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name === "text") {
        node.textContent = value;
      } else {
        node.setAttribute(name, value);
      }
    }
    node.append(...children);
    return node;
  }

  const hectares = (m2) =>
    (m2 / 10000).toLocaleString("en-US", { maximumFractionDigits: m2 < 100000 ? 2 : 1 });

  /** A caption, a picture, and the same as a table. */
  function figure(title, note, picture, head, rows) {
    picture.setAttribute("role", "img");
    picture.setAttribute("aria-label", title);
    return zd.el(
      "figure",
      { class: "zd-chart" },
      zd.el("figcaption", {}, zd.el("h3", { text: title }), note ? zd.el("p", { text: note }) : null),
      picture,
      zd.el(
        "details",
        {},
        zd.el("summary", { text: zd.t("asTable") }),
        zd.el(
          "table",
          {},
          zd.el("thead", {}, zd.el("tr", {}, ...head.map((text) => zd.el("th", { text })))),
          zd.el(
            "tbody",
            {},
            ...rows.map((row) => zd.el("tr", {}, ...row.map((text) => zd.el("td", { text })))),
          ),
        ),
      ),
    );
  }

  /** Bars of the classes of the theme, by area. */
  function byClass(model) {
    const { theme } = model;
    const areas = new Array(theme.classes.length).fill(0);
    const counts = new Array(theme.classes.length).fill(0);
    for (const i of model.order) {
      counts[theme.codes[i]] += 1;
      areas[theme.codes[i]] += model.areas[i] || 0;
    }
    const shown = theme.classes.map((_, k) => k).filter((k) => counts[k] > 0);
    const most = Math.max(...areas, 1);
    const picture = svg("svg", { viewBox: `0 0 ${plotWidth} ${shown.length * (ROW + 12)}` });
    shown.forEach((k, at) => {
      const entry = theme.classes[k];
      const y = at * (ROW + 12);
      picture.append(
        svg("text", { x: 0, y: y + 11, class: "zd-chart-label", text: zd.title(entry.label) }),
        svg("rect", {
          x: 0,
          y: y + 15,
          width: Math.max(1, (areas[k] / most) * (plotWidth - 76)),
          height: 12,
          fill: entry.pattern === "unknown" ? "#c9cdd1" : entry.fill,
          stroke: "#7d848b",
          "stroke-width": 0.6,
        }),
        svg("text", {
          x: (areas[k] / most) * (plotWidth - 76) + 6,
          y: y + 25,
          class: "zd-chart-value",
          text: hectares(areas[k]),
        }),
      );
    });
    return figure(
      zd.t("chartClasses", { theme: zd.pick(theme.title) }),
      zd.t("hectares"),
      picture,
      [zd.pick(theme.title), zd.t("zoneParcels"), zd.t("zoneArea")],
      shown.map((k) => [
        zd.pick(theme.classes[k].label),
        String(counts[k]),
        zd.format("area", areas[k]),
      ]),
    );
  }

  /** A step that cuts a range into at most so many bins. */
  function niceStep(range, bins) {
    const power = 10 ** Math.floor(Math.log10(range / bins));
    return power * STEPS.find((step) => power * step * bins >= range * (1 - 1e-9));
  }

  /** Vertical bars: [label, parts: [[value, fill]], shown value]. */
  function columns(bars, labelEvery) {
    const most = Math.max(...bars.map((bar) => bar.parts.reduce((sum, [v]) => sum + v, 0)), 1e-9);
    const step = plotWidth / bars.length;
    const picture = svg("svg", { viewBox: `0 0 ${plotWidth} ${PLOT + 34}` });
    picture.append(
      svg("line", { x1: 0, x2: plotWidth, y1: PLOT + 14, y2: PLOT + 14, class: "zd-chart-axis" }),
    );
    bars.forEach((bar, k) => {
      let y = PLOT + 14;
      for (const [value, fill] of bar.parts) {
        const height = (value / most) * PLOT;
        y -= height;
        picture.append(
          svg("rect", {
            x: k * step + step * 0.1,
            y,
            width: step * 0.8,
            height,
            fill,
            stroke: "#5f676f",
            "stroke-width": height > 0 ? 0.5 : 0,
          }),
        );
      }
      if (bar.value) {
        picture.append(
          svg("text", {
            x: (k + 0.5) * step,
            y: y - 3,
            "text-anchor": "middle",
            class: "zd-chart-value",
            text: bar.value,
          }),
        );
      }
      if (k % labelEvery === 0) {
        picture.append(
          svg("text", {
            x: (k + 0.5) * step,
            y: PLOT + 28,
            "text-anchor": "middle",
            class: "zd-chart-label",
            text: bar.label,
          }),
        );
      }
    });
    return picture;
  }

  /** How many parcels have which value of a column; a value that is unknown is not in it, and is counted. */
  function histogram(model, column, kind) {
    if (!model.table.has(column)) {
      return null;
    }
    const all = model.table.numbers(column);
    const values = Array.from(model.order, (i) => all[i]).filter((v) => !Number.isNaN(v));
    if (values.length < 2) {
      return null;
    }
    /* The last bin holds what few parcels have: one tower must not press all others together. */
    const sorted = values.slice().sort((a, b) => a - b);
    const high = Math.max(sorted[Math.floor(sorted.length * 0.98)], 1e-6);
    const step = niceStep(high, BINS - 1);
    const bins = new Array(Math.min(BINS, Math.floor(high / step) + 1)).fill(0);
    for (const value of values) {
      bins[Math.max(0, Math.min(bins.length - 1, Math.floor(value / step + 1e-9)))] += 1;
    }
    const digits = step < (kind === "share" ? 0.01 : 0.1) ? undefined : kind === "share" ? 0 : 1;
    const edge = (k) => zd.format(kind, k * step, null, step === 0.25 ? 2 : digits);
    const rest = model.order.length - values.length;
    const label = zd.pick(model.table.spec(column).label);
    return figure(
      label,
      `${zd.t("chartParcels")}${rest ? ` · ${zd.t("chartUnknown", { n: rest })}` : ""}`,
      columns(
        bins.map((n, k) => ({
          label: edge(k),
          value: n ? String(n) : "",
          parts: [[n, "#6baed6"]],
        })),
        bins.length > 8 ? 2 : 1,
      ),
      [label, zd.t("zoneParcels")],
      bins.map((n, k) => [
        k === bins.length - 1 ? `≥ ${edge(k)}` : `${edge(k)} – ${edge(k + 1)}`,
        String(n),
      ]),
    );
  }

  /** Area suspected or found idle, by the year from which it counts. */
  function idleYears(model) {
    const theme = model.themes.find((entry) => entry.name === "idle");
    if (!theme || !model.table.has("idle_from")) {
      return null;
    }
    const kinds = SUSPECTED.map((code) => theme.classes.findIndex((c) => c.code === code)).filter(
      (k) => k >= 0,
    );
    const years = new Map();
    let undated = 0;
    for (const i of model.order) {
      const place = kinds.indexOf(theme.codes[i]);
      if (place < 0) {
        continue;
      }
      const from = model.table.get("idle_from", i);
      /* A clock that starts after the review date dates nothing yet. */
      if (from === null || from > model.page.asOf) {
        undated += 1;
        continue;
      }
      const year = from.slice(0, 4);
      if (!years.has(year)) {
        years.set(year, new Array(kinds.length).fill(0));
      }
      years.get(year)[place] += model.areas[i] || 0;
    }
    if (!years.size) {
      return null;
    }
    const sorted = Array.from(years.keys()).sort();
    const sum = (parts) => parts.reduce((total, v) => total + v, 0);
    const picture = columns(
      sorted.map((year) => ({
        label: year,
        value: hectares(sum(years.get(year))),
        parts: years.get(year).map((v, k) => [v, theme.classes[kinds[k]].fill]),
      })),
      1,
    );
    const key = zd.el(
      "ul",
      { class: "zd-keys" },
      ...kinds.map((k) =>
        zd.el(
          "li",
          {},
          zd.patterns.swatch({ ...theme.classes[k], pattern: "solid" }),
          zd.el("span", { text: zd.title(theme.classes[k].label) }),
        ),
      ),
    );
    const note = undated
      ? `${zd.t("hectares")} · ${zd.t("chartUnknown", { n: undated })}`
      : zd.t("hectares");
    const out = figure(
      zd.t("chartIdleYears"),
      note,
      picture,
      [zd.t("year"), zd.t("zoneArea")],
      sorted.map((year) => [year, zd.format("area", sum(years.get(year)))]),
    );
    out.insertBefore(key, out.lastChild);
    return out;
  }

  /** Surplus and deficit of green of each zone. */
  function greenZones(model) {
    const { zones } = model;
    const names = ["green_surplus_m2", "green_deficit_m2", "green_unmet_m2"];
    if (!names.every((name) => zones.has(name))) {
      return null;
    }
    const rows = Array.from({ length: zones.n }, (_, row) => row).filter((row) =>
      names.some((name) => zones.get(name, row) !== null),
    );
    if (!rows.length) {
      return null;
    }
    const fills = ["#35978f", "#bf812d", "#8c2d04"];
    const most = Math.max(...rows.flatMap((row) => names.map((name) => zones.get(name, row) || 0)), 1);
    const high = 14 + names.length * 18;
    const picture = svg("svg", { viewBox: `0 0 ${plotWidth} ${rows.length * (high + 10)}` });
    rows.forEach((row, at) => {
      const top = at * (high + 10);
      picture.append(
        svg("text", { x: 0, y: top + 11, class: "zd-chart-label", text: zd.head.zoneName(model, row) }),
      );
      names.forEach((name, k) => {
        const value = zones.get(name, row);
        const y = top + 16 + k * 18;
        const width = ((value || 0) / most) * (plotWidth - 200);
        picture.append(
          svg("text", { x: 0, y: y + 11, class: "zd-chart-value", text: zd.pick(zones.spec(name).label) }),
          svg("rect", { x: 128, y: y + 1, width, height: 12, fill: fills[k] }),
          svg("text", {
            x: 128 + width + 6,
            y: y + 11,
            class: "zd-chart-value",
            text: value === null ? zd.t("unknown") : hectares(value),
          }),
        );
      });
    });
    return figure(
      zd.t("chartGreen"),
      zd.t("hectares"),
      picture,
      [zd.t("zone"), ...names.map((name) => zd.pick(zones.spec(name).label))],
      rows.map((row) => [zd.head.zoneName(model, row), ...names.map((name) => zones.shown(name, row))]),
    );
  }

  class Charts {
    constructor(model) {
      this.model = model;
      this.element = zd.el("div", { class: "zd-charts" });
      model.on("theme filter lang", () => this.draw());
      new ResizeObserver(() => this.draw()).observe(this.element);
    }

    /** Drawn only while it is seen. */
    draw() {
      if (this.element.hidden) {
        return;
      }
      const { model } = this;
      plotWidth = Math.max(LEAST_WIDTH, this.element.clientWidth - 34);
      const figures = [
        byClass(model),
        idleYears(model),
        histogram(model, "far_plain", "ratio"),
        histogram(model, "green_share", "share"),
        zd.blocks.figure(model, { svg, figure, hectares, width: plotWidth }),
        greenZones(model),
      ];
      this.element.replaceChildren(
        zd.el("p", {
          class: "zd-charts-note",
          text: zd.t("chartsOf", { shown: model.order.length, all: model.n }),
        }),
        ...(model.order.length ? figures.filter(Boolean) : []),
      );
    }
  }

  zd.Charts = Charts;
})((window.zongdi = window.zongdi || {}));
