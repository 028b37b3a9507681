/*
 * Draws the parcels and what stands with them on one canvas, and outlines of the parcel chosen or
 * pointed at on another. Everything shares one set of shapes; a theme changes the order and fills.
 */
(function (zd) {
  "use strict";

  const { layer: canvasLayer, within, paint, paintSpecks, everyOne } = zd.canvas;

  /* Outlines of parcels smaller than this on average would cover their fills. */
  const MIN_OUTLINED = 5;
  const MIN_BUILDING = 3;
  /* Ground free for an extension: dashed, so that it is no class of a theme. */
  const FREE_LINE = "#0b5d3b";
  const FREE_FILL = "rgb(255 255 255 / 45%)";
  const LEAST_ROOM = 60;
  const LABEL_FONT =
    "500 10.5px system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif";
  const MUTED = { fill: "#f6f6f4", line: "#d3d5d6" };

  const QUIET = { fill: MUTED.fill, pattern: "solid" };

  const ZONE_LINES = {
    fenced: { color: "#1f2d3d", width: 2.4, dash: [] },
    approved: { color: "#1f2d3d", width: 1.8, dash: [12, 4, 2, 4] },
    accepted: { color: "#5b6b7b", width: 1.4, dash: [2, 4] },
    support: { color: "#5b6b7b", width: 1.4, dash: [6, 5] },
  };

  class MapView {
    constructor(map, model) {
      this.map = map;
      this.model = model;
      this.parcels = model.shapes.parcels;
      this.context = model.shapes.context;
      this.groupsOf = null;
      this.base = canvasLayer("base", (view) => this.drawBase(view)).addTo(map);
      this.marks = canvasLayer("marks", (view) => this.drawMarks(view)).addTo(map);
      this.tip = zd.el("div", { class: "zd-tip", hidden: true });
      map.getContainer().append(this.tip);
      map.on("mousemove", (event) => this.point(event));
      map.on("mouseout movestart", () => this.leave());
      map.on("click", (event) => {
        const i = this.at(event.latlng);
        if (i >= 0) {
          model.select(i, "map");
        }
      });
      model.on("theme filter context lang", () => this.base.redraw());
      model.on("select hover", () => this.marks.redraw());
      /* Arrows wait for the records, and those of the parcel chosen stand out. */
      model.on("records select", () => {
        if (zd.flows.wanted(model)) {
          this.base.redraw();
        }
      });
    }

    /**
     * For paper, put a fresh picture in the place of the canvases: one just resized prints as white,
     * and what it shows as strokes whose hatches lose their bounds.
     */
    flatten() {
      this.pictures = [this.base, this.marks].map(({ canvas }) => {
        const picture = canvas.cloneNode(false);
        picture.getContext("2d").drawImage(canvas, 0, 0);
        canvas.before(picture);
        canvas.hidden = true;
        return picture;
      });
    }

    unflatten() {
      for (const picture of this.pictures) {
        picture.remove();
      }
      this.base.canvas.hidden = false;
      this.marks.canvas.hidden = false;
    }

    at(latlng) {
      const { shapeAt, worldX, worldY } = zd.decode;
      return shapeAt(this.parcels, worldX(latlng.lng), worldY(latlng.lat));
    }

    /** What stands beside the pointer: the parcel, its class, and the figures of the theme. */
    tipLines(i) {
      const { model } = this;
      const { table, theme } = model;
      const lines = [
        zd.el("b", { text: model.id(i) }),
        zd.el("span", { text: zd.title(model.classOf(i).label) }),
      ];
      for (const name of theme.tip) {
        if (table.has(name) && table.get(name, i) !== null) {
          const label = zd.pick(table.spec(name).label);
          lines.push(zd.el("small", { text: `${label} ${table.shown(name, i)}` }));
        }
      }
      return lines;
    }

    /** The piece of free ground beside the pointer, where these are drawn. */
    freeLines(latlng) {
      const set = this.context.free_ground;
      if (!set || !this.model.drawn.free_ground) {
        return [];
      }
      const { shapeAt, worldX, worldY } = zd.decode;
      const k = shapeAt(set, worldX(latlng.lng), worldY(latlng.lat));
      if (k < 0) {
        return [];
      }
      const figures = ["area_m2", "width_m", "buildable_m2"]
        .filter((name) => set.table.get(name, k) !== null)
        .map((name) => `${zd.pick(set.table.spec(name).label)} ${set.table.shown(name, k)}`);
      return [
        zd.el("b", { text: zd.t("free_ground") }),
        ...figures.map((text) => zd.el("small", { text })),
      ];
    }

    point(event) {
      const { worldX, worldY } = zd.decode;
      const { lng, lat } = event.latlng;
      const place = zd.places.at(this, worldX(lng), worldY(lat));
      const i = this.at(event.latlng);
      this.model.hover(i);
      this.map.getContainer().classList.toggle("zd-pointing", i >= 0);
      this.tip.hidden = i < 0 && !place;
      if (this.tip.hidden) {
        return;
      }
      const set = this.context.facilities;
      this.tip.replaceChildren(
        ...(place
          ? [
              zd.el("b", { text: zd.places.nameOf(set, place.i) }),
              zd.el("span", { text: set.table.shown("kind", place.i) }),
            ]
          : []),
        ...(i >= 0 ? this.tipLines(i) : []),
        ...this.freeLines(event.latlng),
      );
      const size = this.map.getSize();
      const { x, y } = event.containerPoint;
      const left = Math.min(x + 14, size.x - this.tip.offsetWidth - 6);
      const top = y + 18 + this.tip.offsetHeight > size.y ? y - this.tip.offsetHeight - 10 : y + 18;
      this.tip.style.left = `${Math.max(left, 6)}px`;
      this.tip.style.top = `${top}px`;
    }

    leave() {
      this.tip.hidden = true;
      this.model.hover(-1);
    }

    bounds(i) {
      const b = this.parcels.boxes.subarray(i * 4, i * 4 + 4);
      const corner = (x, y) => this.map.unproject(window.L.point(x, y), 0);
      return window.L.latLngBounds(corner(b[0], b[1]), corner(b[2], b[3]));
    }

    hasShape(i) {
      return zd.decode.hasShape(this.parcels, i);
    }

    /** Show everything, beside the legend where it lies over the map. */
    fit(covered, below) {
      const box = [Infinity, Infinity, -Infinity, -Infinity];
      for (let i = 0; i < this.parcels.n; i += 1) {
        if (!this.hasShape(i)) {
          continue;
        }
        const b = this.parcels.boxes.subarray(i * 4, i * 4 + 4);
        box[0] = Math.min(box[0], b[0]);
        box[1] = Math.min(box[1], b[1]);
        box[2] = Math.max(box[2], b[2]);
        box[3] = Math.max(box[3], b[3]);
      }
      if (box[0] > box[2]) {
        return;
      }
      const corner = (x, y) => this.map.unproject(window.L.point(x, y), 0);
      /* In a window so small that the margins would fill it, there are none. */
      const size = this.map.getSize();
      const [across, down] = [86 + (covered || 0), 52 + (below || 0)];
      const roomy = size.x > across + LEAST_ROOM && size.y > down + LEAST_ROOM;
      this.map.fitBounds(window.L.latLngBounds(corner(box[0], box[1]), corner(box[2], box[3])), {
        paddingTopLeft: roomy ? [26 + (covered || 0), 26] : [0, 0],
        paddingBottomRight: roomy ? [60, 26 + (below || 0)] : [0, 0],
        animate: false,
        reset: true,
      });
    }

    /** Bring a parcel to the middle, as large as is useful. */
    show(i) {
      const size = this.map.getSize();
      const edge = Math.min(60, size.x / 4, size.y / 4);
      this.map.fitBounds(this.bounds(i), { padding: [edge, edge], maxZoom: 18 });
    }

    /** Bring a parcel chosen elsewhere into view; one that is in view stays where it is. */
    reveal(i) {
      if (!this.hasShape(i)) {
        return;
      }
      const bounds = this.bounds(i);
      if (this.map.getBounds().pad(-0.05).contains(bounds)) {
        return;
      }
      const tooBig = this.map.getBoundsZoom(bounds) < this.map.getZoom();
      const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
      if (tooBig) {
        const size = this.map.getSize();
        const edge = Math.min(40, size.x / 4, size.y / 4);
        this.map.fitBounds(bounds, { padding: [edge, edge], animate: !still });
      } else {
        this.map.panTo(bounds.getCenter(), { animate: !still });
      }
    }

    /** Parcels by class, those filtered out apart: counted once for every theme and filter. */
    groups(codes) {
      const { theme, visible, visibleVersion } = this.model;
      if (!this.groupsOf || this.groupsVersion !== visibleVersion) {
        this.groupsOf = new Map();
        this.groupsVersion = visibleVersion;
      }
      if (this.groupsOf.has(codes)) {
        return this.groupsOf.get(codes);
      }
      const counts = new Int32Array(theme.classes.length + 1);
      const muted = theme.classes.length;
      const place = (i) => (visible[i] ? codes[i] : muted);
      for (let i = 0; i < this.parcels.n; i += 1) {
        counts[place(i)] += 1;
      }
      const lists = Array.from(counts, (count) => new Int32Array(count));
      counts.fill(0);
      for (let i = 0; i < this.parcels.n; i += 1) {
        const at = place(i);
        lists[at][counts[at]] = i;
        counts[at] += 1;
      }
      const found = { classes: lists.slice(0, muted), muted: lists[muted] };
      this.groupsOf.set(codes, found);
      return found;
    }

    /** Where the swipe cuts, in pixels of the canvas; null where nothing is compared. */
    cut(view) {
      const { swipe, theme } = this.model;
      /* A sheet of paper shows this run alone, whole. */
      const paper = document.body.classList.contains("zd-printing");
      if (swipe === null || !theme.other || paper) {
        return null;
      }
      const size = this.map.getSize();
      return (view.width - size.x) / 2 + swipe * size.x;
    }

    /** The parcels of one run; of two, each on its side of the swipe. */
    drawParcels(view) {
      const { theme } = this.model;
      const { context } = view;
      const x = this.cut(view);
      if (x === null) {
        this.drawClasses(view, theme.codes);
        return;
      }
      for (const [codes, left, width] of [
        [theme.codes, 0, x],
        [theme.other, x, view.width - x],
      ]) {
        context.save();
        context.beginPath();
        context.rect(left, 0, width, view.height);
        context.clip();
        this.drawClasses(view, codes);
        context.restore();
      }
    }

    drawClasses(view, codes) {
      const { model, parcels } = this;
      const { theme } = model;
      const { classes, muted } = this.groups(codes);
      const outlined = this.meanSize(view) >= MIN_OUTLINED;
      const line = (color, width) => (outlined ? { line: color, width } : {});
      const { context, scale, ox, oy } = view;
      /* Over a basemap the fills may be left out; they are never half transparent. */
      const filled = !(model.page.basemap && model.drawn.basemap && model.drawn.bare);
      const fill = (look) => (filled ? { fill: look } : {});
      /* Land of which the edition says nothing: where things are, not whose. */
      const { ground } = this.context;
      if (ground) {
        ground.all = ground.all || everyOne(ground.n);
        paint(view, ground, ground.all, { fill: MUTED.fill, line: MUTED.line, width: 0.6 });
      }
      /* Roads lie lowest, what is suspected or found on top, so that no neighbour covers its outline. */
      const rank = { road: 0, solid: 1, unknown: 2, suspected: 3, found: 4 };
      const layer = (entry) => rank[Object.hasOwn(rank, entry.code) ? entry.code : entry.pattern];
      const order = theme.classes.map((_, k) => k);
      order.sort((a, b) => layer(theme.classes[a]) - layer(theme.classes[b]) || a - b);
      let members = [muted, ...order.map((k) => classes[k])];
      if (!outlined && filled) {
        const looks = [QUIET, ...order.map((k) => theme.classes[k])];
        members = paintSpecks(
          view,
          parcels,
          looks.map((entry, place) => ({ entry, members: members[place] })),
        );
      }
      paint(view, parcels, members[0], { ...fill(MUTED.fill), ...line(MUTED.line, 0.6) });
      order.forEach((k, place) => {
        const entry = theme.classes[k];
        const strong = entry.pattern === "suspected" || entry.code === "found";
        const colour = entry.code === "road" ? "#cfd3d6" : zd.patterns.outline(entry);
        paint(view, parcels, members[place + 1], {
          ...fill(zd.patterns.fill(context, entry, scale, ox, oy)),
          ...line(
            !filled && entry.pattern === "solid" ? entry.fill : colour,
            strong ? 1.8 : filled ? 0.7 : 1.6,
          ),
        });
      });
    }

    drawBase(view) {
      const { model } = this;
      const { context, scale, ox, oy } = view;
      const { ground, green, buildings, free_ground: free } = this.context;
      const look = (set, style) => {
        set.all = set.all || everyOne(set.n);
        paint(view, set, set.all, style);
      };
      if (ground && model.drawn.ground) {
        look(ground, { fill: "#ffffff", line: "#cfd3d6", width: 0.6 });
      }
      if (green && model.drawn.green) {
        look(green, { fill: "#dcebd5" });
      }
      this.drawParcels(view);
      if (green && model.drawn.green) {
        look(green, { fill: zd.patterns.dots(context, scale, ox, oy), least: 2 });
      }
      if (buildings && model.drawn.buildings) {
        look(buildings, { line: "#6a7077", width: 0.7, least: MIN_BUILDING });
      }
      if (free && model.drawn.free_ground) {
        look(free, { fill: FREE_FILL, line: FREE_LINE, width: 1.2, dash: [5, 3], least: 2 });
      }
      this.drawZones(view);
      zd.flows.draw(this, view);
      const taken = [];
      zd.ranks.draw(this, view, taken);
      zd.places.draw(this, view, taken);
      if (model.drawn.labels) {
        this.drawLabels(view, taken);
      }
    }

    meanSize(view) {
      const { boxes, n, drawn } = this.parcels;
      if (this.meanWidth === undefined) {
        let sum = 0;
        for (let i = 0; i < n; i += 1) {
          if (this.hasShape(i)) {
            sum += boxes[i * 4 + 2] - boxes[i * 4];
          }
        }
        this.meanWidth = sum / Math.max(drawn, 1);
      }
      return this.meanWidth * view.unit;
    }

    drawZones(view) {
      const set = this.context.zones;
      if (!set || !this.model.drawn.zones) {
        return;
      }
      for (let i = 0; i < set.n; i += 1) {
        const style = zd.places.styleOf(ZONE_LINES, set.table.get("kind", i), ZONE_LINES.approved);
        /* A light casing keeps the line apart from whatever it crosses. */
        paint(view, set, [i], {
          line: "rgb(255 255 255 / 85%)",
          width: style.width + 3,
          closed: false,
        });
        paint(view, set, [i], {
          line: style.color,
          width: style.width,
          dash: style.dash,
          closed: false,
        });
      }
    }

    /** Write a text where nothing has been written yet; text that would overlap is left out. */
    label(view, text, x, y, taken, centred) {
      const { context } = view;
      const width = context.measureText(text).width;
      const left = centred ? x - width / 2 : x;
      const box = [left - 2, y - 8, left + width + 2, y + 8];
      const meets = (b) => b[0] < box[2] && b[2] > box[0] && b[1] < box[3] && b[3] > box[1];
      if (taken.some(meets)) {
        return;
      }
      taken.push(box);
      context.textBaseline = "middle";
      context.textAlign = "left";
      context.lineJoin = "round";
      context.lineWidth = 2.6;
      context.strokeStyle = "rgb(255 255 255 / 88%)";
      context.strokeText(text, left, y);
      context.fillStyle = "#22303d";
      context.fillText(text, left, y);
    }

    /** Ids of parcels that are wide enough to hold them. */
    drawLabels(view, taken) {
      const { context, unit, ox, oy, width } = view;
      const { boxes } = this.parcels;
      /* Far out no id fits, and measuring thousands of texts to learn it would take its time. */
      if (this.meanSize(view) < 30) {
        return;
      }
      context.font = LABEL_FONT;
      const limit = 400;
      let written = 0;
      for (const i of this.model.order) {
        if (written >= limit) {
          break;
        }
        /* A road's number says little, and roads run between all the numbers that do. */
        if (this.model.table.get("land_use", i) === "road") {
          continue;
        }
        if (!this.hasShape(i) || !within(view, this.parcels, i)) {
          continue;
        }
        const b = i * 4;
        if ((boxes[b + 3] - boxes[b + 1]) * unit < 16) {
          continue;
        }
        const text = this.model.shortId(i);
        const room = (boxes[b + 2] - boxes[b]) * unit;
        if (room > width * 4 || context.measureText(text).width + 8 > room) {
          continue;
        }
        const [x, y] = [(boxes[b] + boxes[b + 2]) / 2, (boxes[b + 1] + boxes[b + 3]) / 2];
        if (!zd.decode.holds(this.parcels, i, x, y)) {
          continue;
        }
        this.label(view, text, x * unit - ox, y * unit - oy, taken, true);
        written += 1;
      }
    }

    drawMarks(view) {
      const { hovered, selected } = this.model;
      const outline = (i, look) => {
        if (i >= 0 && this.hasShape(i)) {
          paint(view, this.parcels, [i], look);
        }
      };
      outline(selected, { line: "#ffffff", width: 6 });
      outline(selected, { line: "#0a4a8f", width: 3 });
      if (hovered !== selected) {
        outline(hovered, { line: "#1b1f23", width: 2 });
      }
    }
  }

  /** Decode what the map draws, or null where there is nothing to draw. */
  async function load(page) {
    if (!page.header.map) {
      return null;
    }
    const source = await zd.decode.section("shapes");
    const context = {};
    for (const [name, header] of Object.entries(source.header.context)) {
      context[name] = zd.decode.shapes(header, source);
      if (header.table) {
        context[name].table = new zd.decode.Table(header.table, source);
      }
    }
    return { parcels: zd.decode.shapes(source.header.parcels, source), context };
  }

  zd.draw = { MapView, load, ZONE_LINES };
})((window.zongdi = window.zongdi || {}));
