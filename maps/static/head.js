/*
 * The head of the page: title, rule pack, notices, the figures of a zone with what they mean; and the foot.
 */
(function (zd) {
  "use strict";

  const LANGUAGES = ["zh-Hans", "en"];
  const PHONE = "(max-width: 760px)";

  /** A project without zones has one, which holds every parcel and has no name. */
  function zoneName(model, row) {
    const id = model.zones.get("zone_id", row);
    return model.zones.get("name", row) || (id === "*" ? zd.t("allParcels") : id) || zd.t("unknown");
  }

  /** What the project is called in the language of the page. */
  zd.projectName = (page) => (zd.lang === 1 && page.nameEn) || page.name;

  /** One figure. Its label is a button: what it means shows on hover, on focus and on touch. */
  function fact(model, column, label, value, known, extra) {
    const meaning = model.page.definitions[column];
    const id = `zd-def-${column}`;
    const term = meaning
      ? zd.el("button", {
          type: "button",
          class: "zd-term",
          text: label,
          "aria-describedby": id,
          onkeydown: (event) => {
            if (event.key === "Escape") {
              event.target.blur();
            }
          },
        })
      : zd.el("span", { text: label });
    return zd.el(
      "div",
      { class: "zd-fact", "data-figure": column },
      zd.el("dt", {}, term),
      zd.el("dd", { class: known ? "" : "zd-unknown-text", text: value }),
      extra ? zd.el("dd", { class: "zd-fact-extra", text: extra }) : null,
      meaning
        ? zd.el("dd", { class: "zd-def", role: "tooltip", id, text: zd.pick(meaning) })
        : null,
    );
  }

  function facts(model, row) {
    const { zones } = model;
    const known = (column) => zones.get(column, row) !== null;
    const own = (column, word, extra) =>
      zones.has(column)
        ? fact(model, column, zd.t(word), zones.shown(column, row), known(column), extra)
        : null;
    const target = zones.get("green_target_share", row);
    const share = zones.get("suspected_share", row);
    return zd.el(
      "dl",
      { class: "zd-facts" },
      own("area_m2", "zoneArea"),
      own(
        "green_share",
        "zoneGreen",
        target === null ? null : zd.t("zoneTarget", { value: zd.format("share", target) }),
      ),
      own("far_plain", "zoneFar"),
      own("suspected_area_m2", "zoneSuspected", share === null ? null : zd.format("share", share)),
      own("idle_found_share", "zoneFound"),
      own("parcels_n", "zoneParcels"),
    );
  }

  /** The figures of one zone, with a choice of zone where there are several. */
  function zoneStrip(model, state) {
    const { zones } = model;
    const strip = zd.el("div", { class: "zd-zone" });
    if (zones.n === 0) {
      return strip;
    }
    if (zones.n > 1) {
      const choice = zd.el("select", { "aria-label": zd.t("zone") });
      for (let row = 0; row < zones.n; row += 1) {
        choice.append(zd.el("option", { value: row, text: zoneName(model, row) }));
      }
      choice.value = String(state.zone);
      choice.addEventListener("change", () => {
        state.zone = Number(choice.value);
        if (model.zoneFilter >= 0) {
          model.setZone(state.zone);
        }
        state.draw();
        document.querySelector(".zd-zone select").focus();
      });
      const only = zd.el("button", {
        type: "button",
        class: "zd-zone-only",
        "aria-pressed": String(model.zoneFilter >= 0),
        text: zd.t("zoneOnly"),
        onclick: () => {
          model.setZone(model.zoneFilter >= 0 ? -1 : state.zone);
          document.querySelector(".zd-zone-only").focus();
        },
      });
      strip.append(zd.el("div", { class: "zd-zone-choice" }, choice, only));
    } else {
      strip.append(zd.el("b", { class: "zd-zone-name zd-data", text: zoneName(model, 0) }));
    }
    strip.append(
      facts(model, state.zone),
      zd.el("button", {
        type: "button",
        class: "zd-zone-card",
        text: zd.t("zoneCard"),
        onclick: () => model.selectZone(state.zone),
      }),
    );
    return strip;
  }

  function title(model) {
    const { page } = model;
    return zd.el(
      "div",
      { class: "zd-title" },
      zd.el("h1", { class: "zd-data", text: zd.projectName(page) }),
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
    );
  }

  function underTitle(model) {
    const { page } = model;
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
    return zd.el("div", { class: "zd-under-title" }, policy, notices);
  }

  function head(model) {
    const element = document.getElementById("zd-head");
    const state = { zone: 0, open: false };
    const phone = window.matchMedia(PHONE);
    state.draw = () => {
      /* On a phone the map comes first: what stands under the title is unfolded when it is wanted. */
      const more = zd.el(
        "details",
        { class: "zd-head-more", open: !phone.matches || state.open },
        zd.el("summary", { text: zd.t("headMore") }),
        underTitle(model),
        zoneStrip(model, state),
      );
      more.addEventListener("toggle", () => {
        state.open = more.open;
      });
      element.replaceChildren(title(model), more);
    };
    model.on("lang filter", state.draw);
    phone.addEventListener("change", state.draw);
    state.draw();
  }

  function foot(model) {
    const element = document.getElementById("zd-foot");
    const { page } = model;
    const draw = () => {
      element.setAttribute("aria-label", zd.t("footLabel"));
      const lines = [
        [zd.t("agency"), page.agency || zd.t("unknown")],
        [zd.t("crs"), page.crs ? zd.pick(page.crs) : zd.t("unknown")],
        [zd.t("areaMethod"), zd.pick(page.areaMethod)],
        [zd.t("dataHash"), page.dataHash],
      ];
      if (page.basemap) {
        const shifted = page.basemap.shifted ? ` · ${zd.t("shifted")}` : "";
        lines.push([zd.t("basemap"), `${page.basemap.attribution}${shifted}`]);
      }
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

  zd.head = { head, foot, zoneName, LANGUAGES, PHONE };
})((window.zongdi = window.zongdi || {}));
