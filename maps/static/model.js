/*
 * What the page knows and what the reader has chosen. Views listen and draw themselves anew:
 * "theme", "filter" (class, zone, search or order), "select", "hover", "lang", "context", "records".
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
      this.areas = this.table.numbers("area_m2");
      this.initials = zd.search.readings(this.page.initials);
      this.themes = this.page.themes.map((theme) => {
        const codes = page.part(theme.p);
        const other = theme.other === undefined ? null : page.part(theme.other);
        return { ...theme, codes, other, ...this.tally(theme, codes) };
      });
      /* The codes of the idle theme at each review date, where the results hold a series. */
      this.series = this.page.series.map((step) => ({ on: step.on, codes: page.part(step.p) }));
      this.step = this.series.findIndex((step) => step.on === this.page.asOf);
      this.swipe = this.page.other ? 0.5 : null;
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
      this.zoneFilter = -1;
      this.sort = { key: "priority", down: false };
      this.drawn = {
        ground: true,
        buildings: true,
        green: true,
        zones: true,
        facilities: true,
        labels: true,
        transfers: true,
        basemap: true,
      };
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

    /** Count the parcels of each class and add up their areas; some areas may be unknown. */
    tally(theme, codes) {
      const counts = new Array(theme.classes.length).fill(0);
      const areas = new Array(theme.classes.length).fill(0);
      const arealess = new Array(theme.classes.length).fill(0);
      for (let i = 0; i < codes.length; i += 1) {
        const code = codes[i];
        counts[code] += 1;
        if (Number.isNaN(this.areas[i])) {
          arealess[code] += 1;
        } else {
          areas[code] += this.areas[i];
        }
      }
      return { counts, areas, arealess };
    }

    /** Show the idle status at another review date; everything else stays as at this one. */
    setStep(k) {
      this.step = k;
      const theme = this.themes.find((entry) => entry.name === "idle");
      theme.codes = this.series[k].codes;
      Object.assign(theme, this.tally(theme, theme.codes));
      this.theme = theme;
      this.refilter();
      this.emit("theme");
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

    /** The place of a parcel, or -1. */
    find(id) {
      if (!this.places) {
        this.places = new Map();
        for (let i = 0; i < this.n; i += 1) {
          this.places.set(this.id(i), i);
        }
      }
      const place = this.places.get(id);
      return place === undefined ? -1 : place;
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
      this.sorted = this.ranked;
      this.order = this.ranked;
    }

    /** The ways in which the list can be ordered: those of which anything is known. */
    get sortKeys() {
      const named = ["area_m2", "idle_days", "floor_area_headroom_m2", "green_balance_m2"];
      const known = named.filter(
        (name) => this.table.has(name) && this.table.columns.get(name).column.enc !== "none",
      );
      return ["priority", "id", "class", ...(this.advice.n ? ["due_on"] : []), ...known];
    }

    sortValues(key) {
      if (key === "class") {
        return this.theme.codes;
      }
      if (key === "due_on") {
        const due = this.advice.numbers("due_on");
        const first = new Float64Array(this.n).fill(NaN);
        for (let i = 0; i < this.n; i += 1) {
          for (let row = this.advice.starts[i + 1]; row < this.advice.starts[i + 2]; row += 1) {
            if (!(due[row] >= first[i])) {
              first[i] = due[row];
            }
          }
        }
        return first;
      }
      return this.table.numbers(key);
    }

    /** Order the list; what is unknown stands last either way, and equals in order of priority. */
    setSort(key, down) {
      this.sort = { key, down };
      this.resort();
      this.filter();
    }

    resort() {
      const { key, down } = this.sort;
      const sign = down ? -1 : 1;
      if (key === "priority") {
        this.sorted = down ? this.ranked.slice().reverse() : this.ranked;
        return;
      }
      if (key === "id") {
        const ids = Array.from({ length: this.n }, (_, i) => this.id(i));
        this.sorted = this.ranked
          .slice()
          .sort((a, b) => (ids[a] < ids[b] ? -sign : ids[a] > ids[b] ? sign : 0));
        return;
      }
      const values = this.sortValues(key);
      this.sorted = this.ranked.slice().sort((a, b) => {
        const [x, y] = [values[a], values[b]];
        if (Number.isNaN(x) || Number.isNaN(y)) {
          return Number.isNaN(x) - Number.isNaN(y);
        }
        return sign * (x - y);
      });
    }

    setTheme(number) {
      this.theme = this.themes[number];
      /* A class of one theme means nothing in another. */
      this.classFilter = null;
      if (this.sort.key === "class") {
        this.resort();
      }
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

    setZone(row) {
      this.zoneFilter = row;
      this.filter();
    }

    setQuery(text) {
      this.query = text.trim().toLowerCase();
      this.filter();
      /* Contract numbers stand in the records, which may still be packed. */
      if (this.query && !this.records) {
        this.loadRecords().then(() => this.filter());
      }
    }

    reset() {
      this.classFilter = null;
      this.zoneFilter = -1;
      this.query = "";
      this.filter();
    }

    get filtering() {
      return this.classFilter !== null || this.query !== "" || this.zoneFilter >= 0;
    }

    /** Mark the parcels to which a row of `table` belongs that holds what is looked for. */
    markRows(table, hit, found) {
      const told = new Uint8Array(table.n);
      table.mark(hit, told);
      for (let i = 0; i < this.n; i += 1) {
        for (let row = table.starts[i + 1]; row < table.starts[i + 2]; row += 1) {
          if (told[row]) {
            found[i] = 1;
          }
        }
      }
    }

    refilter() {
      const { codes } = this.theme;
      /* What is visible has changed, unless nothing is filtered now and nothing was before. */
      if (this.filtering || this.filtered) {
        this.visibleVersion = (this.visibleVersion || 0) + 1;
      }
      this.filtered = this.filtering;
      let found = null;
      if (this.query) {
        found = new Uint8Array(this.n);
        this.table.mark(zd.search.finder(this.query, this.initials), found);
        this.markRows(this.advice, zd.search.finder(this.query, null), found);
        if (this.records) {
          this.markRows(this.records.contracts, zd.search.finder(this.query, null), found);
        }
      }
      const zone = this.zoneFilter < 0 ? null : this.zones.get("zone_id", this.zoneFilter);
      this.shown = 0;
      for (let i = 0; i < this.n; i += 1) {
        const kept =
          (this.classFilter === null || codes[i] === this.classFilter) &&
          (!found || found[i]) &&
          (zone === null || this.table.get("zone_id", i) === zone);
        this.visible[i] = kept ? 1 : 0;
        if (kept) {
          this.shown += 1;
        }
      }
      this.order = this.filtering ? this.sorted.filter((i) => this.visible[i]) : this.sorted;
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
            deadlines: table("deadlines"),
            plan: table("plan"),
            problems: table("problems"),
          };
          this.emit("records");
        });
      }
      await this.loading;
      return this.records;
    }
  }

  zd.Model = Model;
})((window.zongdi = window.zongdi || {}));
