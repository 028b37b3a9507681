/*
 * Review dates as a slider, and two runs side by side under a swipe: each a range input, so that the arrow
 * keys move it, over a map that knows only which codes to draw.
 */
(function (zd) {
  "use strict";

  /** What must be said of a status that is not of the review date; null where it is. */
  function at(model) {
    if (model.theme.name !== "idle" || model.step < 0 || !model.series.length) {
      return null;
    }
    const { on } = model.series[model.step];
    const { asOf } = model.page;
    if (on === asOf) {
      return null;
    }
    const word = zd.t(on > asOf ? "stepAhead" : "stepBehind", { date: asOf });
    return `${zd.t("step")} ${on} · ${word}`;
  }

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
      /* Only the idle status is known at other dates. */
      box.hidden = model.theme.name !== "idle";
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
    const none = zd.el("p", { class: "zd-swipe-none" });
    const box = zd.el("div", { class: "zd-swipe" }, line, ...names, input, none);
    /* Line, handle and names go together. */
    const place = () => {
      const at = model.swipe * 100;
      line.style.left = `${at}%`;
      names[0].style.right = `calc(${100 - at}% + 10px)`;
      names[1].style.left = `calc(${at}% + 10px)`;
    };
    const draw = () => {
      const there = Boolean(model.theme.other);
      input.value = String(Math.round(model.swipe * 1000));
      input.setAttribute("aria-label", zd.t("swipe"));
      names[0].textContent = `◀ ${zd.t("swipeThis")}`;
      names[1].textContent = `${zd.pick(model.page.other)} ▶`;
      none.textContent = zd.t("swipeNone");
      /* The theme of changes is itself the comparison. */
      none.hidden = there || ["beside", "compare"].includes(model.theme.name);
      for (const part of [line, input, ...names]) {
        part.hidden = !there;
      }
      place();
    };
    input.addEventListener("input", () => {
      model.swipe = Number(input.value) / 1000;
      place();
      chart.base.redraw();
    });
    /* The cut stands still in the window while the map moves under it. */
    chart.map.on("move", () => chart.base.redraw());
    model.on("theme lang", draw);
    draw();
    return box;
  }

  zd.time = { at, slider, swipe };
})((window.zongdi = window.zongdi || {}));
