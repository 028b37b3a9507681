/*
 * Puts the page together: head, stage, panel, foot; the language; the address of a parcel.
 */
(function (zd) {
  "use strict";

  const LANGUAGES = ["zh-Hans", "en"];
  const PHONE = "(max-width: 760px)";

  /* ------------------------------------------------------------------------------------- head */

  function fact(label, value, known, extra) {
    return zd.el(
      "div",
      { class: "zd-fact" },
      zd.el("dt", { text: label }),
      zd.el("dd", { class: known ? "" : "zd-unknown-text", text: value }),
      extra ? zd.el("dd", { class: "zd-fact-extra", text: extra }) : null,
    );
  }

  /** The figures of one zone, with a choice of zone where there are several. */
  function zoneStrip(model, state) {
    const { zones } = model;
    const strip = zd.el("div", { class: "zd-zone" });
    if (zones.n === 0) {
      return strip;
    }
    const name = (row) => zones.get("name", row) || zones.get("zone_id", row) || zd.t("unknown");
    if (zones.n > 1) {
      const choice = zd.el("select", { "aria-label": zd.t("zone") });
      for (let row = 0; row < zones.n; row += 1) {
        choice.append(zd.el("option", { value: row, text: name(row) }));
      }
      choice.value = String(state.zone);
      choice.addEventListener("change", () => {
        state.zone = Number(choice.value);
        state.draw();
        document.querySelector(".zd-zone select").focus();
      });
      strip.append(choice);
    } else {
      strip.append(zd.el("b", { class: "zd-zone-name zd-data", text: name(0) }));
    }
    const row = state.zone;
    const known = (column) => zones.get(column, row) !== null;
    const target = zones.get("green_target_share", row);
    const share = zones.get("suspected_share", row);
    strip.append(
      zd.el(
        "dl",
        { class: "zd-facts" },
        fact(zd.t("zoneArea"), zones.shown("area_m2", row), known("area_m2")),
        fact(
          zd.t("zoneGreen"),
          zones.shown("green_share", row),
          known("green_share"),
          target === null ? null : zd.t("zoneTarget", { value: zd.format("share", target) }),
        ),
        fact(
          zd.t("zoneSuspected"),
          zones.shown("suspected_area_m2", row),
          known("suspected_area_m2"),
          share === null ? null : zd.format("share", share),
        ),
        fact(zd.t("zoneParcels"), model.n.toLocaleString("en-US"), true),
      ),
      zd.el("button", {
        type: "button",
        class: "zd-zone-card",
        text: zd.t("zoneCard"),
        onclick: () => model.selectZone(state.zone),
      }),
    );
    return strip;
  }

  function head(model) {
    const element = document.getElementById("zd-head");
    const { page } = model;
    const state = { zone: 0 };
    state.draw = () => {
      const policy = zd.el(
        "p",
        { class: "zd-policy" },
        zd.el("span", { text: `${zd.t("policy")}: ` }),
        zd.el("b", { class: "zd-data", text: zd.pick(page.policy.title) }),
        zd.el("span", {
          class: page.policy.sound ? "zd-status" : "zd-status zd-status-weak",
          text: zd.pick(page.policy.status),
        }),
      );
      const notices = page.notices.length
        ? zd.el(
            "details",
            { class: "zd-notices" },
            zd.el("summary", { text: `${zd.t("notices")} (${page.notices.length})` }),
            zd.el(
              "ul",
              {},
              ...page.notices.map((pair) => zd.el("li", { class: "zd-data", text: zd.pick(pair) })),
            ),
          )
        : null;
      element.replaceChildren(
        zd.el(
          "div",
          { class: "zd-title" },
          zd.el("h1", { class: "zd-data", text: page.name }),
          zd.el("span", { class: "zd-asof", text: `${zd.t("asOf")} ${page.asOf}` }),
          page.label ? zd.el("span", { class: "zd-label zd-data", text: page.label }) : null,
          zd.el("strong", { class: "zd-disclaimer", text: zd.t("disclaimer") }),
          zd.el("button", {
            type: "button",
            class: "zd-language",
            lang: LANGUAGES[1 - zd.lang],
            "aria-label": zd.t("languageLabel"),
            text: zd.t("language"),
            onclick: () => {
              model.setLang(1 - zd.lang);
              document.querySelector(".zd-language").focus();
            },
          }),
        ),
        zd.el("div", { class: "zd-under-title" }, policy, notices),
        zoneStrip(model, state),
      );
    };
    model.on("lang", state.draw);
    state.draw();
  }

  function foot(model) {
    const element = document.getElementById("zd-foot");
    const { page } = model;
    const draw = () => {
      element.setAttribute("aria-label", zd.t("footLabel"));
      const lines = [
        [zd.t("agency"), page.agency || zd.t("unknown")],
        [zd.t("asOf"), page.asOf],
        [zd.t("crs"), page.crs ? zd.pick(page.crs) : zd.t("unknown")],
        [zd.t("areaMethod"), zd.pick(page.areaMethod)],
        [zd.t("policy"), `${zd.pick(page.policy.title)} · ${zd.pick(page.policy.status)}`],
        [zd.t("dataHash"), page.dataHash],
      ];
      element.replaceChildren(
        ...lines.map(([label, value]) =>
          zd.el(
            "span",
            {},
            zd.el("span", { class: "zd-foot-label", text: label }),
            zd.el("span", { class: "zd-data", text: value }),
          ),
        ),
        zd.el("span", {
          class: "zd-foot-label",
          text: model.shapes ? zd.t("drawnWith") : zd.t("noMap"),
        }),
      );
    };
    model.on("lang", draw);
    draw();
  }

  /* ------------------------------------------------------------------------------------ panel */

  function panel(model, actions) {
    const element = document.getElementById("zd-panel");
    const list = new zd.List(model);
    const card = new zd.Card(model, actions);
    const pages = { list: list.element, card: card.element };
    const tabs = zd.el("div", { class: "zd-tabs", role: "tablist" });
    const state = { shown: "list" };
    for (const [name, content] of Object.entries(pages)) {
      content.setAttribute("role", "tabpanel");
      content.id = `zd-page-${name}`;
      content.setAttribute("aria-labelledby", `zd-tab-${name}`);
    }
    card.element.setAttribute("tabindex", "0");
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
    };
    tabs.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") {
        return;
      }
      show(state.shown === "list" ? "card" : "list");
      document.getElementById(`zd-tab-${state.shown}`).focus();
    });
    const reset = () => {
      list.search.value = "";
      model.reset();
      list.search.focus({ preventScroll: true });
    };
    element.append(tabs, zd.legend.notice(model, reset), list.element, card.element);
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
      element.append(zd.legend.themeSwitch(model), only);
      document.body.classList.add("zd-no-map");
      return null;
    }
    element.prepend(zd.legend.themeSwitch(model));
    const container = map.getContainer();
    container.setAttribute("role", "region");
    map.invalidateSize({ animate: false });
    const chart = new zd.draw.MapView(map, model);
    const legend = zd.legend.legend(model);
    if (window.matchMedia(PHONE).matches) {
      legend.open = false;
    }
    chart.fitAll = () =>
      chart.fit(legend.open && container.clientWidth > 800 ? legend.offsetWidth : 0);
    const lost = model.shapes.parcels.n - model.shapes.parcels.drawn;
    const note = zd.el("p", { class: "zd-lost", hidden: lost === 0 });
    const word = () => {
      note.textContent = zd.t("noShapes", { n: lost });
    };
    model.on("lang", word);
    word();
    element.append(legend, controls(map, model, chart), note);
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
      window.history.replaceState(null, "", target);
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
    const model = new zd.Model(page, parcels, await zd.draw.load(page));
    const said = zd.el("p", { class: "zd-message", role: "status", hidden: true });
    head(model);
    foot(model);
    const chart = stage(map, model);
    const parts = panel(model, {
      back: () => {
        parts.show("list");
        parts.list.box.focus({ preventScroll: true });
      },
      show: chart
        ? (i) => chart.map.fitBounds(chart.bounds(i), { padding: [60, 60], maxZoom: 18 })
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
