/*
 * A theme that runs over years: a switch of years, and of the quarters of the year chosen. The year chosen stands
 * out, what the plan supplied before it is pale, all else steps back; list, charts and paper hold the year alone.
 */
(function (zd) {
  "use strict";

  /* As what a filter leaves out. */
  const DIM = "#f6f6f4";
  const NET = "supply_net_area_m2";
  /* Pixels between the switch and what stands above it. */
  const APART = 10;

  const WORDS = {
    switch: ["供应年度", "Year of supply"],
    quarters: ["季度", "Quarter"],
    all: ["全部", "All"],
    whole: ["全年", "Whole year"],
    past: ["计划中此前已供", "supplied earlier in this plan"],
    ahead: ["计划中此后供应", "supplied later in this plan"],
    rest: ["不在供地计划内", "not in the plan"],
    note: ["供地计划草案：{period}", "the draft supply plan: {period}"],
    sum: ["{period}供应 {n} 宗，{area}", "{period}: {n} parcels, {area}"],
    one: ["{period}供应 {n} 宗，{area}", "{period}: {n} parcel, {area}"],
    none: ["{period}：计划中没有宗地", "{period}: no parcel in the plan"],
    before: ["计划中此前已供 {n} 宗，{area}", "before that: {n}, {area}"],
    open: ["{period}，季度未知", "{period}, quarter unknown"],
    total: ["计划期内", "The whole plan"],
  };
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
  const word = (key, values) => fill(zd.pick(WORDS[key]), values || {});
  /** A pair, filled in for either language: a label of a class. */
  const pair = (key, values) =>
    WORDS[key].map((text, lang) => fill(text, { ...values, period: values.period?.[lang] }));

  const yearOf = (name) => name.slice(0, 4);
  const quarterOf = (name) => Number(name.slice(5)) || 0;

  /** What a year or a quarter is called: a pair. */
  const called = (name) => {
    const [year, quarter] = [yearOf(name), quarterOf(name)];
    return quarter ? [`${year}年第${quarter}季度`, `${year} Q${quarter}`] : [`${year}年`, year];
  };

  /** Whether the period `name` lies in what is chosen: a year holds its quarters. */
  const within = (name, chosen) => name === chosen || (!quarterOf(chosen) && yearOf(name) === chosen);

  /** Before, in or after what is chosen; a year that stands alone lies before its quarters by no rule. */
  function side(name, chosen) {
    if (within(name, chosen)) {
      return 0;
    }
    return name < chosen ? -1 : 1;
  }

  /** Make the theme ready for its switch; what it shows without one is kept. */
  function prepare(theme, page) {
    if (!theme.periods) {
      return;
    }
    const { other, p } = theme.periods;
    theme.periods = {
      ...theme.periods,
      codes: page.part(p),
      other: other === undefined ? null : page.part(other),
    };
    theme.period = null;
    theme.due = null;
    theme.shots = new Map();
  }

  /** Class one run by what is chosen: quarters, before, after, and whatever is not in the plan. */
  function classed(theme, whole, chosen) {
    const { names, fills, past, ahead } = theme.periods;
    const classes = [];
    const place = new Map();
    const add = (code, label, colour, pattern) => {
      if (!place.has(code)) {
        place.set(code, classes.length);
        classes.push({ code, label, fill: colour, pattern: pattern || "solid" });
      }
      return place.get(code);
    };
    const inside = names.filter((name) => within(name, chosen));
    const some = inside.some(quarterOf);
    for (const name of inside) {
      if (some && !quarterOf(name)) {
        add(name, pair("open", { period: called(name) }), "#ffffff", "unknown");
      } else {
        add(name, called(name), fills[quarterOf(chosen) || !some ? 0 : quarterOf(name) - 1]);
      }
    }
    add("earlier", WORDS.past, past);
    add("later", WORDS.ahead, ahead);
    /* Of what has no date only this is kept apart: a year that is not known, and roads. */
    const rest = new Map();
    const keep = (entry) =>
      rest.set(entry.code, add(entry.code, entry.label, entry.fill, entry.pattern));
    whole.classes.filter((entry) => entry.code === "unknown").forEach(keep);
    const outside = add("outside", WORDS.rest, DIM);
    whole.classes.filter((entry) => entry.code === "road").forEach(keep);
    const sides = names.map((name) => ["earlier", name, "later"][side(name, chosen) + 1]);
    return {
      classes,
      codes: (periods, codes) =>
        Uint8Array.from(codes, (code, i) => {
          if (periods[i]) {
            return place.get(sides[periods[i] - 1]);
          }
          const kept = rest.get(whole.classes[code].code);
          return kept === undefined ? outside : kept;
        }),
    };
  }

  /** Leave out the classes that no parcel has in either run. */
  function compact(classes, sets) {
    const used = new Set(sets.flatMap((codes) => Array.from(new Set(codes))));
    const kept = classes.map((_, k) => k).filter((k) => used.has(k));
    const to = new Map(kept.map((k, at) => [k, at]));
    return {
      classes: kept.map((k) => classes[k]),
      sets: sets.map((codes) => codes.map((code) => to.get(code))),
    };
  }

  /** The theme as it shows one year or quarter: worked out when it is first asked for. */
  function shot(model, theme, chosen) {
    if (!theme.shots.has(chosen)) {
      const { whole, periods } = theme;
      const made = classed(theme, whole, chosen);
      const runs = [made.codes(periods.codes, whole.codes)];
      if (whole.other && periods.other) {
        runs.push(made.codes(periods.other, whole.other));
      }
      const { classes, sets } = compact(made.classes, runs);
      const [codes, other] = sets;
      const due = Uint8Array.from(periods.codes, (at) =>
        at && within(periods.names[at - 1], chosen) ? 1 : 0,
      );
      const view = { classes, codes, other: other || null, due };
      view.note = pair("note", { period: called(chosen) });
      theme.shots.set(chosen, { ...view, ...model.tally(view, codes) });
    }
    return theme.shots.get(chosen);
  }

  /** Show one year or quarter of the theme; null shows all. */
  function choose(model, theme, chosen) {
    theme.whole = theme.whole || {
      classes: theme.classes,
      codes: theme.codes,
      other: theme.other,
      note: theme.note,
      counts: theme.counts,
      areas: theme.areas,
      arealess: theme.arealess,
      due: null,
    };
    theme.period = chosen;
    Object.assign(theme, chosen === null ? theme.whole : shot(model, theme, chosen));
  }

  /** How many parcels stand in the periods that `wanted` accepts, and their area as far as it is known. */
  function sum(model, theme, wanted) {
    const { names, codes } = theme.periods;
    const held = names.map(wanted);
    const found = { n: 0, area: 0, arealess: 0 };
    /* What the plan supplies: the ground that corridors and gates leave of the parcel, where that is known. */
    const net = model.table.has(NET) ? model.table.numbers(NET) : model.areas;
    for (let i = 0; i < model.n; i += 1) {
      if (codes[i] && held[codes[i] - 1]) {
        found.n += 1;
        const area = Number.isNaN(net[i]) ? model.areas[i] : net[i];
        found.area += Number.isNaN(area) ? 0 : area;
        found.arealess += Number.isNaN(area) ? 1 : 0;
      }
    }
    return found;
  }

  function areaOf(found) {
    if (found.arealess === found.n) {
      return zd.t("areaUnknown");
    }
    const area = zd.format("area", found.area);
    return found.arealess ? `${area} ${zd.t("arealess", { n: found.arealess })}` : area;
  }

  /** The year or quarter that is shown, as it is called; empty where all are. */
  const period = (model) => (model.theme.period ? zd.pick(called(model.theme.period)) : "");

  /** What stands in the year chosen, and what the plan supplied before it. */
  function said(model) {
    const { theme } = model;
    const chosen = theme.period;
    const told = sum(model, theme, (name) => chosen === null || within(name, chosen));
    const name = chosen === null ? word("total") : zd.pick(called(chosen));
    const key = told.n === 0 ? "none" : told.n === 1 ? "one" : "sum";
    const lines = [word(key, { period: name, n: told.n, area: areaOf(told) })];
    const before = sum(model, theme, (at) => chosen !== null && side(at, chosen) < 0);
    if (before.n) {
      lines.push(word("before", { n: before.n, area: areaOf(before) }));
    }
    return lines;
  }

  function radio(group, value, text, checked, choose) {
    const input = zd.el("input", { type: "radio", name: group, value });
    input.checked = checked;
    input.addEventListener("change", choose);
    return zd.el("label", {}, input, zd.el("span", { text }));
  }

  /** The switch of years, and under it that of the quarters of the year chosen; null where no theme has any. */
  function control(model) {
    if (!model.themes.some((theme) => theme.periods)) {
      return null;
    }
    const years = zd.el("fieldset", { class: "zd-years" });
    const quarters = zd.el("fieldset", { class: "zd-years zd-quarters" });
    const line = zd.el("p", { class: "zd-period-said", role: "status" });
    const box = zd.el("div", { class: "zd-period" }, years, quarters, line);
    const state = { years: "", quarters: "" };
    const legend = (key) => zd.el("legend", { class: "zd-hidden", text: word(key) });
    const fillIn = (set, key, group, entries, chosen) => {
      /* The same buttons stay, so that the arrow keys keep their place. */
      const made = JSON.stringify([zd.lang, entries]);
      if (state[key] !== made) {
        state[key] = made;
        set.replaceChildren(
          legend(key === "years" ? "switch" : "quarters"),
          ...entries.map(([value, text]) =>
            radio(group, value, text, value === chosen, () => model.setPeriod(value || null)),
          ),
        );
      }
      for (const input of set.querySelectorAll("input")) {
        input.checked = input.value === chosen;
      }
    };
    /* What stands at the foot of the map as well has to make room. */
    const tell = () => {
      const room = box.hidden ? 0 : box.offsetHeight + APART;
      box.closest(".zd-map-box")?.style.setProperty("--zd-switch", `${room}px`);
    };
    const draw = () => {
      const { theme } = model;
      box.hidden = !theme.periods;
      if (box.hidden) {
        tell();
        return;
      }
      const { names } = theme.periods;
      const year = theme.period ? yearOf(theme.period) : "";
      const every = Array.from(new Set(names.map(yearOf)));
      fillIn(years, "years", "zd-year", [["", word("all")], ...every.map((name) => [name, name])], year);
      const parts = names.filter((name) => yearOf(name) === year && quarterOf(name));
      quarters.hidden = parts.length === 0;
      const entries = parts.map((name) => [name, `Q${quarterOf(name)}`]);
      fillIn(quarters, "quarters", "zd-quarter", [[year, word("whole")], ...entries], theme.period || "");
      line.replaceChildren(...said(model).map((text) => zd.el("span", { text })));
      tell();
    };
    model.on("theme lang", draw);
    draw();
    return box;
  }

  zd.periods = { prepare, choose, control, period };
})((window.zongdi = window.zongdi || {}));
