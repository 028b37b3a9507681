/*
 * The switch of themes, the legend that filters, and the notice that says what is filtered out.
 */
(function (zd) {
  "use strict";

  const CONTEXT = ["ranks", "labels", "transfers", "zones", "facilities", "buildings", "free_ground", "green", "ground"];

  /** The themes as one row of radio buttons: arrow keys go through them. */
  function themeSwitch(model) {
    const set = zd.el("fieldset", { class: "zd-themes" });
    const draw = () => {
      const focused = set.contains(document.activeElement);
      set.replaceChildren(
        zd.el("legend", { class: "zd-hidden", text: zd.t("theme") }),
        ...model.themes.map((theme, k) => {
          const input = zd.el("input", { type: "radio", name: "zd-theme", value: theme.name });
          input.checked = theme === model.theme;
          input.addEventListener("change", () => model.setTheme(k));
          return zd.el(
            "label",
            theme.empty ? { class: "zd-theme-empty", title: zd.t("emptyTheme") } : {},
            input,
            zd.el("span", { text: zd.pick(theme.title) }),
          );
        }),
      );
      if (focused) {
        set.querySelector(":checked").focus();
      }
    };
    /* Of a row that is cut, the theme chosen is always in sight. */
    const show = () => {
      const chosen = set.querySelector(":checked");
      if (chosen && set.scrollWidth > set.clientWidth) {
        const { offsetLeft, offsetWidth } = chosen.parentElement;
        set.scrollLeft = offsetLeft - (set.clientWidth - offsetWidth) / 2;
      }
    };
    model.on("lang", draw);
    model.on("theme", () => {
      const chosen = set.querySelector(`[value="${model.theme.name}"]`);
      chosen.checked = true;
      show();
    });
    draw();
    return set;
  }

  function areaText(theme, k) {
    if (theme.counts[k] === 0) {
      return "–";
    }
    if (theme.arealess[k] === theme.counts[k]) {
      return zd.t("areaUnknown");
    }
    const area = zd.format("area", theme.areas[k]);
    return theme.arealess[k] ? `${area} ${zd.t("arealess", { n: theme.arealess[k] })}` : area;
  }

  function classButton(model, entry, k) {
    const pressed = model.classFilter === k;
    return zd.el(
      "button",
      {
        type: "button",
        class: "zd-class",
        "data-class": entry.code,
        "aria-pressed": String(pressed),
        onclick: () => {
          model.setClass(k);
          /* The button is made anew: keep the reader's place. */
          const again = document.querySelectorAll(".zd-legend .zd-class")[k];
          if (again) {
            again.focus({ preventScroll: true });
          }
        },
      },
      zd.patterns.swatch(entry),
      zd.el("span", { class: "zd-class-label", text: zd.title(entry.label) }),
      zd.el("span", {
        class: "zd-class-count",
        text: model.theme.counts[k].toLocaleString("en-US"),
      }),
      model.table.has("area_m2")
        ? zd.el("span", { class: "zd-class-area", text: areaText(model.theme, k) })
        : null,
    );
  }

  function toggle(model, name, word) {
    const input = zd.el("input", { type: "checkbox", "data-layer": name });
    input.checked = Boolean(model.drawn[name]);
    input.addEventListener("change", () => {
      model.drawn[name] = input.checked;
      model.emit("context");
    });
    return zd.el("label", {}, input, zd.el("span", { text: word }));
  }

  /** What the lines and symbols mean, as far as the map holds them. */
  function keys(model) {
    const list = zd.el("ul", { class: "zd-keys" });
    const { zones, facilities } = model.shapes.context;
    const add = (set, row, picture) =>
      list.append(
        zd.el("li", {}, picture, zd.el("span", { text: set.table.shown("kind", row) })),
      );
    if (zones && model.drawn.zones) {
      const seen = new Map();
      for (let i = 0; i < zones.n; i += 1) {
        seen.set(zones.table.get("kind", i), i);
      }
      for (const [kind, row] of seen) {
        const lines = zd.draw.ZONE_LINES;
        add(zones, row, zd.places.lineKey(zd.places.styleOf(lines, kind, lines.approved)));
      }
    }
    if (facilities && model.drawn.facilities) {
      const found = zd.places.kinds(facilities);
      for (const [kind, row] of found.lines) {
        add(facilities, row, zd.places.lineKey(zd.places.lineOf(kind)));
      }
      for (const [kind, row] of found.points) {
        add(facilities, row, zd.places.symbolKey(kind));
      }
    }
    return list;
  }

  /** What is drawn beside the parcels: switches, and what its lines and symbols mean. */
  function contextBox(model) {
    const box = zd.el("details", { class: "zd-context" });
    const draw = () => {
      const { context } = model.shapes;
      const has = {
        labels: true,
        ranks: zd.ranks.known(model),
        transfers: model.theme.name === "green",
        basemap: Boolean(model.page.basemap),
      };
      const present = CONTEXT.filter((name) => has[name] || context[name]);
      const inputs = present.map((name) => {
        const words = {
          labels: model.idEnd ? zd.t("labelsCut", { n: model.idEnd }) : zd.t("labels"),
          ranks: zd.t("ranks", { n: zd.ranks.MOST }),
        };
        return toggle(model, name, words[name] || zd.t(name));
      });
      if (has.basemap) {
        inputs.push(toggle(model, "basemap", zd.pick(model.page.basemap.title)));
        inputs.push(toggle(model, "bare", zd.t("bare")));
      }
      const focused = box.contains(document.activeElement) && document.activeElement.dataset.layer;
      box.replaceChildren(
        zd.el("summary", { text: zd.t("context") }),
        zd.el("div", { class: "zd-toggles" }, ...inputs),
        keys(model),
      );
      if (focused) {
        box.querySelector(`[data-layer="${focused}"]`)?.focus();
      }
    };
    model.on("theme lang context", draw);
    draw();
    return box;
  }

  function rankKey() {
    return zd.el(
      "p",
      { class: "zd-legend-ranks" },
      zd.el("span", { class: "zd-rank-key", "aria-hidden": "true", text: "1" }),
      zd.el("span", { text: zd.t("ranks", { n: zd.ranks.MOST }) }),
    );
  }

  /** The legend of the theme, each class a button; below, what else is drawn. */
  function legend(model) {
    const body = zd.el("div", { class: "zd-legend-body" });
    const title = zd.el("span", { class: "zd-legend-title" });
    const box = zd.el(
      "details",
      { class: "zd-legend", open: true },
      zd.el("summary", {}, title),
      body,
    );
    const draw = () => {
      const side = model.page.other && model.theme.other ? ` · ${zd.t("swipeThis")}` : "";
      title.textContent = [zd.t("legend"), zd.pick(model.theme.title), zd.periods.period(model)]
        .filter(Boolean)
        .join(" · ");
      body.replaceChildren(
        zd.el("p", {
          class: "zd-legend-note",
          text: `${zd.title(model.theme.note)}${side} · ${zd.t("legendHint")}`,
        }),
        ...model.theme.classes.map((entry, k) => classButton(model, entry, k)),
        ...(model.shapes && zd.ranks.shown(model) ? [rankKey()] : []),
      );
    };
    model.on("theme filter lang context", draw);
    draw();
    if (model.shapes) {
      box.append(contextBox(model));
    }
    return box;
  }

  /** Says what is filtered, and takes it back. */
  function notice(model, onReset) {
    const box = zd.el("div", { class: "zd-filter", role: "status", "aria-live": "polite" });
    const draw = () => {
      box.hidden = !model.filtering;
      box.replaceChildren();
      if (!model.filtering) {
        return;
      }
      const what = [zd.periods.period(model)].filter(Boolean);
      if (model.zoneFilter >= 0) {
        what.push(zd.head.zoneName(model, model.zoneFilter));
      }
      if (model.classFilter !== null) {
        what.push(zd.title(model.theme.classes[model.classFilter].label));
      }
      if (model.query) {
        what.push(`“${model.query}”`);
      }
      box.append(
        zd.el("span", { text: zd.t("filtered", { what: what.join(" + ") }) }),
        zd.el("b", { text: zd.t("filteredCount", { shown: model.shown, all: model.n }) }),
        zd.el("button", {
          type: "button",
          class: "zd-reset",
          text: zd.t("reset"),
          onclick: onReset,
        }),
      );
    };
    model.on("theme filter lang", draw);
    draw();
    return box;
  }

  zd.legend = { themeSwitch, legend, notice, keys, rankKey };
})((window.zongdi = window.zongdi || {}));
