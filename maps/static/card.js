/*
 * The card of a parcel or a zone: what describe.js says of it, as elements and as text to copy.
 */
(function (zd) {
  "use strict";

  function rowsElement(rows) {
    const list = zd.el("dl", { class: "zd-fields" });
    for (const [label, value, known, tone] of rows) {
      list.append(
        zd.el("dt", { text: label }),
        zd.el("dd", {
          class: `zd-data${known ? "" : " zd-unknown-text"}${tone ? ` zd-${tone}` : ""}`,
          text: value,
        }),
      );
    }
    return list;
  }

  /** The head of an entry; parcels that it names are links to their cards. */
  function headElement(entry) {
    const head = zd.el("h4", { class: "zd-data" });
    if (!entry.links) {
      head.textContent = entry.head;
      return head;
    }
    entry.links.forEach((id, k) => {
      head.append(
        k ? " → " : "",
        id === null
          ? zd.t("unknown")
          : zd.el("a", { class: "zd-link", href: `#p=${encodeURIComponent(id)}`, text: id }),
      );
    });
    return head;
  }

  function entryElement(entry) {
    const box = zd.el("div", { class: `zd-entry${entry.tone ? ` zd-tone-${entry.tone}` : ""}` });
    if (entry.head) {
      box.append(
        zd.el(
          "div",
          { class: "zd-entry-head" },
          headElement(entry),
          entry.badge ? zd.el("span", { class: "zd-badge", text: entry.badge }) : null,
        ),
      );
    }
    for (const text of entry.paragraphs) {
      box.append(zd.el("p", { class: "zd-data", text }));
    }
    if (entry.rows.length) {
      box.append(rowsElement(entry.rows));
    }
    if (entry.unknown && entry.unknown.length) {
      box.append(
        zd.el(
          "p",
          { class: "zd-unknown-list" },
          zd.el("b", { text: zd.t("unknownFields") }),
          entry.unknown.join(zd.lang === 0 ? "、" : ", "),
        ),
      );
    }
    return box;
  }

  function sectionElement(section) {
    const entries = section.entries.length
      ? section.entries.map(entryElement)
      : [zd.el("p", { class: "zd-empty", text: zd.t("noRecords") })];
    return zd.el(
      "details",
      { class: "zd-section", open: !section.folded },
      zd.el("summary", {}, zd.el("h3", { text: section.title })),
      ...entries,
    );
  }

  async function copyText(text) {
    if (navigator.clipboard) {
      try {
        await navigator.clipboard.writeText(text);
        return true;
      } catch {
        /* Refused on this page or by the reader: the older way may still be allowed. */
      }
    }
    const field = zd.el("textarea", { class: "zd-hidden", readonly: true });
    field.value = text;
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }

  class Card {
    constructor(model, actions) {
      this.model = model;
      this.actions = actions;
      this.element = zd.el("div", { class: "zd-card" });
      model.on("select lang", () => {
        this.drawn = this.draw();
      });
      model.on("filter theme", () => {
        this.drawClass();
        this.drawButtons();
      });
      this.draw();
    }

    async draw() {
      const { model } = this;
      const wanted = [model.selected, model.zone];
      if (wanted[0] < 0 && wanted[1] < 0) {
        this.element.replaceChildren(zd.el("p", { class: "zd-empty", text: zd.t("cardEmpty") }));
        return;
      }
      await model.loadRecords();
      /* Another may have been chosen while the records were unpacked. */
      if (wanted[0] !== model.selected || wanted[1] !== model.zone) {
        return;
      }
      const card =
        model.selected >= 0
          ? zd.describe.parcel(model, model.selected)
          : zd.describe.zone(model, model.zone);
      this.described = card;
      const subtitle = zd.el("p", { class: "zd-subtitle" });
      this.classBox = zd.el("span", { class: "zd-card-class" });
      this.rankBox = zd.el("span", { class: "zd-card-rank" });
      subtitle.append(this.classBox, this.rankBox);
      for (const text of card.subtitle.filter(Boolean)) {
        subtitle.append(zd.el("span", { class: "zd-data", text }));
      }
      this.buttons = zd.el("div", { class: "zd-buttons" });
      const figures = zd.el("dl", { class: "zd-figures" });
      for (const [label, value, known] of card.figures) {
        figures.append(
          zd.el(
            "div",
            {},
            zd.el("dt", { text: label }),
            zd.el("dd", { class: known ? "" : "zd-unknown-text", text: value }),
          ),
        );
      }
      const head = zd.el("h2", { tabindex: "-1", class: "zd-data", text: card.title });
      this.element.replaceChildren(
        zd.el("div", { class: "zd-card-head" }, head, subtitle, this.buttons),
        ...(card.about || []).map((text) => zd.el("p", { class: "zd-about zd-data", text })),
        /* What to do and why comes first, then what the parcel measures. */
        ...card.sections.slice(0, 1).map(sectionElement),
        ...(card.figures.length ? [figures] : []),
        ...card.sections.slice(1).map(sectionElement),
      );
      this.element.dataset.parcel = model.selected >= 0 ? card.title : "";
      this.element.scrollTop = 0;
      this.drawClass();
      this.drawButtons();
    }

    /** The class of the parcel in the theme shown. */
    drawClass() {
      const { model } = this;
      if (!this.classBox || model.selected < 0) {
        return;
      }
      const entry = model.classOf(model.selected);
      const label = zd.el("span", { text: zd.title(entry.label) });
      const place = model.order.indexOf(model.selected);
      const ranked = place >= 0 && model.advice.has("action");
      this.rankBox.textContent = ranked ? zd.t("rankOf", { n: place + 1 }) : "";
      this.classBox.replaceChildren(zd.patterns.swatch(entry), label);
    }

    drawButtons() {
      const { model } = this;
      if (!this.buttons) {
        return;
      }
      const place = model.order.indexOf(model.selected);
      const go = (step) => () => model.select(model.order[place + step], "card");
      const button = (word, onclick, disabled) =>
        zd.el("button", { type: "button", text: zd.t(word), onclick, disabled, "data-do": word });
      const said = zd.el("span", { class: "zd-said", role: "status" });
      const copy = button("copy", async () => {
        const done = await copyText(zd.describe.text(this.described));
        said.textContent = zd.t(done ? "copied" : "copyFailed");
      });
      const parcel = model.selected >= 0;
      this.buttons.replaceChildren(
        button("back", this.actions.back),
        ...(parcel
          ? [
              button("previous", go(-1), place <= 0),
              button("next", go(1), place < 0 || place >= model.order.length - 1),
            ]
          : []),
        ...(parcel && this.actions.show && this.actions.has(model.selected)
          ? [button("show", () => this.actions.show(model.selected))]
          : []),
        copy,
        said,
      );
    }

    async focus() {
      await this.drawn;
      const head = this.element.querySelector("h2");
      if (head) {
        head.focus({ preventScroll: true });
      }
    }
  }

  zd.Card = Card;
})((window.zongdi = window.zongdi || {}));
