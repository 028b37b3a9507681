/*
 * Reads the sections that maps/encode.py and maps/tables.py write: base64, gzip, a JSON header and
 * binary parts. Columns are decoded when they are first asked for.
 */
(function (zd) {
  "use strict";

  const utf8 = new TextDecoder();

  /* The version of payload.schema.json that is read here. */
  const FORMAT = 2;

  function bytesOf(base64) {
    if (Uint8Array.fromBase64) {
      return Uint8Array.fromBase64(base64);
    }
    const text = atob(base64);
    const bytes = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i += 1) {
      bytes[i] = text.charCodeAt(i);
    }
    return bytes;
  }

  /** Unpack the section in the element `zd-<name>`, and free the text. */
  async function section(name) {
    const node = document.getElementById(`zd-${name}`);
    const packed = new Blob([bytesOf(node.textContent)]);
    node.remove();
    const stream = packed.stream().pipeThrough(new DecompressionStream("gzip"));
    const raw = new Uint8Array(await new Response(stream).arrayBuffer());
    const length = new DataView(raw.buffer).getUint32(0, true);
    const header = JSON.parse(utf8.decode(raw.subarray(4, 4 + length)));
    const starts = [4 + length];
    for (const size of header.parts) {
      starts.push(starts[starts.length - 1] + size);
    }
    return { header, part: (i) => raw.subarray(starts[i], starts[i + 1]) };
  }

  /** Numbers of seven bits a byte. Multiplied, not shifted: shifts end at 32 bits. */
  function varints(bytes) {
    let n = 0;
    for (let i = 0; i < bytes.length; i += 1) {
      if (bytes[i] < 128) {
        n += 1;
      }
    }
    const out = new Float64Array(n);
    let value = 0;
    let scale = 1;
    let k = 0;
    for (let i = 0; i < bytes.length; i += 1) {
      const byte = bytes[i];
      if (byte < 128) {
        out[k] = value + byte * scale;
        k += 1;
        value = 0;
        scale = 1;
      } else {
        value += (byte - 128) * scale;
        scale *= 128;
      }
    }
    return out;
  }

  const unzigzag = (u) => (u % 2 ? -(u + 1) / 2 : u / 2);

  /* One reader for each encoding: it takes the column and the section and returns row -> value. */
  const READERS = {
    none: () => () => null,
    text: (column) => (i) => column.dict[i],
    dict: (column, source) => {
      const codes = varints(source.part(column.p));
      return (i) => (codes[i] ? column.dict[codes[i] - 1] : null);
    },
    bool: (column, source) => {
      const codes = source.part(column.p);
      return (i) => (codes[i] ? codes[i] === 2 : null);
    },
    num: (column, source) => {
      const stored = varints(source.part(column.p));
      const divisor = 10 ** column.d;
      return (i) => (stored[i] ? unzigzag(stored[i] - 1) / divisor : null);
    },
    date: (column, source) => {
      const stored = varints(source.part(column.p));
      return (i) =>
        stored[i] ? new Date(unzigzag(stored[i] - 1) * 86400000).toISOString().slice(0, 10) : null;
    },
    pattern: (column, source) => {
      const codes = varints(source.part(column.p));
      const args = utf8.decode(source.part(column.args)).split("\n");
      const slots = column.dict.map((pattern) => pattern.split("\0"));
      const sizes = new Array(slots.length).fill(0);
      const place = new Int32Array(codes.length);
      for (let i = 0; i < codes.length; i += 1) {
        if (!codes[i]) {
          continue;
        }
        place[i] = sizes[codes[i] - 1];
        sizes[codes[i] - 1] += 1;
      }
      const starts = [];
      let next = 0;
      slots.forEach((pieces, number) => {
        starts.push(next);
        next += sizes[number] * (pieces.length - 1);
      });
      return (i) => {
        const code = codes[i] - 1;
        if (code < 0) {
          return null;
        }
        let text = slots[code][0];
        for (let k = 1; k < slots[code].length; k += 1) {
          text += args[starts[code] + (k - 1) * sizes[code] + place[i]] + slots[code][k];
        }
        return text;
      };
    },
  };

  /** A table of columns: `get(name, row)`, and what the header says of each column. */
  class Table {
    constructor(header, source) {
      this.n = header.n;
      this.source = source;
      this.columns = new Map();
      header.columns.forEach((column, i) => {
        this.columns.set(column.name, { column, spec: header.specs[i], read: null });
      });
      if (header.counts !== undefined) {
        const counts = varints(source.part(header.counts));
        this.starts = new Float64Array(counts.length + 1);
        for (let i = 0; i < counts.length; i += 1) {
          this.starts[i + 1] = this.starts[i] + counts[i];
        }
      }
    }

    has(name) {
      return this.columns.has(name);
    }

    spec(name) {
      return this.columns.get(name).spec;
    }

    specs() {
      return Array.from(this.columns.values(), (entry) => entry.spec);
    }

    get(name, row) {
      const entry = this.columns.get(name);
      if (!entry) {
        return null;
      }
      if (!entry.read) {
        entry.read = READERS[entry.column.enc](entry.column, this.source);
      }
      return entry.read(row);
    }

    /** The value as the page writes it. */
    shown(name, row) {
      const entry = this.columns.get(name);
      if (!entry) {
        return zd.t("unknown");
      }
      return zd.format(entry.spec.kind, this.get(name, row), entry.spec.codes);
    }

    /** The rows of parcel `i`; -1 gives those of no parcel. */
    rowsOf(i) {
      const rows = [];
      for (let row = this.starts[i + 1]; row < this.starts[i + 2]; row += 1) {
        rows.push(row);
      }
      return rows;
    }

    /** Mark in `found` each row that holds a text for which `hit` is true; labels are texts too. */
    mark(hit, found) {
      for (const { column, spec } of this.columns.values()) {
        if (column.enc === "text") {
          column.dict.forEach((text, i) => {
            if (hit(text)) {
              found[i] = 1;
            }
          });
        } else if (column.enc === "dict") {
          /* Each distinct text is looked at once, and its label in the language shown. */
          const hits = column.dict.map(
            (text) => hit(text) || (spec.codes && hit(zd.format("text", text, spec.codes))),
          );
          if (!hits.includes(true)) {
            continue;
          }
          const codes = varints(this.source.part(column.p));
          for (let i = 0; i < codes.length; i += 1) {
            if (codes[i] && hits[codes[i] - 1]) {
              found[i] = 1;
            }
          }
        } else if (column.enc === "pattern") {
          for (let i = 0; i < this.n; i += 1) {
            const text = this.get(column.name, i);
            if (text !== null && hit(text)) {
              found[i] = 1;
            }
          }
        }
      }
    }

    /** A column of numbers, NaN where unknown; dates as days. */
    numbers(name) {
      const out = new Float64Array(this.n).fill(NaN);
      const entry = this.columns.get(name);
      if (!entry || (entry.column.enc !== "num" && entry.column.enc !== "date")) {
        return out;
      }
      const stored = varints(this.source.part(entry.column.p));
      const divisor = entry.column.enc === "num" ? 10 ** entry.column.d : 1;
      for (let i = 0; i < stored.length; i += 1) {
        if (stored[i]) {
          out[i] = unzigzag(stored[i] - 1) / divisor;
        }
      }
      return out;
    }
  }

  /** Degrees to the pixels of a world 256 wide, as Leaflet's Mercator has it at zoom 0. */
  const worldX = (lng) => ((lng + 180) / 360) * 256;
  const worldY = (lat) => {
    const sine = Math.sin((lat * Math.PI) / 180);
    return (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * 256;
  };

  const STEP = 1e-7;

  /**
   * Shapes as flat arrays: `ringStart[i]` to `ringStart[i + 1]` are the rings of shape i, and
   * `pointStart[r]` to `pointStart[r + 1]` the points of ring r; boxes hold west, north, east, south.
   */
  function shapes(header, source) {
    const [perShape, perPart, perRing, dx, dy] = header.parts.map((p) => varints(source.part(p)));
    const ringStart = new Int32Array(header.n + 1);
    const pointStart = new Int32Array(perRing.length + 1);
    const xs = new Float64Array(dx.length);
    const ys = new Float64Array(dx.length);
    const boxes = new Float64Array(header.n * 4);
    let [lng, lat] = header.origin;
    for (let i = 0; i < dx.length; i += 1) {
      lng += unzigzag(dx[i]);
      lat += unzigzag(dy[i]);
      xs[i] = worldX(lng * STEP);
      ys[i] = worldY(lat * STEP);
    }
    for (let r = 0; r < perRing.length; r += 1) {
      pointStart[r + 1] = pointStart[r] + perRing[r];
    }
    let part = 0;
    let drawn = 0;
    for (let i = 0; i < header.n; i += 1) {
      let rings = 0;
      for (let k = 0; k < perShape[i]; k += 1) {
        rings += perPart[part + k];
      }
      part += perShape[i];
      ringStart[i + 1] = ringStart[i] + rings;
      let [west, north, east, south] = [Infinity, Infinity, -Infinity, -Infinity];
      for (let p = pointStart[ringStart[i]]; p < pointStart[ringStart[i + 1]]; p += 1) {
        if (xs[p] < west) {
          west = xs[p];
        }
        if (xs[p] > east) {
          east = xs[p];
        }
        if (ys[p] < north) {
          north = ys[p];
        }
        if (ys[p] > south) {
          south = ys[p];
        }
      }
      boxes.set([west, north, east, south], i * 4);
      if (rings > 0) {
        drawn += 1;
      }
    }
    return { n: header.n, drawn, ringStart, pointStart, xs, ys, boxes };
  }

  /** Whether shape i holds the point: a hole's edge counts like any other. */
  function holds(set, i, x, y) {
    let inside = false;
    for (let r = set.ringStart[i]; r < set.ringStart[i + 1]; r += 1) {
      const first = set.pointStart[r];
      const last = set.pointStart[r + 1] - 1;
      for (let a = first, b = last; a <= last; b = a, a += 1) {
        const [ya, yb] = [set.ys[a], set.ys[b]];
        if (ya > y !== yb > y) {
          const cut = set.xs[a] + ((y - ya) / (yb - ya)) * (set.xs[b] - set.xs[a]);
          if (x < cut) {
            inside = !inside;
          }
        }
      }
    }
    return inside;
  }

  /** The smallest shape under a point, or -1. */
  function shapeAt(set, x, y) {
    let best = -1;
    let least = Infinity;
    const { boxes } = set;
    for (let b = 0, i = 0; i < set.n; i += 1, b += 4) {
      if (x < boxes[b] || x > boxes[b + 2] || y < boxes[b + 1] || y > boxes[b + 3]) {
        continue;
      }
      const size = (boxes[b + 2] - boxes[b]) * (boxes[b + 3] - boxes[b + 1]);
      if (size < least && holds(set, i, x, y)) {
        best = i;
        least = size;
      }
    }
    return best;
  }

  /** Whether shape i is there at all. */
  const hasShape = (set, i) => set.ringStart[i + 1] > set.ringStart[i];

  zd.decode = { FORMAT, section, varints, Table, shapes, hasShape, holds, shapeAt, worldX, worldY };
})((window.zongdi = window.zongdi || {}));
