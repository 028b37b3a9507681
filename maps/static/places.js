/*
 * Facilities: lines by kind, a symbol for each point, names where there is room. Gates come first: they are
 * what one finds one's way by. Symbols that would lie on one another are left out until one zooms in.
 */
(function (zd) {
  "use strict";

  const FONT =
    "500 11px system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif";
  /* Widths of the mean parcel, in pixels, from which symbols and names of lesser places are drawn. */
  const ROOM_FOR_SYMBOLS = 26;
  const ROOM_FOR_NAMES = 80;
  const ROOM_FOR_GATE_NAMES = 22;
  const BADGE = 8;
  const REACH = 9;

  /* Each drawn in a square of twelve: [path, filled]. */
  const SYMBOLS = {
    power: ["M7 0L2 7H5.5L4.5 12L10 5H6.5Z", true],
    water: ["M6 0C9 4 10 6 10 8A4 4 0 1 1 2 8C2 6 3 4 6 0Z", true],
    sewage: ["M1 4Q3.5 1.5 6 4T11 4M1 8.5Q3.5 6 6 8.5T11 8.5", false],
    gas: ["M6 0C8 3 10 5 10 8A4 4 0 0 1 2 8C2 6 3.5 5 4 3C5 4 5.5 5 5.5 6C6.5 4.5 6.5 2.5 6 0Z", true],
    heat: ["M3 1Q1 3.5 3 6T3 11M6.5 1Q4.5 3.5 6.5 6T6.5 11M10 1Q8 3.5 10 6T10 11", false],
    telecom: ["M6 5L2.5 12M6 5L9.5 12M3.5 9.5H8.5M3 1A4.5 4.5 0 0 0 3 7M9 1A4.5 4.5 0 0 1 9 7", false],
    airport: [
      "M6 0L7 4.5L12 7.5V8.8L7 7.3L6.7 10L8.2 11.3V12L6 11.4L3.8 12V11.3L5.3 10L5 7.3L0 8.8V7.5L5 4.5Z",
      true,
    ],
    port: ["M6 3V11M3.5 5H8.5M1.5 7.5A4.5 4.5 0 0 0 10.5 7.5M6 1A1 1 0 1 0 6 3A1 1 0 1 0 6 1", false],
    inspection: ["M8.5 5A3.5 3.5 0 1 1 1.5 5A3.5 3.5 0 1 1 8.5 5M7.6 7.6L11 11", false],
    housing: ["M6 1L11.5 6H10V11H2V6H.5Z", true],
    catering: ["M2 2H9V7A3 3 0 0 1 2 7ZM9 3.5H11V6H9M2 11H9", false],
    parking: ["M3.5 12V1H7A3 3 0 0 1 7 7H3.5", false],
    public_service: ["M6 0L11 4H1ZM2 5V9M4.7 5V9M7.3 5V9M10 5V9M1 11H11", false],
    transit: ["M2 1H10V9H2ZM2 5H10M3.5 9V11M8.5 9V11", false],
  };
  const OTHER = ["M6 3A3 3 0 1 1 6 9A3 3 0 1 1 6 3", true];
  const INK = "#22303d";

  /* A fence is a boundary for the customs, a railway an obstacle: they must not look alike. */
  const LINES = {
    fence: { color: "#1f2d3d", width: 2, dash: [] },
    rail: { color: "#5b6b7b", width: 2.2, dash: [8, 5] },
    road: { color: "#aeb5bb", width: 2.2, dash: [] },
    motorway: { color: "#8b9096", width: 3, dash: [] },
  };
  const OTHER_LINE = { color: "#5b6b7b", width: 1.2, dash: [1, 3] };

  /* Kinds come with the data: only those listed here are looked up. */
  const styleOf = (styles, kind, other) => (Object.hasOwn(styles, kind) ? styles[kind] : other);

  const paths = new Map();

  function glyph(kind) {
    const [text, filled] = styleOf(SYMBOLS, kind, OTHER);
    if (!paths.has(text)) {
      paths.set(text, new Path2D(text));
    }
    return [paths.get(text), filled];
  }

  function badge(context, kind, x, y) {
    context.lineWidth = 1.2;
    context.strokeStyle = INK;
    context.fillStyle = "#ffffff";
    if (kind === "gate") {
      context.fillRect(x - 6, y - 6, 12, 12);
      context.strokeRect(x - 6, y - 6, 12, 12);
      context.fillStyle = INK;
      context.fillRect(x - 2.5, y - 2.5, 5, 5);
      return;
    }
    context.beginPath();
    context.arc(x, y, BADGE, 0, 2 * Math.PI);
    context.fill();
    context.lineWidth = 0.8;
    context.stroke();
    const [path, filled] = glyph(kind);
    context.save();
    context.translate(x - 4.5, y - 4.5);
    context.scale(0.75, 0.75);
    if (filled) {
      context.fillStyle = INK;
      context.fill(path);
    } else {
      context.lineWidth = 1.5;
      context.stroke(path);
    }
    context.restore();
  }

  const meets = (a, b) => a[0] < b[2] && a[2] > b[0] && a[1] < b[3] && a[3] > b[1];

  /** Draw the facilities; `taken` receives the boxes that labels must leave free. */
  function draw(chart, view, taken) {
    const set = chart.context.facilities;
    chart.placed = [];
    if (!set || !chart.model.drawn.facilities) {
      return;
    }
    const { context, unit, ox, oy } = view;
    const room = chart.meanSize(view);
    const points = [];
    for (let i = 0; i < set.n; i += 1) {
      if (!zd.canvas.within(view, set, i)) {
        continue;
      }
      const first = set.ringStart[i];
      const kind = set.table.get("kind", i);
      if (set.pointStart[first + 1] - set.pointStart[first] !== 1) {
        const { color, width, dash } = styleOf(LINES, kind, OTHER_LINE);
        zd.canvas.paint(view, set, [i], { line: color, width, dash, closed: false });
        continue;
      }
      const p = set.pointStart[first];
      const rank = kind === "gate" ? 0 : kind === "inspection" ? 1 : 2;
      points.push({ i, kind, rank, wx: set.xs[p], wy: set.ys[p] });
    }
    points.sort((a, b) => a.rank - b.rank || a.i - b.i);
    for (const place of points) {
      const [x, y] = [place.wx * unit - ox, place.wy * unit - oy];
      const box = [x - BADGE - 1, y - BADGE - 1, x + BADGE + 1, y + BADGE + 1];
      const crowded = place.rank > 0 && taken.some((other) => meets(box, other));
      if (crowded || (place.rank > 1 && room < ROOM_FOR_SYMBOLS)) {
        continue;
      }
      badge(context, place.kind, x, y);
      taken.push(box);
      chart.placed.push({ ...place, x, y });
    }
    context.font = FONT;
    for (const place of chart.placed) {
      if (room >= (place.rank === 0 ? ROOM_FOR_GATE_NAMES : ROOM_FOR_NAMES)) {
        /* A remark in brackets is for the tip, not for the map. */
        const name = nameOf(set, place.i).replace(/\s*[（(][^（）()]*[)）]\s*$/, "");
        chart.label(view, name, place.x + 11, place.y, taken, false);
      }
    }
  }

  const nameOf = (set, i) => set.table.get("name", i) || set.table.shown("kind", i);

  /** The place drawn within reach of a point of the world, or null. */
  function at(chart, wx, wy) {
    const unit = chart.map.options.crs.scale(chart.map.getZoom()) / 256;
    const near = (place) => Math.hypot(place.wx - wx, place.wy - wy) * unit <= REACH;
    return (chart.placed || []).find(near) || null;
  }

  /** The kinds that a map holds, points and lines apart. */
  function kinds(set) {
    const found = { points: new Map(), lines: new Map() };
    for (let i = 0; i < set.n; i += 1) {
      const first = set.ringStart[i];
      const single = set.pointStart[first + 1] - set.pointStart[first] === 1;
      found[single ? "points" : "lines"].set(set.table.get("kind", i), i);
    }
    return found;
  }

  /** A small picture for the legend. */
  function picture(width, paint) {
    const canvas = zd.el("canvas", { class: "zd-key", width: width * 2, height: 36 });
    canvas.setAttribute("aria-hidden", "true");
    canvas.style.width = `${width}px`;
    canvas.style.height = "18px";
    const context = canvas.getContext("2d");
    context.scale(2, 2);
    paint(context);
    return canvas;
  }

  const symbolKey = (kind) => picture(18, (context) => badge(context, kind, 9, 9));

  const lineKey = ({ color, width, dash }) =>
    picture(26, (context) => {
      context.strokeStyle = color;
      context.lineWidth = width;
      context.setLineDash(dash);
      context.beginPath();
      context.moveTo(1, 9);
      context.lineTo(25, 9);
      context.stroke();
    });

  const lineOf = (kind) => styleOf(LINES, kind, OTHER_LINE);

  zd.places = { draw, at, nameOf, kinds, symbolKey, lineKey, lineOf, styleOf };
})((window.zongdi = window.zongdi || {}));
