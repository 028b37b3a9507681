/*
 * Transfers of green area as arrows from the parcel that gives to the one that receives: as wide as what
 * moves is large. Drawn in the theme of the green balance.
 */
(function (zd) {
  "use strict";

  const COLOUR = "#5e3c99";
  const MOST = 3000;
  const [THIN, THICK] = [1.2, 5];

  /** Where the arrows of a parcel begin and end: its middle, or a point of its edge if it is bent. */
  function middle(set, i) {
    const b = i * 4;
    const [x, y] = [(set.boxes[b] + set.boxes[b + 2]) / 2, (set.boxes[b + 1] + set.boxes[b + 3]) / 2];
    if (zd.decode.holds(set, i, x, y)) {
      return [x, y];
    }
    const p = set.pointStart[set.ringStart[i]];
    return [(x + set.xs[p]) / 2, (y + set.ys[p]) / 2];
  }

  /** The transfers between parcels that have shapes, the largest last, so that it lies on top. */
  function collect(model) {
    const { transfers } = model.records;
    const { parcels } = model.shapes;
    const flows = [];
    let most = 0;
    for (let row = 0; row < transfers.n; row += 1) {
      const from = model.find(transfers.get("from_parcel_id", row));
      const to = model.find(transfers.get("to_parcel_id", row));
      const area = transfers.get("area_m2", row) || 0;
      const drawn = (i) => i >= 0 && parcels.ringStart[i + 1] > parcels.ringStart[i];
      if (drawn(from) && drawn(to) && from !== to) {
        flows.push({ from, to, area, a: middle(parcels, from), b: middle(parcels, to) });
        most = Math.max(most, area);
      }
    }
    flows.sort((a, b) => a.area - b.area);
    return { flows: flows.slice(-MOST), most };
  }

  function arrow(context, a, b, width) {
    const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
    const length = Math.hypot(dx, dy);
    const head = Math.min(5 + width * 1.8, length / 2);
    if (length < 4) {
      return;
    }
    /* Bent to one side, so that two that go to and fro do not lie on one another. */
    const bend = Math.min(0.16 * length, 26);
    const [cx, cy] = [
      (a[0] + b[0]) / 2 - (dy / length) * bend,
      (a[1] + b[1]) / 2 + (dx / length) * bend,
    ];
    const angle = Math.atan2(b[1] - cy, b[0] - cx);
    const end = [b[0] - Math.cos(angle) * head * 0.8, b[1] - Math.sin(angle) * head * 0.8];
    const trace = () => {
      context.beginPath();
      context.moveTo(a[0], a[1]);
      context.quadraticCurveTo(cx, cy, end[0], end[1]);
      context.stroke();
    };
    const tip = (grow) => {
      context.beginPath();
      context.moveTo(b[0] + Math.cos(angle) * grow, b[1] + Math.sin(angle) * grow);
      for (const side of [0.42, -0.42]) {
        context.lineTo(
          b[0] - Math.cos(angle + side) * (head + grow),
          b[1] - Math.sin(angle + side) * (head + grow),
        );
      }
      context.closePath();
      context.fill();
    };
    context.strokeStyle = "#ffffff";
    context.fillStyle = "#ffffff";
    context.lineWidth = width + 2;
    trace();
    tip(1.6);
    context.strokeStyle = COLOUR;
    context.fillStyle = COLOUR;
    context.lineWidth = width;
    trace();
    tip(0);
  }

  const wanted = (model) => model.theme.name === "green" && model.drawn.transfers;

  function draw(chart, view) {
    const { model } = chart;
    if (!wanted(model)) {
      return;
    }
    if (!model.records) {
      /* Unpacked now; drawn when that is done. */
      model.loadRecords();
      return;
    }
    model.flows = model.flows || collect(model);
    const { context, unit, ox, oy } = view;
    const chosen = model.selected;
    context.lineCap = "round";
    for (const flow of model.flows.flows) {
      const own = flow.from === chosen || flow.to === chosen;
      const seen = model.visible[flow.from] || model.visible[flow.to];
      context.globalAlpha = (chosen < 0 || own) && seen ? 1 : 0.25;
      const width = THIN + (THICK - THIN) * Math.sqrt(flow.area / (model.flows.most || 1));
      const place = ([x, y]) => [x * unit - ox, y * unit - oy];
      arrow(context, place(flow.a), place(flow.b), width);
    }
    context.globalAlpha = 1;
    context.lineCap = "butt";
  }

  zd.flows = { draw, wanted };
})((window.zongdi = window.zongdi || {}));
