/*
 * Words of the page in both languages, and how numbers are written.
 * The page speaks one language at a time; texts that come with the data are pairs [Chinese, English].
 */
(function (zd) {
  "use strict";

  const WORDS = {
    disclaimer: ["辅助分析，不作为认定依据", "Aid to analysis; not a basis for any finding"],
    asOf: ["数据截止日", "As of"],
    policy: ["规则包", "Rule pack"],
    notices: ["注意事项", "Notices"],
    language: ["English", "中文"],
    languageLabel: ["Switch to English", "切换为中文"],
    zone: ["区域", "Zone"],
    zoneCard: ["区级结论", "Zone verdicts"],
    zoneArea: ["面积", "Area"],
    zoneGreen: ["绿地率", "Green ratio"],
    zoneTarget: ["目标 {value}", "target {value}"],
    zoneSuspected: ["涉嫌闲置土地面积", "Suspected idle area"],
    zoneParcels: ["宗地数", "Parcels"],
    zoneFar: ["综合容积率", "Floor-area ratio"],
    zoneFound: ["土地闲置率（已认定）", "Found idle"],
    allParcels: ["全部宗地", "All parcels"],
    zoneOnly: ["只看本区", "This zone only"],
    headMore: ["规则包、注意事项与区域指标", "Rule pack, notices and zone figures"],
    areaUnknown: ["面积未知", "area unknown"],
    arealess: ["（另 {n} 宗面积未知）", "(+{n} of unknown area)"],
    bare: ["宗地只画轮廓", "outlines of parcels only"],
    ground: ["区内其他地面", "other ground of the zone"],
    basemap: ["底图", "Basemap"],
    basemapFailed: ["底图未能载入（无网络或地址不符）", "The basemap could not be loaded"],
    shifted: ["坐标经偏移，仅供显示", "shifted coordinates, for display only"],
    step: ["审查日", "Review date"],
    stepNote: ["清单与卡片仍为 {date}", "list and cards remain as of {date}"],
    stepAhead: ["推算：假定台账保持现状；清单与卡片仍为 {date}", "if nothing happens; list and cards remain as of {date}"],
    stepBehind: ["当时的核查结果；清单与卡片仍为 {date}", "as reviewed then; list and cards remain as of {date}"],
    ranks: ["清单前 {n} 宗的序号", "numbers of the first {n} in the list"],
    scoreParts: ["{sum}（{parts}，按项目权重合计）", "{sum} ({parts}, by the weights of the project)"],
    provides: ["条文要旨", "It provides"],
    rankOf: ["清单第 {n} 位", "no. {n} in the list"],
    beside: ["与“{name}”对比", "Against “{name}”"],
    besideNone: ["所列各项无变化", "nothing compared has changed"],
    besideNew: ["对比成果中没有此宗地", "the other run does not hold this parcel"],
    surplus: ["节余土地线索", "Surplus land, candidates"],
    emptyTheme: ["此专题没有资料", "no data for this theme"],
    chartBlocks: ["绿地盈余与缺口，按{by}", "Green surplus and deficit by {by}"],
    byPlan: ["控规地块", "control-plan block"],
    byUse: ["用地类型", "land use"],
    balanceSides: ["左为缺口，右为盈余", "deficit left, surplus right"],
    deficit: ["缺口", "Deficit"],
    surplusWord: ["盈余", "Surplus"],
    blocksRest: ["只列缺口最大的 {n} 个", "the {n} with the largest deficit"],
    swipe: ["左右对比的分界", "Divider between the two runs"],
    swipeThis: ["本次", "this run"],
    swipeNone: ["此专题不作对比", "not compared in this theme"],
    charts: ["图表", "Charts"],
    chartsOf: ["统计范围：{shown} / {all} 宗（随筛选变化）", "{shown} of {all} parcels, as filtered"],
    chartClasses: ["{theme}：各类面积", "{theme}: area by class"],
    chartIdleYears: ["涉嫌及已认定闲置面积，按起算年份", "Suspected and found idle area, by the year it counts from"],
    chartGreen: ["各区绿地盈余与缺口", "Green surplus and deficit by zone"],
    chartParcels: ["宗地数", "number of parcels"],
    chartUnknown: ["另 {n} 宗未知", "{n} more unknown"],
    hectares: ["公顷", "hectares"],
    year: ["年份", "Year"],
    asTable: ["数据表", "As a table"],
    deadlines: ["法定期限", "Statutory dates"],
    plan: ["供地计划草案", "Draft supply plan"],
    problems: ["数据问题", "Problems of the data"],
    proposal: ["建议处理", "Proposal"],
    sortBy: ["排序", "Sort by"],
    sort_priority: ["建议优先序", "priority of what to do"],
    sort_id: ["宗地代码", "parcel id"],
    sort_class: ["专题类别", "class of the theme"],
    sort_due_on: ["期限", "due date"],
    sortUp: ["升序（点击改为降序）", "Ascending: click to turn"],
    sortDown: ["降序（点击改为升序）", "Descending: click to turn"],
    theme: ["专题", "Theme"],
    legend: ["图例", "Legend"],
    legendHint: ["点击类别可筛选", "Click a class to filter"],
    context: ["图面要素与符号", "Also drawn, and its symbols"],
    buildings: ["建筑", "buildings"],
    green: ["绿地", "green areas"],
    free_ground: ["可研究扩建的空地", "free ground for an extension"],
    zones: ["区界", "zone boundaries"],
    facilities: ["设施", "facilities"],
    labels: ["宗地代码", "parcel ids"],
    labelsCut: ["宗地代码（图上只写末 {n} 位）", "parcel ids (their last {n} places)"],
    filtered: ["已筛选：{what}", "Filtered: {what}"],
    filteredCount: ["{shown} / {all} 宗", "{shown} of {all} parcels"],
    reset: ["清除筛选", "Clear"],
    search: ["搜索", "Search"],
    searchHint: ["宗地代码、权利人、合同编号、用途或拼音首字母", "Parcel, holder, contract, use or pinyin initials"],
    list: ["清单", "List"],
    card: ["卡片", "Card"],
    listTitle: ["宗地清单，按{order}排序", "List of parcels, sorted by {order}"],
    listEmpty: ["没有符合条件的宗地", "No parcel matches"],
    listCount: ["{n} 宗", "{n} parcels"],
    cardEmpty: ["在地图或清单中选择一宗地", "Choose a parcel on the map or in the list"],
    noAction: ["无建议", "no recommendation"],
    more: ["另 {n} 项", "+{n} more"],
    due: ["期限 {value}", "due {value}"],
    unknown: ["未知", "unknown"],
    unknownFields: ["以下各项未知：", "Unknown: "],
    yes: ["是", "yes"],
    no: ["否", "no"],
    previous: ["上一宗", "Previous"],
    next: ["下一宗", "Next"],
    copy: ["复制文字", "Copy as text"],
    copied: ["已复制", "Copied"],
    copyFailed: ["无法复制，请手动选取", "Could not copy: select the text by hand"],
    link: ["链接", "Link"],
    back: ["返回清单", "Back to list"],
    show: ["在图上定位", "Show on map"],
    recommendations: ["建议", "Recommendations"],
    findings: ["核查结论", "Verdicts"],
    contracts: ["合同", "Contracts"],
    transfers: ["绿地统筹平衡测算方案", "Green transfers (a balance calculation)"],
    figures: ["主要指标", "Key figures"],
    fields: ["宗地资料", "Parcel data"],
    area: ["面积", "Area"],
    idle: ["闲置", "Idle"],
    far: ["容积率与强度", "Floor area and intensity"],
    mixed: ["混合用途", "Mixed use"],
    land: ["登记与规划资料", "Registered and planned"],
    otherFields: ["其他字段", "Other fields"],
    measured: ["实测", "Measured"],
    limit: ["限值", "Limit"],
    basis: ["面积口径", "Area basis"],
    clause: ["条款", "Clause"],
    status: ["规则状态", "Status of the rule"],
    confidence: ["可信度", "Confidence"],
    missing: ["缺少资料", "Missing"],
    contract: ["合同编号", "Contract"],
    pack: ["规则包", "Pack"],
    rules: ["依据规则", "Rules"],
    attention: ["须关注", "attention"],
    notApplicable: ["不适用的规则（{n}）", "Rules that do not apply ({n})"],
    why: ["理由", "Why"],
    from: ["调出", "From"],
    to: ["调入", "To"],
    noRecords: ["没有记录", "nothing recorded"],
    noShape: ["此宗地没有图形", "This parcel has no shape"],
    noShapes: [
      "{n} 宗没有图形，仅列于清单",
      "{n} parcels have no shape and stand in the list only",
    ],
    noMap: [
      "未提供宗地图形：本页为清单和卡片",
      "No parcel shapes were given: this page is the list and the cards",
    ],
    notFound: ["没有代码为“{id}”的宗地", "There is no parcel “{id}”"],
    damaged: [
      "本页数据不完整，无法读取：请重新获取此文件。 The data of this page are incomplete: please get the file again.",
      "The data of this page are incomplete: please get the file again.",
    ],
    skip: ["跳到清单", "Skip to the list"],
    mapLabel: [
      "宗地地图。方向键移动，加减键缩放；逐宗浏览请用清单。",
      "Map of parcels. Arrow keys pan, plus and minus zoom; use the list to go parcel by parcel.",
    ],
    panelLabel: ["清单和宗地卡片", "List and parcel card"],
    footLabel: ["图面说明", "About this map"],
    north: ["北", "N"],
    northLabel: ["上为北", "North is up"],
    zoomIn: ["放大", "Zoom in"],
    zoomOut: ["缩小", "Zoom out"],
    fit: ["全图", "Whole map"],
    agency: ["编制单位", "Drawn up by"],
    crs: ["坐标系", "CRS"],
    areaMethod: ["面积口径", "Areas"],
    dataHash: ["数据指纹", "Data hash"],
    drawnWith: ["Leaflet 1.9.3", "Leaflet 1.9.3"],
    printList: ["宗地清单", "List of parcels"],
    printRest: ["另有 {n} 宗未打印，见电子版", "{n} more parcels are in the electronic edition"],
    rank: ["序", "No."],
    parcel: ["宗地", "Parcel"],
    holder: ["权利人", "Holder"],
  };

  const SQUARE_METRES_IN_HECTARE = 10000;
  /* Fifteen mu are one hectare. */
  const MU_IN_HECTARE = 15;

  /** 0 for Chinese, 1 for English: the place of a language in a pair. */
  zd.lang = 0;

  /** The text of a pair in the language of the page. */
  zd.pick = (pair) => pair[zd.lang];

  /** A word of the page, its {places} filled in. */
  zd.t = (key, values) => {
    const text = WORDS[key][zd.lang];
    return values ? text.replace(/\{(\w+)\}/g, (_, name) => String(values[name])) : text;
  };

  /* What the packs say in Chinese, and how it is put in English: set from the page's own data. */
  zd.phrases = { clauses: {}, words: {}, columns: {} };

  const LISTS = [
    ["；", "; "],
    ["、", ", "],
  ];

  /** Words of a pack in the language of the page; whatever is not known there stands as it is. */
  zd.worded = (text) => {
    if (zd.lang === 0) {
      return text;
    }
    const { clauses, words } = zd.phrases;
    const told = (part) =>
      Object.hasOwn(clauses, part) ? clauses[part].en : Object.hasOwn(words, part) ? words[part] : null;
    const put = (part, level) => {
      const whole = told(part.trim());
      if (whole !== null || level === LISTS.length) {
        return whole === null ? part : whole;
      }
      const [mark, comma] = LISTS[level];
      return part
        .split(mark)
        .map((piece) => put(piece, level + 1))
        .join(comma);
    };
    return put(text, 0);
  };

  /** A text that stands alone begins with a capital, where the language has them. */
  zd.capital = (text) => (zd.lang === 1 && text ? text[0].toUpperCase() + text.slice(1) : text);

  /** The label of a class or the title of an action, as it stands alone. */
  zd.title = (pair) => zd.capital(zd.pick(pair));

  const written = (value, digits, least) =>
    value.toLocaleString("en-US", {
      minimumFractionDigits: least === undefined ? digits : least,
      maximumFractionDigits: digits,
    });

  /* How each kind of number is written; `digits` may ask for more than is usual. */
  const NUMBERS = {
    area: (v) => {
      const hectares = v / SQUARE_METRES_IN_HECTARE;
      const mu = hectares * MU_IN_HECTARE;
      return zd.lang === 0
        ? `${written(hectares, 4)} 公顷（${written(mu, 2)} 亩）`
        : `${written(hectares, 4)} ha (${written(mu, 2)} mu)`;
    },
    floor: (v) => (zd.lang === 0 ? `${written(v / 10000, 4)} 万m²` : `${written(v, 1, 0)} m²`),
    share: (v, digits) => `${written(v * 100, digits === undefined ? 2 : digits)}%`,
    ratio: (v, digits) => written(v, digits === undefined ? 2 : digits),
    wan: (v) => (zd.lang === 0 ? `${written(v, 2)} 万元` : `${written(v, 2)} ×10⁴ CNY`),
    m: (v) => `${written(v, 2, 0)} m`,
    days: (v) => (zd.lang === 0 ? `${written(v, 0)} 天` : `${written(v, 0)} days`),
    years: (v) => (zd.lang === 0 ? `${written(v, 2, 0)} 年` : `${written(v, 2, 0)} years`),
    integer: (v) => written(v, 0),
    number: (v) => written(v, 6, 0),
  };

  /** Write `value` as its kind asks; null is unknown, never zero. */
  zd.format = (kind, value, codes, digits) => {
    if (value === null || value === undefined || value === "") {
      return zd.t("unknown");
    }
    if (codes && Object.hasOwn(codes, value)) {
      return zd.pick(codes[value]);
    }
    if (typeof value === "boolean") {
      return zd.t(value ? "yes" : "no");
    }
    if (kind === "worded") {
      return zd.worded(String(value));
    }
    if (typeof value === "number") {
      return (NUMBERS[kind] || NUMBERS.number)(value, digits);
    }
    return String(value);
  };

  /** Write a measured value and its limit so that two that differ never look the same. */
  zd.formatPair = (kind, a, b) => {
    for (let digits = 2; digits < 6; digits += 1) {
      const pair = [zd.format(kind, a, null, digits), zd.format(kind, b, null, digits)];
      if (pair[0] !== pair[1] || a === b) {
        return pair;
      }
    }
    return [zd.format(kind, a, null, 6), zd.format(kind, b, null, 6)];
  };

  /** Make an element. Text is always set as text: nothing of the data is ever read as markup. */
  zd.el = (tag, attributes, ...children) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value === null || value === undefined || value === false) {
        continue;
      }
      if (name === "text") {
        node.textContent = value;
      } else if (name === "class") {
        node.className = value;
      } else if (name.startsWith("on")) {
        node.addEventListener(name.slice(2), value);
      } else {
        node.setAttribute(name, value === true ? "" : value);
      }
    }
    node.append(...children.filter((child) => child !== null && child !== undefined));
    return node;
  };
})((window.zongdi = window.zongdi || {}));
