/*
 * The switch of themes, the legend that filters, and the notice that says what is filtered out.
 */
(function (zd) {
  "use strict";

  const CONTEXT = ["zones", "buildings", "green", "facilities", "labels"];

  /** The themes as one row of radio buttons: arrow keys go through them. */
  function themeSwitch(model) {
    const set = zd.el("fieldset", { class: "zd-themes" });
    const draw = () => {
      set.replaceChildren(
        zd.el("legend", { class: "zd-hidden", text: zd.t("theme") }),
        ...model.themes.map((theme, k) => {
          const input = zd.el("input", { type: "radio", name: "zd-theme", value: theme.name });
          input.checked = theme === model.theme;
          input.addEventListener("change", () => model.setTheme(k));
          return zd.el("label", {}, input, zd.el("span", { text: zd.pick(theme.title) }));
        }),
      );
    };
    model.on("lang", draw);
    draw();
    return set;
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
          const again = document.querySelector(`.zd-legend .zd-class:nth-of-type(${k + 1})`);
          if (again) {
            again.focus({ preventScroll: true });
          }
        },
      },
      zd.patterns.swatch(entry),
      zd.el("span", { class: "zd-class-label", text: zd.pick(entry.label) }),
      zd.el("span", {
        class: "zd-class-count",
        text: model.theme.counts[k].toLocaleString("en-US"),
      }),
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
    const present = CONTEXT.filter(
      (name) => name === "labels" || (model.shapes && model.shapes.context[name]),
    );
    const draw = () => {
      title.textContent = `${zd.t("legend")} · ${zd.pick(model.theme.title)}`;
      body.replaceChildren(
        zd.el("p", {
          class: "zd-legend-note",
          text: `${zd.pick(model.theme.note)} · ${zd.t("legendHint")}`,
        }),
        ...model.theme.classes.map((entry, k) => classButton(model, entry, k)),
      );
      if (!model.shapes) {
        return;
      }
      const toggles = zd.el(
        "fieldset",
        { class: "zd-context" },
        zd.el("legend", { text: zd.t("context") }),
      );
      for (const name of present) {
        const input = zd.el("input", { type: "checkbox" });
        input.checked = model.drawn[name];
        input.addEventListener("change", () => {
          model.drawn[name] = input.checked;
          model.emit("context");
        });
        const cut = name === "labels" && model.idPrefix;
        const word = cut ? zd.t("labelsCut", { prefix: model.idPrefix }) : zd.t(name);
        toggles.append(zd.el("label", {}, input, zd.el("span", { text: word })));
      }
      body.append(toggles);
    };
    model.on("theme filter lang", draw);
    draw();
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
      const what = [];
      if (model.classFilter !== null) {
        what.push(zd.pick(model.theme.classes[model.classFilter].label));
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

  zd.legend = { themeSwitch, legend, notice };
})((window.zongdi = window.zongdi || {}));
