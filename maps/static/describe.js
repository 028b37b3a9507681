/*
 * What the card of a parcel or a zone says, as plain sections: drawn by card.js and, from the same
 * description, copied as text. What is copied is what is seen.
 *
 * A section: { title, folded, entries }. An entry: { head, badge, tone, rows: [[label, value, known]],
 * paragraphs, unknown: [labels] }.
 */
(function (zd) {
  "use strict";

  const { columnNames, ruleTitle, ruleTitles, scoreText, dependsOn, provided, spoken, columnOf } =
    zd.spoken;

  const GROUPS = ["area", "idle", "far", "mixed", "green", "land", "more"];
  const GROUP_WORDS = { more: "otherFields" };
  const ANALYSES = ["idle", "far", "mixed", "green", "supply", "data"];
  const UNITS = new Set(["share", "ratio", "m", "wan", "days", "years"]);
  const CITED = new Set(["clause", "clause_en"]);
  const LONG = new Set(["why_zh", "why_en", "title_zh", "title_en", "note_zh", "note_en"]);
  /* The action's code is for programs, its title for readers; the due date stands in the badge. */
  const SAID_ELSEWHERE = new Set(["parcel_id", "zone_id", "action", "priority", "due_on"]);

  /** How the amounts of a verdict are written: m2 is floor area only where floor area is judged. */
  function amountKind(unit, analysis) {
    if (unit === "m2") {
      return analysis === "far" ? "floor" : "area";
    }
    return UNITS.has(unit) ? unit : "number";
  }

  function bySeverity(findings) {
    const weight = (row) => {
      if (findings.get("attention", row) === true) {
        return 0;
      }
      return findings.get("verdict", row) === "unknown" ? 1 : 2;
    };
    return (a, b) => weight(a) - weight(b) || a - b;
  }

  function findingEntry(model, findings, row) {
    const get = (name) => findings.get(name, row);
    const shown = (name) => findings.shown(name, row);
    const rule = get("rule");
    const title = rule === null ? null : ruleTitle(model, rule);
    const verdict = get("verdict");
    const attention = get("attention") === true;
    const entry = {
      head: title || zd.t("unknown"),
      badge: shown("verdict") + (attention ? ` · ${zd.t("attention")}` : ""),
      tone: attention ? "attention" : verdict,
      rows: [],
      paragraphs: [],
    };
    const note = zd.pick([get("note_zh"), get("note_en")]);
    if (note) {
      entry.paragraphs.push(note);
    }
    const unit = get("unit");
    const kind = amountKind(unit, get("analysis"));
    const [measured, limit] = [get("measured"), get("limit")];
    const pair = zd.formatPair(kind, measured, limit);
    const odd = unit && kind === "number" ? ` ${unit}` : "";
    if (verdict !== "not_applicable" || measured !== null) {
      entry.rows.push([
        zd.t("measured"),
        pair[0] + (measured === null ? "" : odd),
        measured !== null,
      ]);
      entry.rows.push([zd.t("limit"), pair[1] + (limit === null ? "" : odd), limit !== null]);
    }
    if (get("area_basis")) {
      entry.rows.push([zd.t("basis"), shown("area_basis"), true]);
    }
    const missing = get("missing");
    if (missing) {
      entry.rows.push([zd.t("missing"), columnNames(missing), true, "missing"]);
    }
    for (const name of ["clause", "status", "confidence", "contract_no", "pack"]) {
      if (get(name) !== null) {
        entry.rows.push([zd.t(name === "contract_no" ? "contract" : name), shown(name), true]);
      }
    }
    return entry;
  }

  function findingSections(model, findings, rows) {
    const sections = [];
    const open = rows.filter((row) => findings.get("verdict", row) !== "not_applicable");
    const apart = rows.filter((row) => findings.get("verdict", row) === "not_applicable");
    for (const analysis of ANALYSES) {
      const own = open.filter((row) => findings.get("analysis", row) === analysis);
      if (!own.length) {
        continue;
      }
      own.sort(bySeverity(findings));
      sections.push({
        title: `${zd.t("findings")} · ${findings.shown("analysis", own[0])}`,
        entries: own.map((row) => findingEntry(model, findings, row)),
      });
    }
    if (apart.length) {
      sections.push({
        title: zd.t("notApplicable", { n: apart.length }),
        folded: true,
        entries: apart.map((row) => findingEntry(model, findings, row)),
      });
    }
    return sections;
  }

  function adviceSection(model, rows) {
    const { advice } = model;
    const sorted = rows.slice().sort((a, b) => zd.priority(advice, a) - zd.priority(advice, b));
    return {
      title: zd.t("recommendations"),
      entries: sorted.map((row) => {
        const get = (name) => advice.get(name, row);
        const entry = {
          head: zd.title([get("title_zh"), get("title_en")]) || get("action") || zd.t("unknown"),
          badge: get("due_on") ? zd.t("due", { value: get("due_on") }) : null,
          tone: "advice",
          rows: [],
          paragraphs: [],
        };
        const why = zd.pick([get("why_zh"), get("why_en")]);
        if (why) {
          entry.paragraphs.push(why);
        }
        /* By which clause is asked first; the order of the list says how urgent it is. */
        const clauseFirst = (a, b) => CITED.has(b.name) - CITED.has(a.name);
        for (const spec of spoken(advice.specs()).sort(clauseFirst)) {
          const apart = LONG.has(spec.name) || SAID_ELSEWHERE.has(spec.name);
          const column = columnOf(advice, spec, row);
          if (apart || spec.name.startsWith("score") || get(column) === null) {
            continue;
          }
          const texts = { rules: ruleTitles, depends_on: dependsOn };
          const text = Object.hasOwn(texts, spec.name)
            ? texts[spec.name](model, get(spec.name))
            : advice.shown(column, row);
          entry.rows.push([zd.pick(spec.label), text, true]);
          if (CITED.has(spec.name)) {
            entry.rows.push(...provided(get("clause") || ""));
          }
        }
        const score = scoreText(advice, row);
        if (score) {
          entry.rows.push([zd.pick(advice.spec("score").label), score, true, "quiet"]);
        }
        return entry;
      }),
    };
  }

  /** Rows of known values, and the names of those that are unknown. */
  function fieldEntry(table, row, specs) {
    const entry = { rows: [], paragraphs: [], unknown: [] };
    for (const spec of specs) {
      const column = columnOf(table, spec, row);
      if (table.get(column, row) === null) {
        entry.unknown.push(zd.pick(spec.label));
      } else {
        entry.rows.push([zd.pick(spec.label), table.shown(column, row), true]);
      }
    }
    return entry;
  }

  function contractSection(contracts, rows) {
    const own = (spec) => !["parcel_id", "zone_id"].includes(spec.name);
    const specs = spoken(contracts.specs()).filter(own);
    return {
      title: zd.t("contracts"),
      folded: true,
      entries: rows.map((row) => ({
        ...fieldEntry(contracts, row, specs),
        head: contracts.get("contract_no", row) || zd.t("unknown"),
      })),
    };
  }

  /** Transfers of green; the parcels at either end are links. */
  function transferSection(transfers, test) {
    const entries = [];
    for (let row = 0; row < transfers.n; row += 1) {
      if (!test(row)) {
        continue;
      }
      const ends = ["from_parcel_id", "to_parcel_id"];
      entries.push({
        head: ends.map((name) => transfers.shown(name, row)).join(" → "),
        links: ends.map((name) => transfers.get(name, row)),
        rows: ["area_m2", "cost"]
          .filter((name) => transfers.get(name, row) !== null)
          .map((name) => [zd.pick(transfers.spec(name).label), transfers.shown(name, row), true]),
        paragraphs: [],
      });
    }
    return { title: zd.t("transfers"), entries };
  }

  /** Rows of a table about a parcel: a head, a badge, the rest as fields. */
  function rowSection(table, rows, words) {
    const skip = new Set(["parcel_id", "zone_id", ...words.said]);
    const specs = spoken(table.specs()).filter((spec) => !skip.has(spec.name));
    return {
      title: zd.t(words.title),
      folded: words.folded,
      entries: rows.map((row) => ({
        ...words.entry(row),
        rows: specs
          .filter((spec) => table.get(columnOf(table, spec, row), row) !== null)
          .map((spec) => {
            const listed = spec.name === "missing";
            const text = listed
              ? columnNames(table.get("missing", row))
              : table.shown(columnOf(table, spec, row), row);
            return [zd.pick(spec.label), text, true, listed ? "missing" : null];
          }),
      })),
    };
  }

  const either = (table, row, zh, en) =>
    zd.pick([table.get(zh, row), table.get(en, row)]) || table.get(zh, row) || zd.t("unknown");

  function deadlineSection(deadlines, rows) {
    const due = (row) => deadlines.get("due_on", row) || "9999";
    const sorted = rows.slice().sort((a, b) => (due(a) < due(b) ? -1 : 1));
    return rowSection(deadlines, sorted, {
      title: "deadlines",
      said: ["title_zh", "title_en", "step", "due_on"],
      entry: (row) => {
        const past = deadlines.get("days_left", row) < 0;
        return {
          head: either(deadlines, row, "title_zh", "title_en"),
          badge: deadlines.get("due_on", row) ? deadlines.shown("due_on", row) : null,
          tone: past ? "attention" : "advice",
          paragraphs: [],
        };
      },
    });
  }

  function planSection(plan, rows) {
    return rowSection(plan, rows, {
      title: "plan",
      said: ["quarter", "why_zh", "why_en"],
      entry: (row) => ({
        head: plan.shown("quarter", row),
        tone: "advice",
        /* An edition without the reasons does not call them unknown. */
        paragraphs: plan.has("why_zh") ? [either(plan, row, "why_zh", "why_en")] : [],
      }),
    });
  }

  function problemSection(problems, rows) {
    return rowSection(problems, rows, {
      title: "problems",
      said: ["severity", "what", "what_en", "proposal", "proposal_en"],
      entry: (row) => ({
        head: either(problems, row, "what", "what_en"),
        badge: problems.shown("severity", row),
        tone: problems.get("severity", row) === "note" ? null : "attention",
        paragraphs: problems.get("proposal", row)
          ? [`${zd.t("proposal")}: ${either(problems, row, "proposal", "proposal_en")}`]
          : [],
      }),
    });
  }

  /** Surplus land of a completed project: how much, and what stands against splitting it off. */
  function surplusSection(surplus, rows) {
    return rowSection(surplus, rows, {
      title: "surplus",
      said: ["against", "against_zh", "against_en"],
      entry: (row) => {
        const against = zd.pick([surplus.get("against_zh", row), surplus.get("against_en", row)]);
        return {
          head: surplus.shown("area_m2", row),
          tone: against ? null : "advice",
          paragraphs: against ? [against] : [],
        };
      },
    });
  }

  /** What differs in the other run: its value, then this one's. */
  function besideSection(model, i) {
    const { table, page, records } = model;
    const { other } = records;
    const title = zd.t("beside", { name: zd.pick(page.other) });
    const changes = model.themes.find((theme) => theme.name === "beside");
    const fresh = changes && changes.classes[changes.codes[i]].code === "new";
    const rows = [];
    for (const spec of fresh ? [] : other.specs()) {
      const { name } = spec;
      if (!table.has(name) || other.get(name, i) === table.get(name, i)) {
        continue;
      }
      const [a, b] = [other.get(name, i), table.get(name, i)];
      const both = typeof a === "number" && typeof b === "number";
      const pair = both ? zd.formatPair(spec.kind, a, b) : [other.shown(name, i), table.shown(name, i)];
      rows.push([zd.pick(spec.label), pair.join(" → "), true]);
    }
    const nothing = zd.t(fresh ? "besideNew" : "besideNone");
    return { title, entries: [{ rows, paragraphs: rows.length ? [] : [nothing] }] };
  }

  /** What the card of parcel i says. */
  function describeParcel(model, i) {
    const { table, advice, records } = model;
    const figure = (name) => {
      const value = table.get(name, i);
      return [zd.pick(table.spec(name).label), table.shown(name, i), value !== null];
    };
    const names = [
      "area_m2",
      "far_plain",
      "far_limit",
      "floor_area_headroom_m2",
      "green_share",
      "idle_days",
    ];
    /* An edition without recommendations does not say that there are none. */
    const advised = advice.has("action");
    const sections = advised ? [adviceSection(model, advice.rowsOf(i))] : [];
    const told = [
      [records.deadlines, deadlineSection],
      [records.plan, planSection],
      [records.surplus, surplusSection],
      [records.problems, problemSection],
    ];
    for (const [own, section] of told) {
      const rows = own.rowsOf(i);
      if (rows.length) {
        sections.push(section(own, rows));
      }
    }
    if (model.page.other) {
      sections.push(besideSection(model, i));
    }
    sections.push(...findingSections(model, records.findings, records.findings.rowsOf(i)));
    const contracts = records.contracts.rowsOf(i);
    if (contracts.length) {
      sections.push(contractSection(records.contracts, contracts));
    }
    const id = model.id(i);
    const { transfers } = records;
    const moved = transferSection(
      transfers,
      (row) =>
        transfers.get("from_parcel_id", row) === id || transfers.get("to_parcel_id", row) === id,
    );
    if (moved.entries.length) {
      sections.push(moved);
    }
    for (const group of GROUPS) {
      const specs = spoken(table.specs()).filter((spec) => spec.group === group);
      if (!specs.length) {
        continue;
      }
      const title = group === "green" ? "zoneGreen" : GROUP_WORDS[group] || group;
      sections.push({
        title: `${zd.t("fields")} · ${zd.t(title)}`,
        folded: advised && group !== "land",
        entries: [fieldEntry(table, i, specs)],
      });
    }
    const { paragraphs } = records;
    const about = paragraphs
      .rowsOf(i)
      .map((row) => zd.pick([paragraphs.get("text_zh", row), paragraphs.get("text_en", row)]))
      .filter(Boolean);
    /* What changed since the run that this one is compared with, in a sentence. */
    const change = zd.lang === 0 ? "change_zh" : "change_en";
    if (table.has(change) && table.get(change, i)) {
      about.push(table.get(change, i));
    }
    return {
      title: id,
      about,
      subtitle: [
        table.get("holder", i),
        table.get("land_use", i) && table.shown("land_use", i),
        model.shapes && !zd.decode.hasShape(model.shapes.parcels, i) && zd.t("noShape"),
      ],
      figures: names.filter((name) => table.has(name)).map(figure),
      sections,
    };
  }

  /** What the card of a zone says. */
  function describeZone(model, row) {
    const { zones, advice, records } = model;
    const id = zones.get("zone_id", row);
    const own = (table) => table.rowsOf(-1).filter((at) => table.get("zone_id", at) === id);
    const sections = [];
    const told = own(advice);
    if (told.length) {
      sections.push(adviceSection(model, told));
    }
    sections.push(...findingSections(model, records.findings, own(records.findings)));
    const { transfers } = records;
    const moved = transferSection(transfers, (at) => transfers.get("zone_id", at) === id);
    if (moved.entries.length) {
      sections.push({ ...moved, folded: moved.entries.length > 8 });
    }
    const specs = spoken(zones.specs()).filter((spec) => !["zone_id", "name"].includes(spec.name));
    sections.push({ title: zd.t("figures"), entries: [fieldEntry(zones, row, specs)] });
    return { title: zd.head.zoneName(model, row), subtitle: [id === "*" ? null : id], figures: [], sections };
  }

  /* ---------------------------------------------------------------------------------- as text */

  function textOf(card) {
    const lines = [card.title, ...card.subtitle.filter(Boolean), zd.t("disclaimer"), ""];
    lines.push(...(card.about || []), "");
    for (const [label, value] of card.figures) {
      lines.push(`${label}\t${value}`);
    }
    for (const section of card.sections) {
      lines.push("", `[${section.title}]`);
      if (!section.entries.length) {
        lines.push(zd.t("noRecords"));
      }
      for (const entry of section.entries) {
        if (entry.head) {
          lines.push(`- ${entry.head}${entry.badge ? ` (${entry.badge})` : ""}`);
        }
        lines.push(...entry.paragraphs);
        for (const [label, value] of entry.rows) {
          lines.push(`${label}\t${value}`);
        }
        if (entry.unknown && entry.unknown.length) {
          lines.push(zd.t("unknownFields") + entry.unknown.join("; "));
        }
      }
    }
    return lines.join("\n");
  }

  zd.describe = { parcel: describeParcel, zone: describeZone, text: textOf };
})((window.zongdi = window.zongdi || {}));
