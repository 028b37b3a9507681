/*
 * On paper the map fills the first sheet with its title block; the list, which cannot scroll there,
 * is a table after it, and the clauses it rests on are another. A3 or A4, landscape.
 */
(function (zd) {
  "use strict";

  const MOST = 1000;
  const PAPERS = ["a3", "a4"];
  const AMONG = ["、", ", "];
  const BREAK = ["；", "; "];

  const WORDS = {
    print: ["打印", "Print"],
    paper: ["纸张", "Paper"],
    hectares: ["公顷", "ha"],
    mu: ["亩", "mu"],
    clauses: ["条款一览", "Clauses"],
    cited: ["用于", "used for"],
    rules: ["规则", "Rules"],
    parcels: ["宗数", "Parcels"],
    version: ["规则版本", "Pack version"],
    basis: ["面积依据", "Area basis"],
    clauseNumbers: ["条款（序号见条款一览）", "Clauses (numbers of the table of clauses)"],
  };
  const word = (key) => zd.pick(WORDS[key]);

  /* ---------------------------------------------------------------------------------- the sheet */

  function pairs(rows) {
    const list = zd.el("dl", { class: "zd-block" });
    for (const [label, value] of rows) {
      list.append(zd.el("dt", { text: label }), zd.el("dd", { class: "zd-data", text: value }));
    }
    return list;
  }

  /** The area bases in use, as counted: a share has the area it was divided by. */
  function bases(model) {
    const { table } = model;
    if (!table.has("area_basis")) {
      return null;
    }
    const counts = new Map();
    for (let i = 0; i < model.n; i += 1) {
      const label = table.shown("area_basis", i);
      counts.set(label, (counts.get(label) || 0) + 1);
    }
    return Array.from(counts, ([label, n]) => `${label} ${n}`).join(AMONG[zd.lang]);
  }

  /** An area in hectares and in mu; where parcels of unknown area are among them, at least so much. */
  function amounts(area, open) {
    const least = open ? "≥ " : "";
    const texts = [(area / 1e4).toFixed(4), ((area / 1e4) * 15).toFixed(2)];
    return texts.map((text) => zd.el("td", { class: "zd-number", text: least + text }));
  }

  /** Legend of the theme shown: class, count, area in hectares. */
  function legend(model) {
    const { theme, table } = model;
    const areas = new Float64Array(theme.classes.length);
    const open = new Uint8Array(theme.classes.length);
    const known = table.has("area_m2");
    for (let i = 0; known && i < model.n; i += 1) {
      const area = table.get("area_m2", i);
      if (area === null) {
        open[theme.codes[i]] = 1;
      } else {
        areas[theme.codes[i]] += area;
      }
    }
    const rows = theme.classes.map((entry, k) =>
      zd.el(
        "tr",
        {},
        zd.el("td", {}, zd.patterns.swatch(entry)),
        zd.el("td", { text: zd.title(entry.label) }),
        zd.el("td", { class: "zd-number", text: theme.counts[k].toLocaleString("en-US") }),
        ...(known ? amounts(areas[k], open[k]) : []),
      ),
    );
    return zd.el(
      "div",
      { class: "zd-sheet-legend" },
      zd.el("h2", { text: [zd.pick(theme.title), zd.periods.period(model)].filter(Boolean).join(" · ") }),
      zd.el("p", { text: zd.title(theme.note) }),
      /* What is drawn as of another day must not leave the house as of this one. */
      zd.time.at(model) ? zd.el("p", { class: "zd-sheet-date", text: zd.time.at(model) }) : null,
      zd.el(
        "table",
        {},
        zd.el(
          "thead",
          {},
          zd.el(
            "tr",
            {},
            zd.el("th", { colspan: 2, text: zd.t("legend") }),
            zd.el("th", { class: "zd-number", text: word("parcels") }),
            ...(known ? ["hectares", "mu"] : []).map((key) =>
              zd.el("th", { class: "zd-number", text: word(key) }),
            ),
          ),
        ),
        zd.el("tbody", {}, ...rows),
      ),
      ...(model.shapes ? signs(model) : []),
    );
  }

  /* Steps in which a long legend is made smaller, down to what can still be read. */
  const SHRINK = 0.94;
  const LEAST = 0.62;

  /** Make the legend as small as it must be to stand on the sheet whole: no class may be cut off. */
  function fitLegend(side) {
    const box = side.querySelector(".zd-sheet-legend");
    const fits = () => box.scrollHeight <= box.clientHeight + 1;
    const shrink = () => {
      for (let size = 1; size > LEAST && !fits(); size *= SHRINK) {
        box.style.fontSize = `${size}em`;
      }
    };
    shrink();
    /* Signs are known from other maps, classes from this legend alone. */
    if (!fits()) {
      for (const keys of box.querySelectorAll(".zd-keys")) {
        keys.remove();
      }
      box.style.fontSize = "";
      shrink();
    }
  }

  /** What numbers, lines and symbols on the sheet mean. */
  function signs(model) {
    const { idEnd } = model;
    const short = model.drawn.labels && idEnd ? zd.t("labelsCut", { n: idEnd }) : null;
    return [
      zd.ranks.shown(model) ? zd.legend.rankKey() : null,
      zd.legend.keys(model),
      short ? zd.el("p", { text: short }) : null,
    ].filter(Boolean);
  }

  /** What stands beside the map: title, legend, and what a map must say of itself. */
  function sheet(model) {
    const { page } = model;
    const policy = `${zd.pick(page.policy.title)} · ${zd.pick(page.policy.status)}`;
    const basis = bases(model);
    const rows = [
      [zd.t("agency"), page.agency || zd.t("unknown")],
      [zd.t("asOf"), page.asOf],
      [zd.t("crs"), page.crs ? zd.pick(page.crs) : zd.t("unknown")],
      [zd.t("areaMethod"), zd.pick(page.areaMethod)],
      ...(basis ? [[word("basis"), basis]] : []),
      [zd.t("policy"), policy],
      ...(page.policyVersion ? [[word("version"), page.policyVersion]] : []),
      [zd.t("dataHash"), page.dataHash],
    ];
    const edition = zd.edition.parts(page);
    return zd.el(
      "div",
      { class: "zd-sheet" },
      zd.el("h1", { class: "zd-data", text: zd.projectName(page) }),
      zd.el("p", { class: "zd-sheet-disclaimer", text: zd.t("disclaimer") }),
      page.label ? zd.el("p", { class: "zd-sheet-label zd-data", text: page.label }) : null,
      edition.length ? zd.el("p", { class: "zd-sheet-label", text: edition.join(" · ") }) : null,
      legend(model),
      pairs(rows),
      ...page.removed.map((pair) => zd.el("p", { class: "zd-sheet-removed", text: zd.pick(pair) })),
    );
  }

  /* -------------------------------------------------------------------------- list and clauses */

  /** A table that says on every sheet what it is, for when, and that it is an aid. */
  function table(model, title, head, rows, widths) {
    const { page } = model;
    const line = [title, zd.projectName(page), page.asOf, page.label, ...zd.edition.parts(page)];
    return zd.el(
      "table",
      { class: "zd-paper-table" },
      zd.el("colgroup", {}, ...widths.map((name) => zd.el("col", { class: `zd-col-${name}` }))),
      zd.el(
        "thead",
        {},
        zd.el(
          "tr",
          { class: "zd-running" },
          zd.el(
            "th",
            { colspan: head.length },
            zd.el("span", { class: "zd-data", text: line.filter(Boolean).join(" · ") }),
            zd.el("b", { text: zd.t("disclaimer") }),
          ),
        ),
        zd.el("tr", {}, ...head.map((text) => zd.el("th", { text }))),
      ),
      zd.el(
        "tbody",
        {},
        ...rows.map((cells) =>
          zd.el("tr", {}, ...cells.map((text) => zd.el("td", { class: "zd-data", text }))),
        ),
      ),
    );
  }

  function told(advice, row) {
    const title = zd.title([advice.get("title_zh", row), advice.get("title_en", row)]) || "";
    const due = advice.get("due_on", row);
    return due ? `${title} (${zd.t("due", { value: due })})` : title;
  }

  /** The clauses of a row of advice: several stand in one text. */
  const clausesOf = (advice, row) =>
    (advice.get("clause", row) || "")
      .split(/[；;]/)
      .map((text) => text.trim())
      .filter(Boolean);

  /** Every clause that the list cites: for what, by which rules, for which parcels; in order of first use. */
  function gather(model, order) {
    const { advice } = model;
    const found = new Map();
    for (const i of order) {
      for (const row of zd.adviceOf(model, i)) {
        for (const clause of clausesOf(advice, row)) {
          if (!found.has(clause)) {
            const number = found.size + 1;
            found.set(clause, {
              number,
              titles: new Set(),
              rules: new Set(),
              parcels: new Set(),
              confidence: new Set(),
            });
          }
          const entry = found.get(clause);
          entry.titles.add(zd.title([advice.get("title_zh", row), advice.get("title_en", row)]));
          for (const rule of (advice.get("rules", row) || "").split(",").filter(Boolean)) {
            const key = rule.trim();
            const known = Object.hasOwn(model.page.rules, key);
            entry.rules.add(known ? zd.pick(model.page.rules[key]) : key);
          }
          entry.parcels.add(i);
          entry.confidence.add(advice.has("confidence") ? advice.shown("confidence", row) : "");
        }
      }
    }
    return found;
  }

  /* What the list says of a parcel: planning facts, or in a public edition what is published. */
  const FACTS = ["holder", "area_m2", "floor_area_m2"];
  const PUBLISHED = ["holder", "found_from", "found_days", "cause"];

  function list(model, order, cited) {
    const { advice } = model;
    const wanted = model.table.has("area_m2") ? FACTS : PUBLISHED;
    const shown = wanted.filter((name) => model.table.has(name));
    const head = [zd.t("rank"), zd.t("parcel")];
    head.push(...shown.map((name) => zd.pick(model.table.spec(name).label)));
    head.push(zd.pick(model.theme.title));
    const advised = advice.has("action");
    if (advised) {
      head.push(zd.t("recommendations"), word("clauseNumbers"));
    }
    const rows = Array.from(order, (i, place) => {
      const own = zd.adviceOf(model, i);
      const numbers = new Set();
      for (const row of own) {
        for (const clause of clausesOf(advice, row)) {
          numbers.add(cited.get(clause).number);
        }
      }
      const sorted = Array.from(numbers).sort((a, b) => a - b);
      return [
        String(place + 1),
        model.id(i),
        ...shown.map((name) => model.table.shown(name, i)),
        zd.title(model.classOf(i).label),
        ...(advised
          ? [own.map((row) => told(advice, row)).join(BREAK[zd.lang]), sorted.join(AMONG[zd.lang])]
          : []),
      ];
    });
    const widths = ["rank", "parcel", ...shown, "class", ...(advised ? ["advice", "numbers"] : [])];
    return table(model, zd.t("printList"), head, rows, widths);
  }

  /** What a clause provides, whether its document is in force, and how sure its wording is. */
  function standing(clause, entry) {
    const known = Object.hasOwn(zd.phrases.clauses, clause) ? zd.phrases.clauses[clause] : null;
    if (known) {
      return [known.text, known.status, known.confidence].map(zd.pick);
    }
    const told = Array.from(entry.confidence).filter(Boolean).join(BREAK[zd.lang]);
    return [zd.t("unknown"), zd.t("unknown"), told || zd.t("unknown")];
  }

  function clauses(model, cited) {
    if (!cited.size) {
      return null;
    }
    const say = (set) => Array.from(set).filter(Boolean).join(BREAK[zd.lang]);
    const rows = Array.from(cited, ([clause, entry]) => [
      String(entry.number),
      zd.worded(clause),
      ...standing(clause, entry),
      say(entry.titles),
      say(entry.rules),
      String(entry.parcels.size),
    ]);
    const head = [
      ...[zd.t("rank"), zd.t("clause"), zd.t("provides"), zd.t("status"), zd.t("confidence")],
      ...[word("cited"), word("rules"), word("parcels")],
    ];
    const widths = [
      ...["rank", "clauses", "provides", "status", "confidence"],
      ...["cited", "rules", "count"],
    ];
    return table(model, word("clauses"), head, rows, widths);
  }

  /* ---------------------------------------------------------------------------------- printing */

  let paper = "a3";

  function setPaper(name) {
    paper = PAPERS.includes(name) ? name : "a3";
    for (const each of PAPERS) {
      document.documentElement.classList.toggle(`zd-${each}`, each === paper);
    }
  }

  /** The buttons that print, below the figures of the foot. */
  function buttons(model) {
    const box = zd.el("span", { class: "zd-print-buttons" });
    const draw = () => {
      box.replaceChildren(
        zd.el("span", { class: "zd-foot-label", text: word("print") }),
        ...PAPERS.map((name) =>
          zd.el("button", {
            type: "button",
            text: name.toUpperCase(),
            "aria-label": `${word("print")} ${name.toUpperCase()}`,
            onclick: () => {
              setPaper(name);
              window.print();
            },
          }),
        ),
      );
      document.getElementById("zd-foot").append(box);
    };
    model.on("lang", draw);
    draw();
  }

  /** Lay the map out for the sheet, and after printing put everything back where it was. */
  function install(model, chart) {
    const { page } = model;
    const place = document.getElementById("zd-print");
    const stage = document.getElementById("zd-stage");
    const asked = /^#paper=(\w+)$/.exec(window.location.hash);
    let before = null;
    zd.edition.install(model);
    setPaper(asked ? asked[1] : "a3");
    buttons(model);
    window.addEventListener("beforeprint", () => {
      before = { title: document.title, side: sheet(model) };
      /* Whoever has the page printed by a program learns from the title that it was laid out. */
      document.title = `${page.name} · ${page.asOf} · zongdi-print`;
      document.body.classList.add("zd-printing");
      stage.append(before.side);
      fitLegend(before.side);
      if (chart) {
        before.centre = chart.map.getCenter();
        before.zoom = chart.map.getZoom();
        chart.map.invalidateSize({ animate: false });
        chart.fit(0);
        chart.flatten();
      }
      const rest = model.order.length - MOST;
      const order = model.order.slice(0, MOST);
      const cited = gather(model, order);
      place.replaceChildren(
        ...[
          list(model, order, cited),
          rest > 0 ? zd.el("p", { text: zd.t("printRest", { n: rest }) }) : null,
          clauses(model, cited),
        ].filter(Boolean),
      );
    });
    window.addEventListener("afterprint", () => {
      if (!before) {
        return;
      }
      document.title = before.title;
      document.body.classList.remove("zd-printing");
      before.side.remove();
      place.replaceChildren();
      if (chart) {
        chart.unflatten();
        chart.map.invalidateSize({ animate: false });
        chart.map.setView(before.centre, before.zoom, { animate: false, reset: true });
      }
      before = null;
    });
  }

  zd.print = { install };
})((window.zongdi = window.zongdi || {}));
