/*
 * Puts the page together: head, stage, panel, foot; the language; the address of a parcel.
 */
(function (zd) {
  "use strict";

  const { LANGUAGES, PHONE } = zd.head;
  /* Pixels that the slider of dates takes from the foot of the map. */
  const SLIDER = 26;

  /* ------------------------------------------------------------------------------------ panel */

  function panel(model, actions) {
    const element = document.getElementById("zd-panel");
    const list = new zd.List(model);
    const card = new zd.Card(model, actions);
    const charts = new zd.Charts(model);
    const pages = { list: list.element, card: card.element, charts: charts.element };
    const tabs = zd.el("div", { class: "zd-tabs", role: "tablist" });
    const state = { shown: "list" };
    for (const [name, content] of Object.entries(pages)) {
      content.setAttribute("role", "tabpanel");
      content.id = `zd-page-${name}`;
      content.setAttribute("aria-labelledby", `zd-tab-${name}`);
    }
    card.element.setAttribute("tabindex", "0");
    charts.element.setAttribute("tabindex", "0");
    const show = (name) => {
      state.shown = name;
      state.draw();
    };
    state.draw = () => {
      element.setAttribute("aria-label", zd.t("panelLabel"));
      tabs.replaceChildren(
        ...Object.keys(pages).map((name) =>
          zd.el("button", {
            type: "button",
            role: "tab",
            id: `zd-tab-${name}`,
            "aria-controls": `zd-page-${name}`,
            "aria-selected": String(name === state.shown),
            tabindex: name === state.shown ? "0" : "-1",
            text: zd.t(name),
            onclick: () => show(name),
          }),
        ),
      );
      for (const [name, content] of Object.entries(pages)) {
        content.hidden = name !== state.shown;
      }
      if (state.shown === "list") {
        list.draw();
      }
      charts.draw();
    };
    tabs.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!step) {
        return;
      }
      const names = Object.keys(pages);
      show(names[(names.indexOf(state.shown) + step + names.length) % names.length]);
      document.getElementById(`zd-tab-${state.shown}`).focus();
    });
    const reset = () => {
      list.search.value = "";
      model.reset();
      list.search.focus({ preventScroll: true });
    };
    element.append(tabs, zd.legend.notice(model, reset), list.element, card.element, charts.element);
    model.on("lang", state.draw);
    state.draw();
    return { show, list, card };
  }

  /* ------------------------------------------------------------------------------------ stage */

  function controls(map, model, chart) {
    const { L } = window;
    const corner = zd.el("div", { class: "zd-controls" });
    const draw = () => {
      const button = (text, word, onclick) =>
        zd.el("button", {
          type: "button",
          text,
          title: zd.t(word),
          "aria-label": zd.t(word),
          onclick,
        });
      corner.replaceChildren(
        zd.el(
          "div",
          { class: "zd-north", role: "img", "aria-label": zd.t("northLabel") },
          zd.el("span", { class: "zd-arrow", "aria-hidden": "true" }),
          zd.el("span", { "aria-hidden": "true", text: zd.t("north") }),
        ),
        zd.el(
          "div",
          { class: "zd-zoom" },
          button("+", "zoomIn", () => map.zoomIn(1)),
          button("−", "zoomOut", () => map.zoomOut(1)),
          button("⤢", "fit", () => chart.fitAll()),
        ),
      );
      map.getContainer().setAttribute("aria-label", zd.t("mapLabel"));
    };
    model.on("lang", draw);
    draw();
    L.control.scale({ imperial: false, position: "bottomright", maxWidth: 120 }).addTo(map);
    return corner;
  }

  function stage(map, model) {
    const element = document.getElementById("zd-stage");
    if (!map || !model.shapes) {
      /* Without a map the themes still class and filter the list. */
      const only = zd.legend.legend(model);
      only.open = !window.matchMedia(PHONE).matches;
      element.append(
        ...[zd.legend.themeSwitch(model), zd.periods.control(model), only].filter(Boolean),
      );
      document.body.classList.add("zd-no-map");
      return null;
    }
    const slider = zd.time.slider(model);
    const periods = zd.periods.control(model);
    element.prepend(zd.legend.themeSwitch(model));
    const container = map.getContainer();
    container.setAttribute("role", "region");
    map.invalidateSize({ animate: false });
    const chart = new zd.draw.MapView(map, model);
    const legend = zd.legend.legend(model);
    if (window.matchMedia(PHONE).matches) {
      legend.open = false;
    }
    /* Beside the legend, where that leaves the map the larger part. */
    chart.fitAll = () =>
      chart.fit(
        legend.open && container.clientWidth > 520 ? legend.offsetWidth : 0,
        slider && !slider.hidden ? SLIDER : periods && !periods.hidden ? periods.offsetHeight : 0,
      );
    const lost = model.shapes.parcels.n - model.shapes.parcels.drawn;
    const note = zd.el("p", { class: "zd-lost", hidden: lost === 0 });
    const word = () => {
      note.textContent = zd.t("noShapes", { n: lost });
    };
    model.on("lang", word);
    word();
    const swipe = zd.time.swipe(model, chart);
    const layers = zd.el("div", { class: "zd-over" }, legend, controls(map, model, chart), note);
    layers.append(...[swipe, slider, periods].filter(Boolean));
    const place = zd.el("div", { class: "zd-map-box" });
    container.before(place);
    place.append(container, layers);
    map.invalidateSize({ animate: false });
    zd.basemap.install(map, model, () => {
      note.textContent = zd.t("basemapFailed");
      note.hidden = false;
    });
    chart.fitAll();
    return chart;
  }

  /* ------------------------------------------------------------------------------------ start */

  function address(model, parts) {
    const open = () => {
      const hash = window.location.hash;
      if (!hash.startsWith("#p=")) {
        return;
      }
      let id = hash.slice(3);
      try {
        id = decodeURIComponent(id);
      } catch {
        /* Not encoded as it should be: look for it as it stands. */
      }
      const i = model.find(id);
      if (i >= 0 && i !== model.selected) {
        model.select(i, "link");
      } else if (i < 0) {
        parts.say(zd.t("notFound", { id }));
      }
    };
    window.addEventListener("hashchange", open);
    model.on("select", () => {
      const target =
        model.selected >= 0 ? `#p=${encodeURIComponent(model.id(model.selected))}` : "#";
      /* Within another page, as in a notebook, the address is not ours. */
      if (window.location.protocol !== "about:") {
        window.history.replaceState(null, "", target);
      }
    });
    return open;
  }

  /** Two frames on, what was drawn has been shown. */
  function ready(count) {
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        document.documentElement.dataset.ready = String(count);
        performance.mark("zongdi-ready");
      }),
    );
  }

  async function begin(map) {
    const [page, parcels] = await Promise.all([
      zd.decode.section("page"),
      zd.decode.section("parcels"),
    ]);
    if (page.header.format !== zd.decode.FORMAT) {
      throw new Error(`format ${page.header.format}`);
    }
    const model = new zd.Model(page, parcels, await zd.draw.load(page));
    const said = zd.el("p", { class: "zd-message", role: "status", hidden: true });
    zd.head.head(model);
    zd.head.foot(model);
    const chart = stage(map, model);
    const parts = panel(model, {
      back: () => {
        parts.show("list");
        parts.list.box.focus({ preventScroll: true });
      },
      has: (i) => Boolean(chart) && chart.hasShape(i),
      show: chart
        ? (i) => chart.show(i)
        : null,
    });
    document.getElementById("zd-panel").prepend(said);
    parts.say = (text) => {
      said.textContent = text;
      said.hidden = false;
    };
    model.on("select", (by) => {
      said.hidden = true;
      parts.show("card");
      if (by === "keyboard") {
        parts.card.focus();
      }
      /* What was clicked on the map is in view: the map does not move under the pointer. */
      if (chart && by !== "map" && model.selected >= 0) {
        chart.reveal(model.selected);
      }
    });
    model.on("lang", () => {
      document.documentElement.lang = LANGUAGES[zd.lang];
      document.querySelector(".zd-skip").textContent = zd.t("skip");
    });
    zd.print.install(model, chart);
    if (chart) {
      /* Head and foot have their height by now; whatever changes it later, the map keeps up. */
      chart.map.invalidateSize({ animate: false });
      chart.fitAll();
      new ResizeObserver(() => {
        if (!document.body.classList.contains("zd-printing")) {
          chart.map.invalidateSize({ animate: false });
        }
      }).observe(chart.map.getContainer());
    }
    zd.model = model;
    zd.chart = chart;
    address(model, parts)();
    ready(model.n);
  }

  /** Draw the page on folium's map, or without one. */
  zd.start = (map) => {
    const trouble = document.getElementById("zd-trouble");
    if (typeof DecompressionStream === "undefined" || !Object.hasOwn) {
      return;
    }
    trouble.hidden = true;
    begin(map).catch((error) => {
      /* A file cut short in transfer: say so, rather than show half a map. */
      trouble.textContent = zd.t("damaged");
      trouble.hidden = false;
      throw error;
    });
  };
})((window.zongdi = window.zongdi || {}));
