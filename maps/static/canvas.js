/*
 * A canvas that moves with the map, and how shapes get onto it: a few to a path, and only those that
 * can be seen.
 */
(function (zd) {
  "use strict";

  /* One path of a whole class takes seconds at 10,000 parcels; paths of a few stay fast. */
  const BATCH = 16;
  /* Beyond the window on each side, so that a drag shows no blank edge at once. */
  const MARGIN = 0.2;
  /* Device pixels to the pixel: more than two cannot be seen and costs four times the fill. */
  const MAX_SCALE = 2;
  /** A canvas that Leaflet moves and scales with the map, and that is drawn anew when it rests. */
  function canvasLayer(name, draw) {
    return new (window.L.Layer.extend({
      onAdd(map) {
        this.canvas = window.L.DomUtil.create(
          "canvas",
          `zd-canvas zd-${name} leaflet-zoom-animated`,
        );
        this.canvas.setAttribute("aria-hidden", "true");
        map.getPane("overlayPane").append(this.canvas);
        this.redraw();
      },
      getEvents() {
        return {
          moveend: this.redraw,
          resize: this.redraw,
          zoom: this.follow,
          zoomanim: this.animate,
        };
      },
      follow() {
        this.move(this._map.getCenter(), this._map.getZoom());
      },
      animate(event) {
        this.move(event.center, event.zoom);
      },
      move(center, zoom) {
        const map = this._map;
        const scale = map.getZoomScale(zoom, this.zoom);
        const pane = window.L.DomUtil.getPosition(map.getPane("mapPane"));
        const origin = map
          .project(center, zoom)
          .subtract(map.getSize().divideBy(2))
          .add(pane)
          .round();
        const corner = map.project(this.corner, zoom).subtract(origin);
        window.L.DomUtil.setTransform(this.canvas, corner, scale);
      },
      redraw() {
        const map = this._map;
        if (!map) {
          return;
        }
        const size = map.getSize();
        const pad = size.multiplyBy(MARGIN).round();
        const corner = map.containerPointToLayerPoint(pad.multiplyBy(-1));
        const paper = document.body.classList.contains("zd-printing");
        const wanted = paper ? MAX_SCALE : Math.round(window.devicePixelRatio || 1);
        const scale = Math.min(MAX_SCALE, Math.max(1, wanted));
        const [width, height] = [size.x + 2 * pad.x, size.y + 2 * pad.y];
        this.zoom = map.getZoom();
        this.corner = map.layerPointToLatLng(corner);
        this.canvas.width = width * scale;
        this.canvas.height = height * scale;
        this.canvas.style.width = `${width}px`;
        this.canvas.style.height = `${height}px`;
        window.L.DomUtil.setTransform(this.canvas, corner, 1);
        const context = this.canvas.getContext("2d");
        context.setTransform(scale, 0, 0, scale, 0, 0);
        const origin = map.getPixelOrigin().add(corner);
        const unit = map.options.crs.scale(this.zoom) / 256;
        draw({ context, width, height, scale, unit, ox: origin.x, oy: origin.y });
      },
    }))();
  }

  /** Whether shape i touches the canvas. */
  function within(view, set, i) {
    const b = i * 4;
    const { boxes } = set;
    return (
      boxes[b + 2] * view.unit - view.ox >= 0 &&
      boxes[b] * view.unit - view.ox <= view.width &&
      boxes[b + 3] * view.unit - view.oy >= 0 &&
      boxes[b + 1] * view.unit - view.oy <= view.height
    );
  }

  /** Add shape i to the path; points closer than half a pixel to the last are left out. */
  function trace(view, set, i, closed) {
    const { context, unit, ox, oy } = view;
    const { boxes, xs, ys, ringStart, pointStart } = set;
    const b = i * 4;
    if (closed) {
      const width = (boxes[b + 2] - boxes[b]) * unit;
      const height = (boxes[b + 3] - boxes[b + 1]) * unit;
      if (width < 2 && height < 2) {
        context.rect(
          boxes[b] * unit - ox,
          boxes[b + 1] * unit - oy,
          Math.max(width, 1),
          Math.max(height, 1),
        );
        return;
      }
    }
    for (let r = ringStart[i]; r < ringStart[i + 1]; r += 1) {
      let lastX = xs[pointStart[r]] * unit - ox;
      let lastY = ys[pointStart[r]] * unit - oy;
      context.moveTo(lastX, lastY);
      const end = pointStart[r + 1];
      for (let p = pointStart[r] + 1; p < end; p += 1) {
        const x = xs[p] * unit - ox;
        const y = ys[p] * unit - oy;
        if (p < end - 1 && Math.abs(x - lastX) < 0.5 && Math.abs(y - lastY) < 0.5) {
          continue;
        }
        context.lineTo(x, y);
        lastX = x;
        lastY = y;
      }
      if (closed) {
        context.closePath();
      }
    }
  }

  /* A shape smaller than this cannot be told from its box. */
  const SPECK = 3;

  /**
   * Fill the specks among the members as boxes on whole pixels, many times as fast as paths, and return the
   * members that remain. Far out it runs over every parcel: hence the plain loop.
   */
  function fillSpecks(view, set, members) {
    const { context, unit, ox, oy, width, height } = view;
    const { boxes } = set;
    const rest = [];
    for (let k = 0; k < members.length; k += 1) {
      const b = members[k] * 4;
      const left = boxes[b] * unit - ox;
      const top = boxes[b + 1] * unit - oy;
      const right = boxes[b + 2] * unit - ox;
      const below = boxes[b + 3] * unit - oy;
      if (!(right >= 0 && left <= width && below >= 0 && top <= height)) {
        continue;
      }
      if (right - left >= SPECK || below - top >= SPECK) {
        rest.push(members[k]);
        continue;
      }
      const x = Math.round(left);
      const y = Math.round(top);
      context.fillRect(x, y, Math.max(Math.round(right) - x, 1), Math.max(Math.round(below) - y, 1));
    }
    return rest;
  }

  /** The pixels of a look: `at(x, y)` gives the colour of a device pixel, as the canvas would fill it. */
  function inkOf(entry, view) {
    const { scale, ox, oy } = view;
    const { pixels, size } = zd.patterns.pixels(entry, scale);
    if (size === 1) {
      return { flat: pixels[0] };
    }
    const shift = (v) => Math.round((v % zd.patterns.TILE) * scale);
    const [dx, dy] = [shift(ox), shift(oy)];
    return { at: (x, y) => pixels[((y + dy) % size) * size + ((x + dx) % size)] };
  }

  /**
   * Write the specks of all classes into one picture, pixel by pixel, and return the members of each class
   * that are larger. A hundred thousand parcels are then drawn in the time of a few thousand paths.
   */
  function paintSpecks(view, set, lists) {
    const { context, unit, ox, oy, scale } = view;
    const { boxes } = set;
    const { width, height } = context.canvas;
    const picture = new ImageData(width, height);
    const pixels = new Uint32Array(picture.data.buffer);
    const most = SPECK / unit;
    const grow = unit * scale;
    const [left, top] = [ox * scale, oy * scale];
    const rests = lists.map(({ entry, members }) => {
      const { flat, at } = inkOf(entry, view);
      const rest = [];
      for (let k = 0; k < members.length; k += 1) {
        const b = members[k] * 4;
        if (!(boxes[b + 2] - boxes[b] < most && boxes[b + 3] - boxes[b + 1] < most)) {
          /* A parcel without a shape has no box, and is in neither. */
          if (boxes[b + 2] >= boxes[b]) {
            rest.push(members[k]);
          }
          continue;
        }
        const x0 = Math.round(boxes[b] * grow - left);
        const y0 = Math.round(boxes[b + 1] * grow - top);
        const x1 = Math.min(Math.max(Math.round(boxes[b + 2] * grow - left), x0 + 1), width);
        const y1 = Math.min(Math.max(Math.round(boxes[b + 3] * grow - top), y0 + 1), height);
        for (let y = Math.max(y0, 0); y < y1; y += 1) {
          for (let x = Math.max(x0, 0); x < x1; x += 1) {
            pixels[y * width + x] = at ? at(x, y) : flat;
          }
        }
      }
      return rest;
    });
    const sheet = document.createElement("canvas");
    sheet.width = width;
    sheet.height = height;
    sheet.getContext("2d").putImageData(picture, 0, 0);
    context.drawImage(sheet, 0, 0, width / scale, height / scale);
    return rests;
  }

  /** Paint shapes of one look, a few to a path. */
  function paint(view, set, members, look) {
    const { context } = view;
    let open = 0;
    const flush = () => {
      if (look.fill) {
        context.fill("nonzero");
      }
      if (look.line) {
        context.stroke();
      }
      open = 0;
    };
    if (look.fill) {
      context.fillStyle = look.fill;
    }
    if (look.line) {
      context.strokeStyle = look.line;
      context.lineWidth = look.width;
      context.setLineDash(look.dash || []);
    }
    const left = look.fill && !look.line ? fillSpecks(view, set, members) : members;
    for (const i of left) {
      if (!within(view, set, i)) {
        continue;
      }
      if (look.least) {
        const b = i * 4;
        if ((set.boxes[b + 2] - set.boxes[b]) * view.unit < look.least) {
          continue;
        }
      }
      if (open === 0) {
        context.beginPath();
      }
      trace(view, set, i, look.closed !== false);
      open += 1;
      if (open === BATCH) {
        flush();
      }
    }
    if (open > 0) {
      flush();
    }
    context.setLineDash([]);
  }

  const everyOne = (n) => Int32Array.from({ length: n }, (_, i) => i);

  zd.canvas = { layer: canvasLayer, within, paint, paintSpecks, everyOne };
})((window.zongdi = window.zongdi || {}));
