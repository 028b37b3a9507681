/*
 * Whom this edition is for: the language in which it opens, what it leaves out, and the stamp across
 * one that must not be made public. An internal edition shows none of it.
 */
(function (zd) {
  "use strict";

  const WORDS = {
    partner: ["合作方版", "Partner's edition"],
    public: ["公开版", "Public edition"],
    review: ["审图号：{value}", "Map review number: {value}"],
    stamp: ["未经审核，不得公开", "Not reviewed: not to be made public"],
    removed: ["本版未载内容", "What this edition leaves out"],
  };

  const word = (key, value) => zd.pick(WORDS[key]).replace("{value}", value || "");

  /* The document says in which language it was asked for. */
  zd.lang = document.documentElement.lang === "en" ? 1 : 0;

  const unreviewed = (page) => page.audience === "public" && !page.reviewNumber;

  /** Parts of the line that names the edition. */
  function parts(page) {
    const said = page.audience === "internal" ? [] : [word(page.audience)];
    if (page.reviewNumber) {
      said.push(word("review", page.reviewNumber));
    }
    if (unreviewed(page)) {
      said.push(word("stamp"));
    }
    return said;
  }

  /** A text written over the whole map, as a drawing: it is no part of what can be chosen or clicked. */
  function stamp(text) {
    const make = (tag, attributes, ...children) => {
      const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
      for (const [name, value] of Object.entries(attributes)) {
        node.setAttribute(name, value);
      }
      node.append(...children);
      return node;
    };
    const line = make("text", {
      x: 500,
      y: 300,
      "text-anchor": "middle",
      "dominant-baseline": "middle",
      "font-size": 64,
      "font-weight": 700,
      fill: "#b00020",
      "fill-opacity": 0.34,
      transform: "rotate(-20 500 300)",
      textLength: 820,
      lengthAdjust: "spacingAndGlyphs",
    });
    line.textContent = text;
    return make(
      "svg",
      { class: "zd-stamp", viewBox: "0 0 1000 600", "aria-hidden": "true", focusable: "false" },
      line,
    );
  }

  /** The idle period of a parcel in one line, for an edition whose list holds nothing else of it. */
  function period(table, i) {
    return ["found_from", "found_days"]
      .filter((name) => table.has(name))
      .map((name) => `${zd.pick(table.spec(name).label)} ${table.shown(name, i)}`)
      .join(" · ");
  }

  function install(model) {
    const { page } = model;
    const stage = document.getElementById("zd-stage");
    const bar = zd.el("details", { class: "zd-edition" });
    const over = zd.el("div", { class: "zd-stamp-box" });
    if (unreviewed(page)) {
      stage.append(over);
    }
    if (page.audience !== "internal" || page.reviewNumber) {
      stage.prepend(bar);
    }
    const draw = () => {
      document.querySelector(".zd-skip").textContent = zd.t("skip");
      bar.replaceChildren(
        zd.el(
          "summary",
          {},
          zd.el("b", { class: unreviewed(page) ? "zd-unreviewed" : "", text: parts(page).join(" · ") }),
          page.removed.length ? zd.el("span", { text: word("removed") }) : null,
        ),
        zd.el("ul", {}, ...page.removed.map((pair) => zd.el("li", { text: zd.pick(pair) }))),
      );
      over.replaceChildren(stamp(word("stamp")));
    };
    model.on("lang", draw);
    draw();
  }

  zd.edition = { install, parts, period };
})((window.zongdi = window.zongdi || {}));
