/*
 * Fills of the legend and the map: plain, hatched for what is unknown, tinted and hatched for what is
 * only suspected. Tiles are opaque, so that a colour on the map is the colour in the legend.
 */
(function (zd) {
  "use strict";

  const TILE = 8;
  const UNKNOWN_LINE = "#8b9096";

  /** Mix a colour with white. */
  function tint(hex, share) {
    const parts = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
    return `rgb(${parts.map((v) => Math.round(v * share + 255 * (1 - share))).join(" ")})`;
  }

  /** Mix a colour with black: an outline that can be told from its fill. */
  function shade(hex, share) {
    const parts = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
    return `rgb(${parts.map((v) => Math.round(v * share)).join(" ")})`;
  }

  function diagonal(context, size, rising) {
    context.beginPath();
    for (let k = -1; k <= 2; k += 1) {
      const from = k * size;
      context.moveTo(from - 1, rising ? size + 1 : -1);
      context.lineTo(from + size + 1, rising ? -1 : size + 1);
    }
    context.stroke();
  }

  /** A tile of a class, `scale` device pixels to the pixel. */
  function tile(entry, scale) {
    const canvas = document.createElement("canvas");
    canvas.width = TILE * scale;
    canvas.height = TILE * scale;
    const context = canvas.getContext("2d");
    context.scale(scale, scale);
    if (entry.pattern === "unknown") {
      context.fillStyle = entry.fill;
      context.fillRect(0, 0, TILE, TILE);
      context.strokeStyle = UNKNOWN_LINE;
      context.lineWidth = 0.9;
      diagonal(context, TILE, false);
    } else {
      context.fillStyle = tint(entry.fill, 0.38);
      context.fillRect(0, 0, TILE, TILE);
      context.strokeStyle = entry.fill;
      context.lineWidth = 2.6;
      diagonal(context, TILE, true);
    }
    return canvas;
  }

  /** The device pixels of a class: one, or those of its tile, as a canvas holds them. */
  function pixels(entry, scale) {
    entry.pixels = entry.pixels || new Map();
    if (!entry.pixels.has(scale)) {
      const size = entry.pattern === "solid" ? 1 : TILE * scale;
      let canvas = null;
      if (size > 1) {
        canvas = tile(entry, scale);
      } else {
        canvas = document.createElement("canvas");
        canvas.width = 1;
        canvas.height = 1;
        const context = canvas.getContext("2d");
        context.fillStyle = entry.fill;
        context.fillRect(0, 0, 1, 1);
      }
      const { data } = canvas.getContext("2d").getImageData(0, 0, size, size);
      entry.pixels.set(scale, { size, pixels: new Uint32Array(data.buffer) });
    }
    return entry.pixels.get(scale);
  }

  /** What `fillStyle` takes for a class; hatches keep their place on the ground at (x, y). */
  function fill(context, entry, scale, x, y) {
    if (entry.pattern === "solid") {
      return entry.fill;
    }
    const cache = entry.tiles || (entry.tiles = new Map());
    if (!cache.has(scale)) {
      cache.set(scale, tile(entry, scale));
    }
    const pattern = context.createPattern(cache.get(scale), "repeat");
    pattern.setTransform(new DOMMatrix([1 / scale, 0, 0, 1 / scale, -(x % TILE), -(y % TILE)]));
    return pattern;
  }

  /** Dots in the manner of vegetation on topographic maps: the fill below stays what it is. */
  function dots(context, scale, x, y) {
    const canvas = document.createElement("canvas");
    canvas.width = TILE * scale;
    canvas.height = TILE * scale;
    const inner = canvas.getContext("2d");
    inner.scale(scale, scale);
    inner.fillStyle = "#3f8f4f";
    for (const [cx, cy] of [
      [2, 2],
      [6, 6],
    ]) {
      inner.beginPath();
      inner.arc(cx, cy, 0.9, 0, 2 * Math.PI);
      inner.fill();
    }
    const pattern = context.createPattern(canvas, "repeat");
    pattern.setTransform(new DOMMatrix([1 / scale, 0, 0, 1 / scale, -(x % TILE), -(y % TILE)]));
    return pattern;
  }

  /** The outline of a class on the map. */
  function outline(entry) {
    return entry.pattern === "suspected" ? shade(entry.fill, 0.62) : "#7d848b";
  }

  /** A swatch for legend and list. */
  function swatch(entry) {
    const box = zd.el("span", { class: `zd-swatch zd-${entry.pattern}`, "aria-hidden": "true" });
    if (entry.pattern === "solid") {
      box.style.backgroundColor = entry.fill;
    } else {
      entry.image = entry.image || `url(${tile(entry, 2).toDataURL()})`;
      box.style.backgroundImage = entry.image;
      box.style.backgroundSize = `${TILE}px ${TILE}px`;
      if (entry.pattern === "suspected") {
        box.style.borderColor = outline(entry);
      }
    }
    return box;
  }

  zd.patterns = { TILE, fill, pixels, dots, outline, swatch };
})((window.zongdi = window.zongdi || {}));
