/*
 * The places of the first parcels of the list, written on the map: where to look first can be seen there too.
 */
(function (zd) {
  "use strict";

  const MOST = 10;
  const RADIUS = 9;
  /* Far out a parcel is smaller than its number: the number gives way a little. */
  const SMALL_PARCEL = 22;
  /* Centres nearer than so many radii would hide each other. */
  const APART = 1.7;
  /* Steps of which it is no use to say where to begin. */
  const NO_STEP = new Set(["find_out", "watch", "none"]);
  const FONT = "700 11px system-ui, sans-serif";
  const INK = "#10212f";

  /** Whether the list has an order of urgency at all. */
  const known = (model) => model.advice.has("action") && model.advice.n > 0;

  /** Whether parcel i has a step that it is of use to begin with. */
  function called(model, i) {
    const [first] = zd.adviceOf(model, i);
    return first !== undefined && !NO_STEP.has(model.advice.get("action", first));
  }

  /** Whether any is drawn: arrows of green leave them no room. */
  const shown = (model) =>
    model.drawn.ranks &&
    known(model) &&
    model.theme.name !== "green" &&
    Array.from(model.order.slice(0, MOST)).some((i) => called(model, i));

  /** A point inside shape i: the middle of the longest stretch across its middle. */
  function inside(set, i) {
    const b = i * 4;
    const { boxes, xs, ys, ringStart, pointStart } = set;
    const y = (boxes[b + 1] + boxes[b + 3]) / 2;
    const crossings = [];
    for (let r = ringStart[i]; r < ringStart[i + 1]; r += 1) {
      for (let p = pointStart[r], last = pointStart[r + 1] - 1; p < pointStart[r + 1]; last = p, p += 1) {
        if (ys[p] > y !== ys[last] > y) {
          crossings.push(xs[p] + ((y - ys[p]) / (ys[last] - ys[p])) * (xs[last] - xs[p]));
        }
      }
    }
    crossings.sort((one, two) => one - two);
    let [best, x] = [-1, (boxes[b] + boxes[b + 2]) / 2];
    for (let k = 0; k + 1 < crossings.length; k += 2) {
      if (crossings[k + 1] - crossings[k] > best) {
        best = crossings[k + 1] - crossings[k];
        x = (crossings[k] + crossings[k + 1]) / 2;
      }
    }
    return [x, y];
  }

  function draw(chart, view, taken) {
    const { model } = chart;
    if (!shown(model)) {
      return;
    }
    const { context, unit, ox, oy } = view;
    const { order } = model;
    const radius = chart.meanSize(view) < SMALL_PARCEL ? RADIUS - 1.5 : RADIUS;
    context.font = FONT;
    context.textAlign = "center";
    context.textBaseline = "middle";
    const drawn = [];
    /* Where two would meet, the first is written: the other appears as one zooms in. */
    for (let place = 0; place < Math.min(MOST, order.length); place += 1) {
      const i = order[place];
      if (!chart.hasShape(i) || !called(model, i)) {
        continue;
      }
      const [wx, wy] = inside(chart.parcels, i);
      const [x, y] = [wx * unit - ox, wy * unit - oy];
      if (drawn.some(([dx, dy]) => Math.hypot(dx - x, dy - y) < radius * APART)) {
        continue;
      }
      drawn.push([x, y]);
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      context.fillStyle = INK;
      context.fill();
      context.lineWidth = 1.6;
      context.strokeStyle = "#ffffff";
      context.stroke();
      context.fillStyle = "#ffffff";
      context.fillText(String(place + 1), x, y + 0.5);
      taken.push([x - radius, y - radius, x + radius, y + radius]);
    }
  }

  zd.ranks = { MOST, known, shown, inside, draw };
})((window.zongdi = window.zongdi || {}));
