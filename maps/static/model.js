/*
 * What the page knows and what the reader has chosen. Views listen and draw themselves anew:
 * "theme", "filter" (class, zone, search or order), "select", "hover", "lang", "context", "records".
 */
(function (zd) {
  "use strict";

  /* Classes that say only that nothing is said. */
  const SILENT = new Set([
    ...["road", "no_action", "find_out", "none", "no_limit", "no_basis", "not_mixed", "outside"],
    ...["undisclosed", "unknown"],
  ]);

  /* Of what share of the parcels a theme should tell something, for the page to open with it. */
  const WORTH_SHOWING = 0.25;

  /** Of what share of the parcels that are no roads a theme tells anything. */
  function toldShare(theme, counts) {
    let [told, all] = [0, 0];
    theme.classes.forEach((entry, k) => {
      all += entry.code === "road" ? 0 : counts[k];
      told += SILENT.has(entry.code) ? 0 : counts[k];
    });
    return told / Math.max(all, 1);
  }

  /* Ids longer than this are cut on the map, if so many of their ends are their own. */
  const LONG_ID = 9;
  const OWN_ENDS = 0.6;

  class Model {
    constructor(page, parcels, shapes) {
      this.page = page.header;
      this.n = this.page.parcels;
      const { clauses, words, columns } = this.page;
      zd.phrases = { clauses, words, columns };
      this.table = new zd.decode.Table(parcels.header.table, parcels);
      this.advice = new zd.decode.Table(parcels.header.recommendations, parcels);
      this.zones = new zd.decode.Table(this.page.zones, page);
      this.areas = this.table.numbers("area_m2");
      this.initials = zd.search.readings(this.page.initials);
      this.themes = this.page.themes.map((theme) => {
        const codes = page.part(theme.p);
        const other = theme.other === undefined ? null : page.part(theme.other);
        const sums = this.tally(theme, codes);
        const told = toldShare(theme, sums.counts);
        const made = { ...theme, codes, other, ...sums, told, empty: told === 0 };
        zd.periods.prepare(made, page);
        return made;
      });
      /* The codes of the idle theme at each review date, where the results hold a series. */
      this.series = this.page.series.map((step) => ({ on: step.on, codes: page.part(step.p) }));
      this.step = this.series.findIndex((step) => step.on === this.page.asOf);
      this.swipe = this.page.other ? 0.5 : null;
      /* Where no holder is known, no row needs to say so. */
      this.holders =
        this.table.has("holder") && this.table.columns.get("holder").column.enc !== "none";
      this.shapes = shapes;
      if (this.page.basemap) {
        this.page.basemap.part = page.part;
      }
      this.records = null;
      /* The first theme that tells something: a project without a ledger knows of no idle land. */
      this.theme =
        this.themes.find((theme) => theme.told >= WORTH_SHOWING) ||
        this.themes.find((theme) => !theme.empty) ||
        this.themes[0];
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
        free_ground: false,
        zones: true,
        facilities: true,
        labels: true,
        ranks: true,
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
     * How many of the last places of an id tell it from the others, where ids are long: those of nineteen
     * places, as cadastres give them, fit into no parcel. 0 where ids are short. Only labels on the map are cut.
     */
    get idEnd() {
      if (this.end === undefined) {
        const ids = Array.from({ length: this.n }, (_, i) => this.id(i));
        const lengths = ids.map((id) => id.length).sort((a, b) => a - b);
        const usual = lengths[Math.floor(this.n / 2)] || 0;
        this.end = 0;
        for (let k = 4; usual > LONG_ID && k < usual - 2 && !this.end; k += 1) {
          const ends = new Set(ids.map((id) => id.slice(-k)));
          this.end = ends.size >= this.n * OWN_ENDS ? k : 0;
        }
      }
      return this.end;
    }

    shortId(i) {
      const id = this.id(i);
      const { idEnd } = this;
      return idEnd && id.length > idEnd + 2 ? `…${id.slice(-idEnd)}` : id;
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

    /** Show one year or quarter of a theme that runs over years; null shows all. */
    setPeriod(name) {
      zd.periods.choose(this, this.theme, name);
      this.classFilter = null;
      this.resort();
      this.refilter();
      this.emit("theme");
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
      if (this.theme.period) {
        this.setPeriod(null);
      } else {
        this.filter();
      }
    }

    get filtering() {
      const { classFilter, query, zoneFilter, theme } = this;
      return classFilter !== null || query !== "" || zoneFilter >= 0 || Boolean(theme.period);
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
      /* A year chosen leaves the list its own parcels; on the map what came before stays in sight. */
      const due = this.classFilter === null ? this.theme.due : null;
      const listed = due ? new Uint8Array(this.n) : this.visible;
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
        if (kept && (!due || due[i])) {
          listed[i] = 1;
          this.shown += 1;
        }
      }
      this.order = this.filtering ? this.sorted.filter((i) => listed[i]) : this.sorted;
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
            surplus: table("surplus"),
            paragraphs: table("paragraphs"),
            other: table("other"),
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
