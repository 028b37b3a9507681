/*
 * How what stands in the tables is said on a card: in the language of the page, by titles in place of codes.
 */
(function (zd) {
  "use strict";

  /** What is missing, by the labels of its columns. */
  function columnNames(listed) {
    const { columns } = zd.phrases;
    const names = listed.split(",").map((name) => {
      const key = name.trim();
      return Object.hasOwn(columns, key) ? zd.pick(columns[key]) : key;
    });
    return names.join(zd.lang === 0 ? "、" : ", ");
  }

  function ruleTitle(model, rule) {
    return Object.hasOwn(model.page.rules, rule) ? zd.pick(model.page.rules[rule]) : rule;
  }

  function ruleTitles(model, rules) {
    const titles = rules.split(",").map((rule) => ruleTitle(model, rule.trim()));
    return titles.join(zd.lang === 0 ? "；" : "; ");
  }

  /** A score with the parts that make it up, each by its weight. */
  function scoreText(advice, row) {
    if (!advice.has("score") || advice.get("score", row) === null) {
      return null;
    }
    const parts = advice
      .specs()
      .filter((spec) => spec.name.startsWith("score_") && advice.get(spec.name, row))
      .map((spec) => {
        const label = zd.pick(spec.label).replace(/^.*[：:]\s*/, "");
        return `${label} ${advice.shown(spec.name, row)}`;
      });
    const sum = advice.shown("score", row);
    return parts.length ? zd.t("scoreParts", { sum, parts: parts.join(zd.lang ? ", " : "、") }) : sum;
  }

  /** What has to be done before: a step of this parcel or of another, by its title. */
  function dependsOn(model, listed) {
    const actions = model.themes.find((theme) => theme.name === "action");
    const title = (code) => {
      const entry = actions && actions.classes.find((each) => each.code === code);
      return entry ? zd.title(entry.label) : code;
    };
    return listed
      .split(/[,，；;]/)
      .map((each) => {
        const at = each.lastIndexOf(":");
        return at < 0 ? each.trim() : `${each.slice(0, at).trim()} · ${title(each.slice(at + 1).trim())}`;
      })
      .join(zd.lang === 0 ? "；" : "; ");
  }

  /** What the clauses that stand in one text provide, each with its status where that is not plain. */
  function provided(citations) {
    const { clauses } = zd.phrases;
    return citations
      .split("；")
      .map((part) => part.trim())
      .filter((part) => Object.hasOwn(clauses, part))
      .map((part) => {
        const clause = clauses[part];
        const marks = zd.lang === 0 ? ["（", "）"] : [" (", ")"];
        const status = clause.sound ? "" : marks.join(zd.pick(clause.status));
        return [zd.t("provides"), zd.pick(clause.text) + status, true, "quiet"];
      });
  }

  /**
   * Columns as one reads them in one language: of `x` and `x_en`, or `x_zh` and `x_en`, the one of the page.
   */
  function spoken(specs) {
    const named = new Map(specs.map((spec) => [spec.name, spec]));
    const [mine, theirs] = zd.lang === 0 ? ["_zh", "_en"] : ["_en", "_zh"];
    const said = specs.filter(({ name }) => {
      if (name.endsWith(theirs)) {
        const stem = name.slice(0, -3);
        return !named.has(stem + mine) && !(theirs === "_en" && named.has(stem));
      }
      return !(zd.lang === 1 && named.has(`${name}_en`));
    });
    /* "Document (English)" is called a document where everything is English. */
    return said.map((spec) => {
      const plain = spec.name.endsWith("_en") && named.get(spec.name.replace(/_en$/, ""));
      return plain ? { ...spec, label: plain.label } : spec;
    });
  }

  /** The column in which a row says it: where the English one is blank, the Chinese one in the words of the page. */
  function columnOf(table, spec, row) {
    const plain = spec.name.replace(/_en$/, "");
    const blank = plain !== spec.name && table.get(spec.name, row) === null;
    return blank && table.has(plain) ? plain : spec.name;
  }

  zd.spoken = {
    columnNames,
    ruleTitle,
    ruleTitles,
    scoreText,
    dependsOn,
    provided,
    spoken,
    columnOf,
  };
})((window.zongdi = window.zongdi || {}));
