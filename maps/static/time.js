/*
 * Review dates as a slider, and two runs side by side under a swipe: each a range input, so that the arrow
 * keys move it, over a map that knows only which codes to draw.
 */
(function (zd) {
  "use strict";

  /** The slider of review dates, or null where the results hold no series. */
  function slider(model) {
    if (model.series.length < 2) {
      return null;
    }
    const input = zd.el("input", {
      type: "range",
      min: 0,
      max: model.series.length - 1,
      step: 1,
      id: "zd-step",
    });
    const label = zd.el("label", { for: "zd-step" });
    const said = zd.el("output", { for: "zd-step" });
    const note = zd.el("span", { class: "zd-time-note" });
    const box = zd.el("div", { class: "zd-time" }, label, input, said, note);
    const draw = () => {
      const { on } = model.series[model.step];
      label.textContent = zd.t("step");
      said.textContent = on;
      input.value = String(model.step);
      input.setAttribute("aria-valuetext", on);
      const { asOf } = model.page;
      const word = on > asOf ? "stepAhead" : "stepBehind";
      note.textContent = on === asOf ? "" : zd.t(word, { date: asOf });
      box.classList.toggle("zd-time-off", on !== asOf);
    };
    input.addEventListener("input", () => model.setStep(Number(input.value)));
    model.on("theme lang", draw);
    draw();
    return box;
  }

  /** The swipe between two runs, or null where there is one. */
  function swipe(model, chart) {
    if (!model.page.other) {
      return null;
    }
    const input = zd.el("input", { type: "range", min: 0, max: 1000, step: 5, class: "zd-swipe-bar" });
    const line = zd.el("div", { class: "zd-swipe-line", "aria-hidden": "true" });
    const names = [zd.el("span", {}), zd.el("span", { class: "zd-data" })];
    const box = zd.el("div", { class: "zd-swipe" }, line, ...names, input);
    const draw = () => {
      const there = Boolean(model.theme.other);
      input.value = String(Math.round(model.swipe * 1000));
      input.setAttribute("aria-label", zd.t("swipe"));
      names[0].textContent = `◀ ${zd.t("swipeThis")}`;
      names[1].textContent = there ? `${zd.pick(model.page.other)} ▶` : zd.t("swipeNone");
      line.hidden = !there;
      input.hidden = !there;
      line.style.left = `${model.swipe * 100}%`;
    };
    input.addEventListener("input", () => {
      model.swipe = Number(input.value) / 1000;
      line.style.left = `${model.swipe * 100}%`;
      chart.base.redraw();
    });
    /* The cut stands still in the window while the map moves under it. */
    chart.map.on("move", () => chart.base.redraw());
    model.on("theme lang", draw);
    draw();
    return box;
  }

  zd.time = { slider, swipe };
})((window.zongdi = window.zongdi || {}));
