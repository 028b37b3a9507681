/*
 * What the page knows and what the reader has chosen. Views listen and draw themselves anew:
 * "theme", "filter" (class or search), "select", "hover", "lang", "context".
 */
(function (zd) {
  "use strict";

  class Model {
    constructor(page, parcels, shapes) {
      this.page = page.header;
      this.n = this.page.parcels;
      this.table = new zd.decode.Table(parcels.header.table, parcels);
      this.advice = new zd.decode.Table(parcels.header.recommendations, parcels);
      this.zones = new zd.decode.Table(this.page.zones, page);
      this.themes = this.page.themes.map((theme) => {
        const codes = page.part(theme.p);
        const counts = new Array(theme.classes.length).fill(0);
        for (let i = 0; i < codes.length; i += 1) {
          counts[codes[i]] += 1;
        }
        return { ...theme, codes, counts };
      });
      this.shapes = shapes;
      this.records = null;
      this.theme = this.themes[0];
      this.classFilter = null;
      this.query = "";
      this.visible = new Uint8Array(this.n).fill(1);
      this.shown = this.n;
      this.selected = -1;
      this.zone = -1;
      this.hovered = -1;
      this.drawn = { buildings: true, green: true, zones: true, facilities: true, labels: true };
      this.listeners = new Map();
      this.rank();
    }

    on(events, listener) {
      for (const event of events.split(" ")) {
        if (!this.listeners.has(event)) {
          this.listeners.set(event, []);
        }
        this.listeners.get(event).push(listener);
      }
    }

    emit(event, detail) {
      for (const listener of this.listeners.get(event) || []) {
        listener(detail);
      }
    }

    id(i) {
      return this.table.get("parcel_id", i);
    }

    /**
     * The beginning that nearly all ids share, if it is long: ids of nineteen places, as cadastres give
     * them, fit into no parcel. Only labels on the map leave it out.
     */
    get idPrefix() {
      if (this.prefix === undefined) {
        const ids = Array.from({ length: this.n }, (_, i) => this.id(i)).sort();
        const [low, high] = [ids[Math.floor(this.n * 0.05)], ids[Math.floor(this.n * 0.95)]];
        const short = 6;
        const kept = 3;
        const most = low ? low.length - kept : 0;
        let shared = 0;
        while (shared < most && low[shared] === high[shared]) {
          shared += 1;
        }
        this.prefix = shared >= short ? low.slice(0, shared) : "";
      }
      return this.prefix;
    }

    shortId(i) {
      const id = this.id(i);
      const { idPrefix } = this;
      return idPrefix && id.startsWith(idPrefix) ? `…${id.slice(idPrefix.length)}` : id;
    }

    find(id) {
      for (let i = 0; i < this.n; i += 1) {
        if (this.id(i) === id) {
          return i;
        }
      }
      return -1;
    }

    classOf(i) {
      return this.theme.classes[this.theme.codes[i]];
    }

    /** Order the parcels by their most urgent recommendation; those without one come last. */
    rank() {
      const keys = new Float64Array(this.n);
      const none = 1e6;
      for (let i = 0; i < this.n; i += 1) {
        let best = none;
        for (const row of this.advice.rowsOf(i)) {
          const priority = this.advice.get("priority", row);
          if (priority !== null && priority < best) {
            best = priority;
          }
        }
        keys[i] = best * this.n + i;
      }
      keys.sort();
      this.ranked = new Int32Array(this.n);
      for (let k = 0; k < this.n; k += 1) {
        this.ranked[k] = keys[k] % this.n;
      }
      this.order = this.ranked;
    }

    setTheme(number) {
      this.theme = this.themes[number];
      /* A class of one theme means nothing in another. */
      this.classFilter = null;
      this.refilter();
      this.emit("theme");
    }

    filter() {
      this.refilter();
      this.emit("filter");
    }

    setClass(number) {
      this.classFilter = this.classFilter === number ? null : number;
      this.filter();
    }

    setQuery(text) {
      this.query = text.trim().toLowerCase();
      this.filter();
    }

    reset() {
      this.classFilter = null;
      this.query = "";
      this.filter();
    }

    get filtering() {
      return this.classFilter !== null || this.query !== "";
    }

    refilter() {
      const { codes } = this.theme;
      let found = null;
      if (this.query) {
        found = new Uint8Array(this.n);
        this.table.mark(this.query, found);
        const told = new Uint8Array(this.advice.n);
        this.advice.mark(this.query, told);
        for (let i = 0; i < this.n; i += 1) {
          for (let row = this.advice.starts[i + 1]; row < this.advice.starts[i + 2]; row += 1) {
            if (told[row]) {
              found[i] = 1;
            }
          }
        }
      }
      this.shown = 0;
      for (let i = 0; i < this.n; i += 1) {
        const kept =
          (this.classFilter === null || codes[i] === this.classFilter) && (!found || found[i]);
        this.visible[i] = kept ? 1 : 0;
        if (kept) {
          this.shown += 1;
        }
      }
      this.order = this.filtering ? this.ranked.filter((i) => this.visible[i]) : this.ranked;
    }

    select(i, by) {
      this.selected = i;
      this.zone = -1;
      this.emit("select", by);
    }

    selectZone(row) {
      this.selected = -1;
      this.zone = row;
      this.emit("select", "zone");
    }

    hover(i) {
      if (i === this.hovered) {
        return;
      }
      this.hovered = i;
      this.emit("hover");
    }

    setLang(lang) {
      zd.lang = lang;
      this.emit("lang");
    }

    /** Findings, contracts and transfers: unpacked when the first card asks for them. */
    async loadRecords() {
      if (!this.loading) {
        this.loading = zd.decode.section("records").then((source) => {
          const table = (name) => new zd.decode.Table(source.header[name], source);
          this.records = {
            findings: table("findings"),
            contracts: table("contracts"),
            transfers: table("transfers"),
          };
        });
      }
      await this.loading;
      return this.records;
    }
  }

  zd.Model = Model;
})((window.zongdi = window.zongdi || {}));
