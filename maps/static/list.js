/*
 * The ranked list: as many rows exist as are seen, however many parcels there are. One parcel is one
 * option of a list box; the arrow keys go through it, Enter opens the card.
 */
(function (zd) {
  "use strict";

  const ROW = 74;
  /* The first row says why, and by which clause: what a reader asks first needs no click. */
  const REASON = 42;
  const CLAUSE = 22;
  const SPARE = 6;
  const TYPING = 160;

  class List {
    constructor(model) {
      this.model = model;
      this.active = 0;
      this.lead = 0;
      this.leading = [];
      this.search = zd.el("input", {
        type: "search",
        id: "zd-search",
        autocomplete: "off",
        spellcheck: "false",
      });
      this.searchLabel = zd.el("label", { class: "zd-hidden", for: "zd-search" });
      this.count = zd.el("span", { class: "zd-count" });
      this.sort = zd.el("select", { id: "zd-sort" });
      this.sortLabel = zd.el("label", { for: "zd-sort" });
      this.turn = zd.el("button", { type: "button", class: "zd-turn" });
      this.rows = zd.el("div", { class: "zd-rows", role: "presentation" });
      this.box = zd.el(
        "div",
        { class: "zd-list", role: "listbox", tabindex: "0", id: "zd-list" },
        this.rows,
      );
      this.element = zd.el(
        "div",
        { class: "zd-list-view" },
        zd.el("div", { class: "zd-search" }, this.searchLabel, this.search),
        zd.el(
          "div",
          { class: "zd-list-head" },
          this.sortLabel,
          this.sort,
          this.turn,
          this.count,
        ),
        this.box,
      );
      this.search.addEventListener("input", () => {
        clearTimeout(this.timer);
        this.timer = setTimeout(() => model.setQuery(this.search.value), TYPING);
      });
      this.sort.addEventListener("change", () => model.setSort(this.sort.value, false));
      this.turn.addEventListener("click", () => {
        model.setSort(model.sort.key, !model.sort.down);
      });
      this.box.addEventListener("scroll", () => this.draw(), { passive: true });
      this.box.addEventListener("keydown", (event) => this.key(event));
      this.box.addEventListener("focus", () => this.mark());
      this.box.addEventListener("blur", () => this.mark());
      this.box.addEventListener("click", (event) => this.click(event));
      this.box.addEventListener("mousemove", (event) => model.hover(this.under(event)));
      this.box.addEventListener("mouseleave", () => model.hover(-1));
      new ResizeObserver(() => this.draw()).observe(this.box);
      model.on("filter theme", () => {
        if (model.order !== this.order) {
          this.active = 0;
          this.box.scrollTop = 0;
        }
        if (!model.query && document.activeElement !== this.search) {
          this.search.value = "";
        }
        this.draw();
      });
      model.on("hover", () => this.mark());
      model.on("lang", () => this.words());
      model.on("select", () => this.follow());
      this.words();
    }

    words() {
      this.search.placeholder = zd.t("searchHint");
      this.searchLabel.textContent = zd.t("search");
      this.sortLabel.textContent = zd.t("sortBy");
      const word = (key) =>
        this.model.table.has(key) ? zd.pick(this.model.table.spec(key).label) : zd.t(`sort_${key}`);
      this.sort.replaceChildren(
        ...this.model.sortKeys.map((key) => zd.el("option", { value: key, text: word(key) })),
      );
      this.draw();
    }

    /** The place in the list under the pointer: by its height, since rows come and go. */
    placeOf(event) {
      const y = event.clientY - this.rows.getBoundingClientRect().top;
      const place = y < 0 ? -1 : Math.max(0, Math.floor((y - this.lead) / ROW));
      return place >= 0 && place < this.model.order.length ? place : -1;
    }

    under(event) {
      const place = this.placeOf(event);
      return place < 0 ? -1 : this.model.order[place];
    }

    click(event) {
      const place = this.placeOf(event);
      if (place < 0) {
        return;
      }
      this.active = place;
      this.model.select(this.model.order[place], "list");
    }

    key(event) {
      const page = Math.max(1, Math.floor(this.box.clientHeight / ROW) - 1);
      const moves = {
        ArrowDown: 1,
        ArrowUp: -1,
        PageDown: page,
        PageUp: -page,
        Home: -Infinity,
        End: Infinity,
      };
      if (event.key in moves) {
        event.preventDefault();
        const last = this.model.order.length - 1;
        this.active = Math.max(0, Math.min(last, this.active + moves[event.key]));
        this.bringIn(this.active);
        this.draw();
      } else if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        if (this.model.order.length) {
          this.model.select(this.model.order[this.active], "keyboard");
        }
      }
    }

    bringIn(place) {
      const top = this.topOf(place);
      const high = place ? ROW : ROW + this.lead;
      if (top < this.box.scrollTop) {
        this.box.scrollTop = top;
      } else if (top + high > this.box.scrollTop + this.box.clientHeight) {
        this.box.scrollTop = top + high - this.box.clientHeight;
      }
    }

    topOf(place) {
      return place ? place * ROW + this.lead : 0;
    }

    /** What the first row says beside what every row says: [text, class], and how high that is. */
    leadOf(order) {
      const { advice } = this.model;
      this.lead = 0;
      this.leading = [];
      const rows = order.length ? zd.adviceOf(this.model, order[0]) : [];
      if (!rows.length) {
        return;
      }
      const why = zd.pick([advice.get("why_zh", rows[0]), advice.get("why_en", rows[0])]);
      const clause = zd.clauseText(advice, rows[0]);
      if (why) {
        this.lead += REASON;
        this.leading.push([why, "zd-row-why"]);
      }
      if (clause) {
        this.lead += CLAUSE;
        this.leading.push([`${zd.t("clause")}${zd.lang ? ": " : "："}${clause}`, "zd-row-clause"]);
      }
    }

    /** Keep in step with what was chosen on the map. */
    follow() {
      const place = this.model.order.indexOf(this.model.selected);
      if (place >= 0) {
        this.active = place;
        this.bringIn(place);
      }
      this.draw();
    }

    draw() {
      const { model } = this;
      const { order } = model;
      this.order = order;
      this.sort.value = model.sort.key;
      this.turn.textContent = model.sort.down ? "↓" : "↑";
      this.turn.title = zd.t(model.sort.down ? "sortDown" : "sortUp");
      this.turn.setAttribute("aria-label", this.turn.title);
      this.box.setAttribute("aria-label", zd.t("listTitle", { order: this.sort.selectedOptions[0].text }));
      this.count.textContent = zd.t("listCount", { n: order.length.toLocaleString("en-US") });
      this.leadOf(order);
      this.rows.style.height = `${order.length * ROW + this.lead}px`;
      const first = Math.max(0, Math.floor((this.box.scrollTop - this.lead) / ROW) - SPARE);
      const seen = Math.ceil(this.box.clientHeight / ROW) + 2 * SPARE;
      const last = Math.min(order.length, first + seen);
      const rows = [];
      for (let place = first; place < last; place += 1) {
        rows.push(this.row(place));
      }
      if (order.length === 0) {
        rows.push(zd.el("p", { class: "zd-empty", text: zd.t("listEmpty") }));
      }
      this.rows.replaceChildren(...rows);
      this.mark();
    }

    /** Show which rows are chosen, pointed at and active, without making them anew. */
    mark() {
      const { model } = this;
      const focused = document.activeElement === this.box;
      for (const row of this.rows.querySelectorAll("[data-place]")) {
        const place = Number(row.dataset.place);
        const i = model.order[place];
        row.classList.toggle("zd-selected", i === model.selected);
        row.classList.toggle("zd-hovered", i === model.hovered);
        row.classList.toggle("zd-active", focused && place === this.active);
        row.setAttribute("aria-selected", String(i === model.selected));
      }
      const current = document.getElementById(`zd-row-${this.active}`);
      if (current) {
        this.box.setAttribute("aria-activedescendant", current.id);
      } else {
        this.box.removeAttribute("aria-activedescendant");
      }
    }

    row(place) {
      const { model } = this;
      const i = model.order[place];
      const { table, advice } = model;
      const rows = zd.adviceOf(model, i);
      const holder = table.get("holder", i);
      const due = rows.length ? advice.get("due_on", rows[0]) : null;
      const todo = rows.length
        ? zd.title([advice.get("title_zh", rows[0]), advice.get("title_en", rows[0])]) || ""
        : advice.has("action")
          ? zd.t("noAction")
          : zd.edition.period(table, i);
      const element = zd.el(
        "div",
        {
          class: "zd-row",
          role: "option",
          id: `zd-row-${place}`,
          "data-place": place,
          "aria-setsize": model.order.length,
          "aria-posinset": place + 1,
        },
        zd.el(
          "div",
          { class: "zd-row-top" },
          zd.el("span", { class: "zd-rank", text: String(place + 1) }),
          zd.patterns.swatch(model.classOf(i)),
          zd.el("b", { class: "zd-data", text: model.id(i) }),
          due ? zd.el("span", { class: "zd-due", text: zd.t("due", { value: due }) }) : null,
        ),
        zd.el(
          "div",
          { class: "zd-row-todo" },
          zd.el("span", { class: rows.length ? "zd-todo zd-data" : "zd-todo zd-none", text: todo }),
          rows.length > 1
            ? zd.el("span", { class: "zd-more", text: zd.t("more", { n: rows.length - 1 }) })
            : null,
        ),
        zd.el(
          "div",
          { class: "zd-row-under" },
          zd.el("span", {
            class: `zd-row-holder zd-data${holder ? "" : " zd-unknown-text"}`,
            text: [this.classText(i)]
              .concat(model.holders ? holder || zd.t("unknown") : [])
              .filter(Boolean)
              .join(" · "),
          }),
          zd.el("span", { class: "zd-row-area", text: table.has("area_m2") ? table.shown("area_m2", i) : "" }),
        ),
      );
      if (place === 0) {
        element.append(
          ...this.leading.map(([text, name]) => zd.el("p", { class: `${name} zd-data`, text })),
        );
        element.style.height = `${ROW + this.lead}px`;
      }
      element.style.top = `${this.topOf(place)}px`;
      return element;
    }

    /** The class in the theme; where that is what to do, which the row says already, the idle status. */
    classText(i) {
      const { model } = this;
      if (model.theme.name !== "action") {
        const { code, label } = model.classOf(i);
        /* A class of amounts says nothing without what it is an amount of. */
        const bare = code.startsWith("step") || code === "empty";
        return bare ? `${zd.pick(model.theme.title)} ${zd.pick(label)}` : zd.title(label);
      }
      const idle = model.themes.find((theme) => theme.name === "idle");
      return idle && !idle.empty ? zd.title(idle.classes[idle.codes[i]].label) : "";
    }
  }

  function priority(advice, row) {
    const value = advice.get("priority", row);
    return value === null ? Infinity : value;
  }

  /** The rows of advice of parcel i, the most urgent first. */
  zd.adviceOf = (model, i) =>
    model.advice
      .rowsOf(i)
      .sort((a, b) => priority(model.advice, a) - priority(model.advice, b));

  /** The clauses of a row of advice in the language of the page. */
  zd.clauseText = (advice, row) => {
    const own = zd.lang === 1 && advice.has("clause_en") ? advice.get("clause_en", row) : null;
    return own || zd.worded(advice.get("clause", row) || "");
  };

  zd.List = List;
  zd.priority = priority;
})((window.zongdi = window.zongdi || {}));
